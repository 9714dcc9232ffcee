import Captures
import Fleet
import Testing
import Wire

@testable import Services

@Suite struct `A member that is to be replaced` {
    private static let member = ServiceMember("prod/kafka", "kafka-0")
    private static let path = "/service/prod/kafka/v1/pod/kafka-0/replace"

    @Test func `is named to a scheduler of today, once, and to nobody else`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("prod/kafka")])
            cluster.setScheduler("prod/kafka", Samples.kafka())
            cluster.set(Self.path, .json(Array(try Published.text("kafka/constructed.sdk.pod.replace.response.json").utf8)))
            let client = cluster.client()
            _ = await client.look()
            #expect(await client.replace(Self.member, broker: 0) == .accepted)
            let call = try #require(cluster.server.requests.last)
            #expect(call.method == "POST" && call.target == Self.path && call.body.isEmpty)
            #expect(cluster.asked.count { $0 == Self.path } == 1)
        }
    }

    @Test func `is named to a scheduler before 0.20.1 in the plural`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("prod/kafka")])
            var answers = Samples.kafka()
            for key in answers.keys where key.hasPrefix("v1/pod") { answers["v1/pods" + key.dropFirst(6)] = answers.removeValue(forKey: key) }
            cluster.setScheduler("prod/kafka", answers)
            cluster.set("/service/prod/kafka/v1/pods/kafka-0/replace", .json(Array(#"{"pod":"kafka-0","tasks":["kafka-0-broker"]}"#.utf8)))
            let outcome = try await cluster.replaced()
            #expect(outcome == .accepted)
            #expect(cluster.asked.last == "/service/prod/kafka/v1/pods/kafka-0/replace")
        }
    }

    @Test func `is a number to a scheduler before the SDK, which says 200 also of one that it does not know`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.app("/prod/kafka", labels: ["DCOS_PACKAGE_NAME": "kafka", "DCOS_PACKAGE_VERSION": "1.1.17-0.10.1.0"])])
            cluster.setScheduler("prod/kafka", ["v1/brokers": #"["0","1","2"]"#, "v1/plan": Samples.plan(), "v1/topics": "[]"])
            let path = "/service/prod/kafka/v1/brokers/0?replace=true"
            cluster.set(path, .json(Array(try Published.text("kafka/presdk.broker.replace.response.json").utf8)))
            let member = ServiceMember("prod/kafka", "broker-0")
            let outcome = try await cluster.replaced(member)
            #expect(outcome == .accepted)
            #expect(cluster.server.requests.last?.method == "PUT" && cluster.asked.last == path)
            cluster.set(path, .json(Array("[null]".utf8)))
            guard case .refused(let text) = try await cluster.replaced(member) else { return #expect(Bool(false)) }
            #expect(text.contains("knows no such member"), "\(text)")
            guard case .refused(let text) = try await cluster.replaced(member, broker: nil) else { return #expect(Bool(false)) }
            #expect(text.contains("nothing was asked: which broker"), "\(text)")
        }
    }

    static let refusals: [(RawServer.Step, String)] = [
        (.answer(404, [("Content-Type", "text/plain")], body: "Pod kafka-0 not found".utf8), "404 \"Pod kafka-0 not found\""),
        (.answer(409, body: "Conflict".utf8), "409"),
        (.answer(403, [("Content-Type", "text/html")], body: "<html>403</html>".utf8), "dcos:adminrouter:service:prod/kafka"),
        (.answer(404, [("Content-Type", "text/plain")], body: "404 Not Found: service not found.".utf8), "Admin Router knows no such service"),
    ]

    @Test(arguments: refusals.indices) func `was certainly not touched when it is refused`(index: Int) async throws {
        let (step, words) = Self.refusals[index]
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("prod/kafka")])
            cluster.setScheduler("prod/kafka", Samples.kafka())
            cluster.set(Self.path, step)
            guard case .refused(let text) = try await cluster.replaced() else { return #expect(Bool(false)) }
            #expect(text.contains(words), "\(text)")
            #expect(cluster.asked.count { $0 == Self.path } == 1)
        }
    }

    static let silences: [[RawServer.Step]] = [
        [.answer(500, body: "ZooKeeper".utf8)], [.answer(502, body: "<html>nginx</html>".utf8)], [.answer(503, body: "".utf8)], [.answer(504)], [.close], [],
        [.json(Array("{".utf8))], [.answer(200, [("Content-Type", "text/html")], body: "<html>login</html>".utf8)],
    ]

    @Test(arguments: silences.indices) func `may have been touched when nobody says which, and is not asked for twice`(index: Int) async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("prod/kafka")])
            cluster.setScheduler("prod/kafka", Samples.kafka())
            let client = cluster.client { $0.callTimeout = .milliseconds(400) }
            _ = await client.look()
            switch Self.silences[index].count {
            case 0: cluster.silence(Self.path)
            default: cluster.set(Self.path, Self.silences[index][0])
            }
            let outcome = await client.replace(Self.member, broker: 0)
            guard case .unanswered = outcome else { return #expect(Bool(false), "\(outcome)") }
            #expect(cluster.asked.count { $0 == Self.path } == 1)
        }
    }

    @Test func `is asked of nobody while its scheduler is not there`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("prod/kafka")])
            cluster.setScheduler("prod/kafka", Samples.kafka())
            let client = cluster.client()
            _ = await client.look()
            cluster.replaceScheduler("prod/kafka", [.answer(502, body: "<html>nginx</html>".utf8)])
            guard case .refused(let text) = await client.replace(Self.member, broker: 0) else { return #expect(Bool(false)) }
            #expect(text.hasPrefix("nothing was asked: ") && !cluster.asked.contains(Self.path), "\(text)")
            guard case .refused(let text) = await client.replace(ServiceMember("staging/kafka", "kafka-0"), broker: 0) else { return #expect(Bool(false)) }
            #expect(text.contains("nobody says where the scheduler of staging/kafka is"), "\(text)")
        }
    }

    @Test func `of the community's Kafka is for a person`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.app("/prod/kafka", labels: ["DCOS_PACKAGE_NAME": "kafka"])])
            cluster.setScheduler("prod/kafka", ["api/broker/list": #"{"brokers":[\#(try Published.text("kafka/mesos-kafka.broker.json"))]}"#])
            guard case .refused(let text) = try await cluster.replaced(ServiceMember("prod/kafka", "broker-0")) else { return #expect(Bool(false)) }
            #expect(text.contains("mesos/kafka has no call"), "\(text)")
        }
    }
}

extension Cluster {
    fileprivate func replaced(_ member: ServiceMember = ServiceMember("prod/kafka", "kafka-0"), broker: Int? = 0) async throws -> CallOutcome {
        let client = client()
        _ = await client.look()
        return await client.replace(member, broker: broker)
    }

    /// From now on nothing at all is answered there.
    fileprivate func silence(_ target: String) { setSteps(target, []) }
}
