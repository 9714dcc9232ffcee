import Captures
import Fleet
import Testing
import Wire

@testable import Services

@Suite struct `A bad answer of a scheduler` {
    /// The paths of a scheduler of today, with the part of the sighting that each is for.
    private static let parts: [(path: String, failure: @Sendable (ServiceSighting) -> String?)] = [
        ("v1/pod", { $0.members.failureText }), ("v1/pod/status", { $0.members.failureText }), ("v1/pod/kafka-1/info", { $0.members.failureText }),
        ("v1/plans", { $0.plans.failureText }), ("v1/plans/deploy", { $0.plans.failureText }), ("v1/brokers", { $0.registered.failureText }),
        ("v1/topics", { $0.topics.failureText }), ("v1/topics/events", { $0.unread.first?.failure?.message }),
    ]

    @Test func `cut anywhere is unknown, and its URL is named`() async throws {
        try await Cluster.with { cluster in
            let bodies = Samples.kafka()
            cluster.setApps([Samples.kafkaApp("kafka")])
            for (path, failure) in Self.parts {
                let body = Array(try #require(bodies[path]).utf8)
                for place in 0..<20 {
                    cluster.setScheduler("kafka", bodies)
                    cluster.set("/service/kafka/" + path, .json(body.prefix(body.count * place / 20)))
                    let text = failure(try await cluster.client().only())
                    #expect(
                        text?.contains("\(cluster.server.url)/service/kafka/\(path): not valid JSON") == true, "\(path) at \(place)/20: \(text ?? "nothing")")
                }
            }
        }
    }

    @Test func `of Marathon cut anywhere is unknown, and its URL is named`() async throws {
        try await Cluster.with { cluster in
            let body = try Published.body("marathon/groups.resident-task-with-volume.json")
            for place in 0..<20 {
                cluster.set("/marathon/v2/apps?embed=apps.tasks", .json(body.prefix(body.count * place / 20)))
                let text = await cluster.client().look().marathon.failureText
                #expect(text?.contains("\(cluster.server.url)/marathon/v2/apps: not valid JSON") == true, "at \(place)/20: \(text ?? "nothing")")
            }
        }
    }

    @Test func `that is larger than it may be is unknown by itself`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka(topics: ["a", "b"]))
            cluster.set("/service/kafka/v1/topics/a", .json(Array(repeating: 0x20, count: 20_000)))
            let service = try await cluster.client { $0.answerBytesMax = 10_000 }.only()
            #expect(service.unread.map(\.name) == ["a"] && service.unread[0].failure?.message.contains("larger than the 10000 bytes") == true)
            #expect(try service.topics.get().map(\.name) == ["b"])
        }
    }

    @Test func `that lists more than is taken is refused`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka(topics: ["a", "b", "c"]))
            let service = try await cluster.client { limits in
                limits.membersMax = 2
                limits.topicsMax = 2
                limits.plansMax = 1
            }.only()
            #expect(service.members.failureText?.contains("more than 2 pods") == true)
            #expect(service.topics.failureText?.contains("has 3 entries, and at most 2 are taken") == true)
            #expect(service.plans.failureText?.contains("lists 2 plans") == true)
        }
    }

    @Test(arguments: ["{}", #"["a"]"#, #"[1.5]"#, #"["-1"]"#, #"["1","1"]"#, #"[""]"#, "null", #"{"brokers":{}}"#])
    func `to the question for brokers is never an empty list`(text: String) {
        #expect(throws: JSONProblem.self) { try Array(text.utf8).withUnsafeBufferPointer { try BrokersAnswer.numbers($0) } }
    }

    @Test(arguments: ["{}", #"{"brokers":[{"id":"1"}]}"#, #"{"brokers":[{"id":"x","active":true}]}"#, #"{"brokers":[{"id":"1","active":true,"task":{}}]}"#])
    func `of mesos/kafka is malformed`(text: String) {
        #expect(throws: JSONProblem.self) { try Array(text.utf8).withUnsafeBufferPointer { try CommunityAnswer($0, membersMax: 9) } }
    }
}
