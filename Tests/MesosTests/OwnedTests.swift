import Captures
import Fleet
import Testing
import Wire

@testable import Mesos

@Suite struct `What lies on an agent` {
    private static let kafka = Agent.Reservation(role: "kafka-role", principal: "kafka-principal")

    private func agents(_ body: String) throws -> [Agent] {
        try Array(body.utf8).withUnsafeBufferPointer { try AgentsAnswer($0, version: MesosVersion("1.3.0")).agents }
    }

    /// One agent with these resources, as JSON.
    private func agent(_ resources: String) throws -> Agent {
        let body = """
            {"type":"GET_AGENTS","get_agents":{"agents":[{"agent_info":{"id":{"value":"S1"},"hostname":"h"},"pid":"p","active":true,"version":"1.3.0",
            "registered_time":{"nanoseconds":1},"total_resources":[\(resources)]}]}}
            """
        return try #require(try agents(body).first)
    }

    @Test func `is in every recording of the real cluster`() async throws {
        try await withReplay { replay, http in
            let client = MesosClient(masters: [replay.url], http: http)
            try replay.replay("GET_AGENTS", "04-states/active.GET_AGENTS")
            let agents = try await client.look().agents
            let owners = Dictionary(uniqueKeysWithValues: agents.map { ($0.hostname, $0.reservations) })
            #expect(owners["10.0.1.12"] == [Self.kafka] && owners["10.0.1.13"] == [Self.kafka])
            // What is reserved statically is nobody's.
            #expect(owners["10.0.1.14"] == [] && owners["ip-10-0-1-15.ec2.internal"] == [])
            #expect(
                agents.first { $0.hostname == "10.0.1.12" }?.volumes
                    == [Agent.Volume(id: "b4357940-32fb-488e-a088-517957641ca7", owner: Self.kafka, path: "kafka-1-broker-data")])
        }
    }

    @Test func `is read as masters before 1.4 write it`() throws {
        let old = try agent(
            """
            {"name":"cpus","type":"SCALAR","scalar":{"value":1},"role":"kafka-role","reservation":{"principal":"kafka-principal"}},
            {"name":"disk","type":"SCALAR","scalar":{"value":9},"role":"kafka-role","reservation":{"principal":"kafka-principal","labels":{"labels":[
            {"key":"resource_id","value":"r"},{"key":"framework_id","value":"F-1"}]}},"disk":{"persistence":{"id":"v"}}}
            """)
        let labelled = Agent.Reservation(role: "kafka-role", principal: "kafka-principal", framework: "F-1")
        #expect(old.reservations == [Self.kafka, labelled] && old.volumes == [Agent.Volume(id: "v", owner: labelled)])
    }

    @Test func `belongs to the last of several reservations, or to the role of a static one`() throws {
        let refined = try agent(
            """
            {"name":"cpus","type":"SCALAR","scalar":{"value":1},"reservations":[{"type":"STATIC","role":"eng"},{"type":"DYNAMIC","role":"eng/kafka"}]},
            {"name":"disk","type":"SCALAR","scalar":{"value":9},"reservations":[{"type":"STATIC","role":"eng"}],"disk":{"persistence":{"id":"v","principal":"p"}}}
            """)
        #expect(refined.reservations == [Agent.Reservation(role: "eng/kafka")])
        #expect(refined.volumes == [Agent.Volume(id: "v", owner: Agent.Reservation(role: "eng", principal: "p"))])
    }
}

@Suite struct `What a task says of itself` {
    @Test func `is read of SDK schedulers' tasks, and of no others`() async throws {
        try await withReplay { replay, http in
            let client = MesosClient(masters: [replay.url], http: http)
            try replay.replay("GET_TASKS", "04-states/unreachable.GET_TASKS")
            try replay.replay("GET_FRAMEWORKS", "04-states/unreachable.GET_FRAMEWORKS")
            let tasks = try await client.look().tasks.get()
            let labels = Dictionary(uniqueKeysWithValues: (tasks.running + tasks.unreachable).map { ($0.name, $0.labels) })
            let broker = MesosTask.Labels(type: "broker", index: nil)
            #expect(labels["kafka-0-broker"] == broker && labels["kafka-3-broker"] == broker)
            #expect(labels["edge-lb.marathon-lb"] == .some(nil) && labels["execute-probe"] == .some(nil))
            #expect(tasks.running.filter { $0.labels != nil }.map(\.member.rawValue).sorted() == ["kafka-0", "kafka-1", "kafka-2"])
            let framework = try #require(tasks.frameworks.first { $0.name == "kafka" })
            #expect(framework.principal == "kafka-principal" && framework.roles == ["kafka-role"] && framework.isActive)
            #expect(tasks.frameworks.map(\.name).sorted() == ["kafka", "marathon", "mesos-execute instance", "metronome"])
        }
    }

    @Test(
        arguments: [
            (#"[{"key":"task_type","value":"kafka"},{"key":"index","value":"7"}]"#, MesosTask.Labels(type: "kafka", index: 7)),
            (#"[{"key":"index","value":"x"},{"key":"task_type","value":"kafka"},{"key":"only_a_key"}]"#, MesosTask.Labels(type: "kafka", index: nil)),
            (#"[{"key":"about","value":"task_type is not a key"}]"#, nil), ("[]", nil),
        ] as [(String, MesosTask.Labels?)]) func `is what its labels say`(labels: String, expected: MesosTask.Labels?) throws
    {
        let body = """
            {"type":"GET_TASKS","get_tasks":{"tasks":[{"name":"n","task_id":{"value":"t"},"framework_id":{"value":"f"},"agent_id":{"value":"a"},
            "labels":{"labels":\(labels)},"state":"TASK_RUNNING"}]}}
            """
        let tasks = try Array(body.utf8).withUnsafeBufferPointer {
            try TasksAnswer($0, version: MesosVersion("1.0.0"), frameworks: FrameworksAnswer()).tasks
        }
        #expect(tasks.running.map(\.labels) == [expected])
    }
}
