import Captures
import Fleet
import Testing

@testable import Services

@Suite struct `An empty list` {
    @Test func `where there was something is believed when it comes for the third time`() {
        var list = EmptyList()
        #expect([0, 3, 0, 0, 2, 0, 0, 0, 0].map { list.believes(count: $0) } == [true, true, false, false, true, false, false, true, true])
    }

    @Test func `of pods or topics is unknown at first, and what is known of the topics stays`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            let client = cluster.client()
            _ = try await client.only(1)
            cluster.setScheduler("kafka", ["v1/pod/status": #"{"service":"/kafka"}"#, "v1/topics": "[]"])
            for _ in 0..<2 {
                let service = try await client.only(2)
                #expect(service.members.failureText?.contains("lists no pods at all, and before there were 3") == true)
                #expect(service.topics.failureText?.contains("lists no topics at all, and before there were 1") == true)
            }
            cluster.setScheduler("kafka", ["v1/topics": #"["events"]"#, "v1/topics/events": "null"])
            let service = try await client.only(3)
            #expect(try service.members.get().isEmpty)
            #expect(try service.topics.get().map(\.readAt.milliseconds) == [1000] && service.unread.map(\.name) == ["events"])
        }
    }

    @Test func `of apps is not believed at once, and the services stay`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            let client = cluster.client()
            _ = try await client.only()
            cluster.setApps([])
            for _ in 0..<2 {
                let sighting = await client.look()
                #expect(sighting.marathon.failureText?.contains("Marathon lists no apps at all, and before there were 1") == true)
                let counts = try sighting.services.map { try $0.members.get().count }
                #expect(counts == [3])
            }
            #expect(await client.look().services.isEmpty)
        }
    }

    @Test func `of a new framework is its own`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            let client = cluster.client()
            _ = try await client.only()
            cluster.setScheduler("kafka", ["v1/state/frameworkId": #"["f-2"]"#, "v1/pod/status": #"{"service":"/kafka"}"#, "v1/pod": "[]"])
            let members = try await client.only().members.get()
            #expect(members.isEmpty)
        }
    }

    @Test func `is never made of a service that could not be read`() async throws {
        try await Cluster.with { cluster in
            // Only the configuration says that it is there, so only its pods could tell whether it is Kafka.
            cluster.setScheduler("kafka", Samples.kafka())
            cluster.set("/service/kafka/v1/pod/status", .answer(500))
            let service = try await cluster.client(named: [ServicesSite.Named(name: "kafka")]).only()
            #expect(service.members.failureText?.contains("/v1/pod/status: 500") == true)
            #expect(service.registered.failureText == service.members.failureText && service.topics.failureText == service.members.failureText)
        }
    }
}
