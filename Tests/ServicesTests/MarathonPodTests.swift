import Captures
import Fleet
import Testing
import Wire

@testable import Services

@Suite struct `A pod of Marathon's` {
    private func pods(_ text: String) throws -> [MarathonSighting.App] {
        try Array(text.utf8).withUnsafeBufferPointer { try MarathonPodsAnswer($0).pods }
    }

    private func ties(_ spec: String, instance: String = "") throws -> Set<MarathonSighting.Tie> {
        try pods("[\(Samples.pod("/a", spec: spec, instances: [Samples.podInstance("a.instance-1", more: instance)]))]")[0].ties
    }

    private static let agent = "5c827527-43a3-48a2-bb27-0840f47d4920-S"

    @Test func `is told like an app, each of its instances as one task`() throws {
        func placement(_ task: TaskID, _ agent: Int, _ state: String) -> MarathonSighting.Placement {
            MarathonSighting.Placement(task: task, agent: AgentID(Self.agent + "\(agent)"), state: state, isHealthy: state != "TASK_UNREACHABLE")
        }
        #expect(
            try pods(try Published.text("marathon/constructed.pods.status.json")) == [
                MarathonSighting.App(
                    id: "/data/store", instances: 1, ties: [.persistentVolume], labels: [:], tasks: [placement("data_store.instance-4", 1, "TASK_RUNNING")],
                    isPod: true),
                MarathonSighting.App(
                    id: "/ops/collector", instances: 1, ties: [.hostPath], labels: [:], tasks: [placement("ops_collector.instance-5", 2, "TASK_RUNNING")],
                    isPod: true),
                MarathonSighting.App(
                    id: "/shop/front", instances: 3, ties: [], labels: [:],
                    tasks: [placement("shop_front.instance-1", 1, "TASK_RUNNING"), placement("shop_front.instance-2", 2, "TASK_UNREACHABLE")],
                    minimumHealthCapacity: 0.5, isPod: true),
            ])
    }

    private static let tied: [(String, Set<MarathonSighting.Tie>)] = [
        ("", []), (#""volumes":[{"name":"v","persistent":{"size":1}}]"#, [.persistentVolume]),
        (#""volumes":[{"name":"v","host":"/data"}],"containers":[{"name":"c","volumeMounts":[{"name":"v","mountPath":"/d"}]}]"#, [.hostPath]),
        (#""volumes":[{"name":"v","host":"/data"}],"containers":[{"name":"c","volumeMounts":[{"name":"v","mountPath":"/d","readOnly":true}]}]"#, []),
        (
            #""volumes":[{"name":"v","host":"/d"}],"containers":[{"volumeMounts":[{"name":"v","readOnly":true}]},{"volumeMounts":[{"name":"v"}]}]"#, [.hostPath]
        ),
        (#""volumes":[{"name":"v","host":"in/sandbox"}],"containers":[{"name":"c","volumeMounts":[{"name":"v","mountPath":"/d"}]}]"#, []),
        (#""volumes":[{"name":"v","secret":"s"},{"name":"w"}],"containers":[{"name":"c","volumeMounts":[{"name":"v","mountPath":"/d"}]}]"#, []),
        (#""volumes":[{"name":"v","host":"/data"}],"containers":[{"name":"c"}]"#, []),
        (#""scheduling":{"placement":{"constraints":[{"fieldName":"hostname","operator":"CLUSTER","value":"10.0.1.5"}]}}"#, [.pinned]),
        (#""scheduling":{"placement":{"constraints":[{"fieldName":"@hostname","operator":"IS","value":"10.0.1.5"}]}}"#, [.pinned]),
        (#""scheduling":{"placement":{"constraints":[{"fieldName":"hostname","operator":"UNIQUE"}]}}"#, []),
        (#""volumes":null,"containers":null,"scheduling":null"#, []),
    ]

    @Test(arguments: tied) func `says what ties it to a machine`(spec: String, expected: Set<MarathonSighting.Tie>) throws {
        #expect(try ties(spec) == expected)
    }

    @Test func `is tied by the volumes that an instance has, whatever is declared now`() throws {
        #expect(try ties("", instance: #","localVolumes":[{"runSpecId":"/a","containerPath":"d","uuid":"u","persistenceId":"a#d#u"}]"#) == [.persistentVolume])
    }

    @Test(arguments: [
        ("PENDING", [String](), "TASK_STAGING"), ("STAGING", ["TASK_STAGING"], "TASK_STAGING"), ("STABLE", ["TASK_RUNNING", "TASK_FINISHED"], "TASK_RUNNING"),
        // A container that is not healthy is one that runs, as it is of an app.
        ("DEGRADED", ["TASK_RUNNING", "TASK_RUNNING"], "TASK_RUNNING"), ("DEGRADED", ["TASK_RUNNING", "TASK_LOST"], "TASK_LOST"),
        ("TERMINAL", ["TASK_RUNNING", "TASK_KILLED"], "TASK_KILLING"), ("TERMINAL", ["TASK_FINISHED", "TASK_FAILED"], "TASK_FINISHED"),
    ])
    func `has instances whose state is that of a task`(status: String, containers: [String], expected: String) throws {
        let instance = Samples.podInstance("a.instance-1", status: status, containers: containers)
        #expect(try pods("[\(Samples.pod("/a", instances: [instance]))]")[0].tasks.map(\.state) == [expected])
    }

    @Test func `has one instance and keeps all of it up where nothing else is said`() throws {
        let pod = try pods("[\(Samples.pod("/a"))]")[0]
        #expect(pod.instances == 1 && pod.minimumHealthCapacity == 1 && pod.tasks.isEmpty)
        let told = try pods("[\(Samples.pod("/a", spec: #""scaling":{"instances":4},"scheduling":{"upgrade":{"minimumHealthCapacity":0.25}}"#))]")[0]
        #expect(told.instances == 4 && told.minimumHealthCapacity == 0.25)
    }

    @Test func `that names a host and no agent is malformed, for nobody can say where it is`() {
        let instance = Samples.podInstance("a.instance-1").replacing("agentId", with: "agent")
        let problem = #expect(throws: JSONProblem.self) { try pods("[\(Samples.pod("/a", instances: [instance]))]") }
        #expect(problem == JSONProblem(path: "[0].instances[0].agentId", what: "is missing", offset: nil))
    }

    @Test(arguments: [
        (#""id":"/a","spec""#, #""spec""#), (#""spec":{"#, #""other":{"#), (#""status":"STABLE""#, #""status":"ODD""#),
        (#""instances":["#, #""instances":[{},"#),
        (#""scaling":{"instances":2}"#, #""scaling":{"instances":-2}"#), (#""scaling":{"instances":2}"#, #""scaling":{"instances":"2"}"#),
    ])
    func `of another shape is malformed`(old: String, new: String) throws {
        let body = "[\(Samples.pod("/a", spec: #""scaling":{"instances":2}"#, instances: [Samples.podInstance("a.instance-1")]))]"
        try #require(body.contains(old))
        #expect(try pods(body).count == 1)
        #expect(throws: JSONProblem.self) { try pods(body.replacing(old, with: new)) }
    }

    @Test func `is listed beside the apps, and asked for no scheduler`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.app("/a")])
            cluster.setPods([Samples.pod("/b", instances: [Samples.podInstance("b.instance-1")])])
            let sighting = await cluster.client().look()
            let apps = try sighting.marathon.get().apps
            #expect(apps.map(\.id) == ["/a", "/b"] && sighting.services.isEmpty)
            #expect(cluster.asked == ["/marathon/v2/apps?embed=apps.tasks", "/marathon/v2/pods/::status"])
        }
    }

    @Test func `leaves Marathon unknown while the pods cannot be read, and the schedulers found`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            let client = cluster.client()
            for (step, text) in [
                (RawServer.Step.answer(500, body: "oh".utf8), "/marathon/v2/pods/::status: 500"),
                (.answer(404, body: "404 Not Found: service not found.".utf8), "/marathon/v2/pods/::status: 404"),
                (.answer(403, body: "forbidden".utf8), "dcos:adminrouter:service:marathon"), (.json("{}".utf8), "/marathon/v2/pods/::status: not valid JSON"),
            ] {
                cluster.set("/marathon/v2/pods/::status", step)
                let sighting = await client.look()
                #expect(sighting.marathon.failureText?.contains(text) == true, "\(sighting.marathon)")
                let members = try sighting.services.map { try $0.members.get().count }
                #expect(members == [3])
            }
        }
    }

    @Test func `is none in a Marathon of before there were pods`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.app("/a")])
            cluster.set("/marathon/v2/pods/::status", .answer(404))
            let apps = try await cluster.client().look().marathon.get().apps
            #expect(apps.map(\.id) == ["/a"])
        }
    }

    @Test func `that was the only one is not believed to be gone at once`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.app("/a")])
            cluster.setPods([Samples.pod("/b")])
            let client = cluster.client()
            #expect(await client.look().marathon.failureText == nil)
            cluster.setPods([])
            for _ in 0..<2 {
                #expect(await client.look().marathon.failureText?.contains("Marathon lists no pods at all, and before there were 1") == true)
            }
            let apps = try await client.look().marathon.get().apps
            #expect(apps.map(\.id) == ["/a"])
        }
    }

    @Test func `that is not answered costs no more than Marathon's time, and the schedulers are asked after`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka())
            cluster.set("/marathon/v2/pods/::status")
            let sighting = await cluster.client { $0.marathonTimeout = .seconds(2) }.look()
            #expect(sighting.marathon.failureText?.contains("/marathon/v2/pods/::status: no answer within") == true, "\(sighting.marathon)")
            let members = try sighting.services.map { try $0.members.get().count }
            #expect(members == [3])
        }
    }
}
