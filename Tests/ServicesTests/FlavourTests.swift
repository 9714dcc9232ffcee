import Captures
import Fleet
import Testing

@testable import Services

@Suite struct `A scheduler` {
    @Test func `of today is read with its pods, plans, brokers and in-sync sets`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("prod/kafka")])
            cluster.setScheduler("prod/kafka", Samples.kafka())
            cluster.setScheduler("prod/kafka", ["v1/topics/events": try Published.text("kafka/topic.describe.json")])
            let service = try await cluster.client().only(60)
            #expect(service.name == "prod/kafka" && service.package == "kafka" && service.flavour == .sdk && service.framework == "f-1")
            #expect(
                try service.members.get()
                    == (0..<3).map { (number: Int) in
                        MemberSighting(
                            name: MemberName("kafka-\(number)"), broker: number, task: TaskID("kafka-\(number)-broker__1"), agent: AgentID("S\(number)"),
                            state: "RUNNING")
                    })
            #expect(try service.registered.get() == [0, 1, 2])
            #expect(try service.plans.get() == [PlanSighting(name: "deploy", status: "COMPLETE"), PlanSighting(name: "recovery", status: "COMPLETE")])
            let partitions = (0..<3).map { TopicSighting.Partition(number: $0, leader: $0, inSync: [0, 1, 2]) }
            #expect(try service.topics.get() == [TopicSighting(name: "events", partitions: partitions, readAt: Timestamp(milliseconds: 60_000))])
            #expect(service.unread == [])
        }
    }

    @Test func `of the SDK before 0.20.1 is asked for its pods in the plural`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.app("/hdfs", labels: ["DCOS_COMMONS_API_VERSION": "v1", "DCOS_PACKAGE_NAME": "hdfs"])])
            let tasks = try Published.text("sdk/pod.status.old-list.json")
            cluster.setScheduler(
                "hdfs",
                [
                    "v1/state/frameworkId": #"["f-2"]"#, "v1/pods": try Published.text("sdk/pod.list.hdfs.json"), "v1/pods/status": #"{"journal-0":\#(tasks)}"#,
                    "v1/pods/journal-0/info": try Published.text("sdk/pod.info.hdfs-journal-0.json"), "v1/plans": #"["deploy"]"#,
                    "v1/plans/deploy": Samples.plan(),
                ])
            let service = try await cluster.client().only()
            #expect(service.flavour == .sdkPods)
            #expect(
                try service.members.get() == [
                    MemberSighting(
                        name: "journal-0", broker: nil, task: "journal-0-node__b31a70f4-73c5-4065-990c-76c0c704b8e4",
                        agent: "0060634a-aa2b-4fcc-afa6-5569716b533a-S5", state: "RUNNING")
                ])
            #expect(try service.registered.get() == [] && service.topics.get() == [])
        }
    }

    @Test(arguments: [("presdk.brokers.list.json", "presdk.plan.json"), ("constructed.sdk.brokers.list.json", "presdk.plan.blocks.json")])
    func `of Kafka before the SDK has the brokers of its plan and those that are registered`(brokers: String, plan: String) async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.app("/kafka", labels: ["DCOS_PACKAGE_NAME": "kafka"])])
            cluster.setScheduler(
                "kafka",
                [
                    "v1/brokers": try Published.text("kafka/" + brokers).replacing("\"1\",", with: ""), "v1/plan": try Published.text("kafka/" + plan),
                    "v1/topics": try Published.text("kafka/presdk.topics.list.json"), "v1/topics/topic0": Samples.topic(inSync: [[0, 2]]),
                    "v1/topics/topic1": Samples.topic(inSync: [[2]]),
                ])
            let service = try await cluster.client().only()
            #expect(service.flavour == .brokers && service.framework == nil)
            #expect(try service.registered.get() == [0, 2])
            #expect(
                try service.members.get()
                    == (0..<3).map { (number: Int) in
                        MemberSighting(name: MemberName("broker-\(number)"), broker: number, task: nil, agent: nil, state: nil)
                    })
            let status = plan.contains("blocks") ? "COMPLETE" : "IN_PROGRESS"
            #expect(try service.plans.get() == [PlanSighting(name: "deploy", status: status)])
            #expect(try service.topics.get().map(\.name) == ["topic0", "topic1"])
        }
    }

    @Test func `of the community has its brokers, and no in-sync sets`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.app("/kafka", labels: ["DCOS_PACKAGE_NAME": "kafka"])])
            let broker = try Published.text("kafka/mesos-kafka.broker.json")
            cluster.setScheduler("kafka", ["api/broker/list": #"{"brokers":[\#(broker),{"id":"0","active":false}]}"#])
            let service = try await cluster.client().only()
            #expect(service.flavour == .community)
            #expect(
                try service.members.get() == [
                    MemberSighting(name: "broker-0", broker: 0, task: nil, agent: nil, state: "STOPPED"),
                    MemberSighting(
                        name: "broker-1", broker: 1, task: "kafka-general-0-705d56e2-7d62-4d7e-b033-74ea5526ed82",
                        agent: "1fbd3a0d-a685-47e6-8066-01be06d68fac-S821", state: "RUNNING"),
                ])
            #expect(try service.registered.get() == [1] && service.plans.get() == [])
            #expect(service.topics.failureText?.contains("does not tell which brokers are in sync") == true)
        }
    }

    @Test func `that has an older API's paths too is not taken for older`() async throws {
        // Kafka of today answers v1/brokers as well; here its v1/pod fails once, as while it comes back.
        try await Cluster.with { cluster in
            cluster.setApps([Samples.app("/kafka", labels: ["DCOS_PACKAGE_NAME": "kafka"])])
            cluster.setScheduler("kafka", Samples.kafka())
            cluster.set("/service/kafka/v1/pod", .answer(503, body: "starting".utf8))
            let client = cluster.client()
            let first = try await client.only()
            #expect(first.flavour == nil && first.members.failureText?.contains("/service/kafka/v1/pod: 503") == true)
            cluster.set("/service/kafka/v1/pod", .json(#"["kafka-0"]"#.utf8))
            #expect(try await client.only().flavour == .sdk)
        }
    }

    @Test func `is asked for its API once, and again when it is another framework or another version`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            let client = cluster.client()
            func probes() -> Int { cluster.asked.count { $0.hasSuffix("/v1/pod") } }
            for _ in 0..<3 { _ = try await client.only() }
            #expect(probes() == 1)
            cluster.setScheduler("kafka", Samples.kafka(framework: "f-9"))
            _ = try await client.only()
            #expect(probes() == 2)
            cluster.setApps([Samples.kafkaApp("kafka", version: "2.11.0")])
            #expect(try await client.only().framework == "f-9")
            #expect(probes() == 3)
        }
    }

    @Test func `that had an API once is unknown when it has none any more`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.app("/spark", labels: ["DCOS_PACKAGE_FRAMEWORK_NAME": "spark"])])
            cluster.setScheduler("spark", Samples.kafka())
            let client = cluster.client()
            _ = try await client.only()
            for path in ["v1/pod", "v1/pod/status"] { cluster.set("/service/spark/" + path, .answer(404)) }
            for _ in 0..<2 { #expect(try await client.only().members.failureText != nil) }
        }
    }

    @Test func `with none of the APIs is no service unless it is known to be one`() async throws {
        try await Cluster.with { cluster in
            let jenkins = Samples.app("/jenkins", labels: ["DCOS_PACKAGE_NAME": "jenkins", "DCOS_PACKAGE_FRAMEWORK_NAME": "jenkins"])
            cluster.setApps([jenkins])
            cluster.setScheduler("jenkins", [:])
            let client = cluster.client()
            #expect(await client.look().services.isEmpty)
            let calls = cluster.asked.count { $0.hasPrefix("/service/") }
            #expect(await client.look().services.isEmpty && cluster.asked.count { $0.hasPrefix("/service/") } == calls)
            let named = try await cluster.client(named: [ServicesSite.Named(name: "jenkins")]).only()
            #expect(named.flavour == nil && named.members.failureText?.contains("none of the APIs") == true)
        }
    }
}
