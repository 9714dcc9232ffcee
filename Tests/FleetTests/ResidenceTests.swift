import Fleet
import Testing

/// A Kafka of three brokers on agents A1 to A3, and whatever a test changes of it.
private struct Scene {
    static let service = ServiceName("prod/kafka")
    static let owner = Agent.Reservation(role: "prod__kafka-role", principal: "prod__kafka-principal")

    var agents = [1, 2, 3, 4].map { Scene.agent(AgentID("A\($0)")) }
    var running = [0, 1, 2].map { Scene.task($0, on: AgentID("A\($0 + 1)")) }
    var unreachable: [MesosTask] = []
    var frameworks = [MesosFramework(id: "F", name: "/prod/kafka", principal: "prod__kafka-principal", roles: ["prod__kafka-role"])]
    var members: [MemberSighting]? = [0, 1, 2].map { Scene.member($0, on: AgentID("A\($0 + 1)")) }
    var package: String? = "kafka"
    var flavour = ServiceSighting.Flavour.sdk
    var marathon: MarathonSighting? = MarathonSighting(apps: [])
    var policies = ServicePolicies()
    var hasService = true

    static func agent(_ id: AgentID, owners: [Agent.Reservation] = [], volumes: [Agent.Volume] = []) -> Agent {
        Agent(
            id: id, hostname: id.rawValue, pid: "", version: "1.11.0", registeredTime: Timestamp(milliseconds: 0), reservations: owners, volumes: volumes)
    }

    static func task(_ broker: Int, on agent: AgentID, framework: FrameworkID = "F", serial: Int = 1) -> MesosTask {
        MesosTask(
            id: TaskID("prod.kafka__kafka-\(broker)-broker__\(serial)"), name: "kafka-\(broker)-broker", framework: framework, frameworkName: nil, agent: agent,
            state: "TASK_RUNNING", since: nil, labels: MesosTask.Labels(type: "kafka", index: broker))
    }

    static func member(_ broker: Int, on agent: AgentID?, state: String? = "RUNNING", serial: Int = 1) -> MemberSighting {
        MemberSighting(
            name: MemberName("kafka-\(broker)"), broker: broker, task: TaskID("prod.kafka__kafka-\(broker)-broker__\(serial)"), agent: agent, state: state)
    }

    var residence: Residence {
        var words: [ServiceName: ServiceWord] = [:]
        if hasService {
            var word = ServiceWord(name: Self.service)
            word.package = package
            word.flavour = flavour
            if let members { word.members = Told(members, at: Timestamp(milliseconds: 0)) }
            words[Self.service] = word
        }
        return Residence(
            agents: agents, tasks: MesosSighting.Tasks(running: running, unreachable: unreachable, frameworks: frameworks), words: words, marathon: marathon,
            policies: policies)
    }

    /// `A1 prod/kafka/kafka-0`; a doubtful home is `A1?`.
    var homes: [String] {
        residence.homes.sorted { $0.key < $1.key }.map { agent, home -> String in
            agent.rawValue + (home.isDoubtful ? "?" : "") + home.members.sorted().map { " \($0)" }.joined()
        }
    }
}

@Suite struct `Who lives where` {
    private static let settled = ["A1 prod/kafka/kafka-0", "A2 prod/kafka/kafka-1", "A3 prod/kafka/kafka-2"]

    @Test func `is what Mesos and the scheduler say alike`() {
        let scene = Scene()
        #expect(scene.homes == Self.settled && scene.residence.notices.isEmpty && scene.residence.isComplete)
        #expect(scene.residence.members.map(\.broker) == [0, 1, 2] && scene.residence.members.map(\.state) == ["RUNNING", "RUNNING", "RUNNING"])
        #expect(scene.residence.homes.values.allSatisfy { $0.statefulTasks == 0 })
    }

    @Test func `includes a member that Mesos has forgotten`() {
        var scene = Scene()
        scene.agents.removeFirst()
        scene.running.removeFirst()
        scene.members?[0] = Scene.member(0, on: "A1", state: "LOST")
        #expect(scene.homes == Self.settled && scene.residence.notices.isEmpty)
        #expect(scene.residence.members.first?.state == "LOST")
        // Or not yet: then it is unreachable.
        scene.unreachable = [Scene.task(0, on: "A1")]
        scene.members?[0] = Scene.member(0, on: "A1")
        #expect(scene.homes == Self.settled && scene.residence.notices.isEmpty)
    }

    @Test func `tells a task that is lost with an agent from a member that lives there`() {
        var scene = Scene()
        scene.agents.removeFirst()
        scene.running[0] = Scene.task(0, on: "A4", serial: 2)
        scene.unreachable = [Scene.task(0, on: "A1")]
        scene.members?[0] = Scene.member(0, on: "A4", serial: 2)
        let member = ServiceMember(Scene.service, MemberName("kafka-0"))
        #expect(scene.residence.homes["A1"]?.members == [member])
        #expect(scene.residence.homes["A1"]?.lost == [member: [TaskID("prod.kafka__kafka-0-broker__1")]])
        // Nobody says where it lives, or the scheduler says that it lives there: then it may.
        scene.members?[0] = Scene.member(0, on: nil)
        #expect(scene.residence.homes["A1"]?.lost == [:])
        scene.members?[0] = Scene.member(0, on: "A1")
        #expect(scene.residence.homes["A1"]?.lost == [:])
    }

    @Test func `includes a stopped member whose volume is there, by name where the data has one`() {
        var scene = Scene()
        scene.agents[3] = Scene.agent("A4", owners: [Scene.owner], volumes: [Agent.Volume(id: "v", owner: Scene.owner, path: "kafka-1-broker-data")])
        #expect(scene.homes == Self.settled + ["A4 prod/kafka/kafka-1"])
        scene.agents[3] = Scene.agent("A4", owners: [Scene.owner], volumes: [Agent.Volume(id: "v", owner: Scene.owner, path: "kafka-broker-data")])
        #expect(scene.homes == Self.settled + ["A4 prod/kafka/?"])
        scene.agents[3] = Scene.agent("A4", owners: [Scene.owner])
        #expect(scene.homes == Self.settled + ["A4 prod/kafka/?"])
        // One whose member is there needs no other explanation.
        scene.agents = [Scene.agent("A1", owners: [Scene.owner], volumes: [Agent.Volume(id: "v", owner: Scene.owner, path: "kafka-broker-data")])]
        #expect(scene.homes == Self.settled)
    }

    @Test(arguments: [
        Agent.Reservation(role: "group", principal: "prod__kafka-principal"), Agent.Reservation(role: "prod__kafka-role"),
        Agent.Reservation(role: "shared", principal: "shared", framework: "F"),
    ]) func `knows whose a reservation is by`(owner: Agent.Reservation) {
        var scene = Scene()
        scene.agents[3] = Scene.agent("A4", owners: [owner])
        #expect(scene.homes == Self.settled + ["A4 prod/kafka/?"])
    }

    @Test func `is not known where the words contradict each other`() {
        var scene = Scene()
        scene.running[0] = Scene.task(0, on: "A4")
        #expect(scene.homes == ["A1? prod/kafka/kafka-0", "A2 prod/kafka/kafka-1", "A3 prod/kafka/kafka-2", "A4? prod/kafka/kafka-0"])
        #expect(scene.residence.notices == ["prod/kafka/kafka-0: its scheduler says that it lives on A1, and Mesos shows it on A4"])

        scene = Scene()
        scene.running.remove(at: 1)
        #expect(scene.homes == ["A1 prod/kafka/kafka-0", "A2? prod/kafka/kafka-1", "A3 prod/kafka/kafka-2"])
        #expect(scene.residence.notices == ["prod/kafka/kafka-1: its scheduler says that it runs on A2, and Mesos shows no task of it there"])

        scene = Scene()
        scene.running.append(Scene.task(7, on: "A4"))
        #expect(scene.homes == Self.settled + ["A4? prod/kafka/kafka-7"])
        #expect(scene.residence.notices == ["prod/kafka/kafka-7: Mesos shows it on A4, and its scheduler does not know it"])
    }

    @Test func `is not known while two frameworks have one name`() {
        var scene = Scene()
        scene.frameworks.append(MesosFramework(id: "F2", name: "prod/kafka", isActive: false))
        scene.running[2] = Scene.task(2, on: "A3", framework: "F2")
        #expect(scene.homes == ["A1? prod/kafka/kafka-0", "A2? prod/kafka/kafka-1", "A3? prod/kafka/kafka-2"])
        #expect(scene.residence.notices.first?.contains("two frameworks are called prod/kafka") == true)
    }

    @Test func `is known beside a framework of the same name that is not active and has no tasks`() {
        var scene = Scene()
        scene.frameworks.append(MesosFramework(id: "F2", name: "prod/kafka", isActive: false))
        #expect(scene.homes == Self.settled && scene.residence.notices.isEmpty)
        scene.frameworks[1] = MesosFramework(id: "F2", name: "prod/kafka", isActive: true)
        #expect(scene.homes == ["A1? prod/kafka/kafka-0", "A2? prod/kafka/kafka-1", "A3? prod/kafka/kafka-2"])
    }

    @Test func `names the members of a framework that no scheduler speaks for`() {
        var scene = Scene()
        scene.hasService = false
        #expect(scene.homes == Self.settled && scene.residence.unheard == ["prod/kafka"])
        #expect(scene.residence.notices == ["Mesos shows members of services that no scheduler was asked for: prod/kafka; name them under services"])
        // Nobody knows how to move them.
        #expect(scene.residence.homes["A1"]?.statefulTasks == 1)
        // Its name may be hidden too.
        scene.frameworks = []
        #expect(scene.homes.first == "A1 F/kafka-0")
        // What is gone but for what it has reserved is found as well.
        scene.running = []
        scene.agents = [Scene.agent("A4", owners: [Scene.owner])]
        #expect(scene.homes == ["A4 prod/kafka/?"])
    }

    @Test func `counts nothing of a service that is to be ignored`() {
        var scene = Scene()
        scene.policies = ServicePolicies(named: ["prod/kafka": ServicePolicies.Said(policy: .ignore)])
        scene.agents[0] = Scene.agent("A1", owners: [Scene.owner], volumes: [Agent.Volume(id: "v", owner: Scene.owner)])
        #expect(scene.residence.homes.isEmpty && scene.residence.members.isEmpty && scene.residence.notices.isEmpty)
    }

    @Test func `is not complete while a scheduler never spoke, or does not say where`() {
        var scene = Scene()
        scene.members = nil
        #expect(!scene.residence.isComplete && scene.homes == Self.settled)
        scene.flavour = .brokers
        scene.members = [0, 1, 2].map { (broker: Int) in MemberSighting(name: MemberName("broker-\(broker)"), broker: broker, task: nil, agent: nil, state: nil)
        }
        #expect(!scene.residence.isComplete)
    }

    @Test func `is complete where Mesos shows every member that a scheduler knows and does not place`() {
        var scene = Scene()
        scene.flavour = .brokers
        scene.members = [0, 1, 2].map { (broker: Int) in MemberSighting(name: MemberName("kafka-\(broker)"), broker: broker, task: nil, agent: nil, state: nil)
        }
        #expect(scene.residence.isComplete && scene.homes == Self.settled)
        scene.running.removeLast()
        #expect(!scene.residence.isComplete)
        scene.unreachable = [Scene.task(2, on: "A3")]
        #expect(scene.residence.isComplete && scene.homes == Self.settled)
    }

    @Test func `takes the scheduler's own name for a task`() {
        var scene = Scene()
        scene.members = [MemberSighting(name: "broker-0", broker: 0, task: "t", agent: "A1", state: "RUNNING")]
        scene.running = [MesosTask(id: "t", name: "kafka-0", framework: "F", frameworkName: nil, agent: "A1", state: "TASK_RUNNING", since: nil)]
        #expect(scene.homes == ["A1 prod/kafka/broker-0"] && scene.residence.notices.isEmpty)
    }
}

@Suite struct `Tasks with state that nobody guards` {
    private func app(_ id: String, _ ties: Set<MarathonSighting.Tie>, on agents: AgentID..., state: String = "TASK_RUNNING") -> MarathonSighting.App {
        MarathonSighting.App(
            id: id, instances: agents.count, ties: ties, labels: [:],
            tasks: agents.enumerated().map { MarathonSighting.Placement(task: TaskID("\(id).\($0.offset)"), agent: $0.element, state: state) })
    }

    private static let marathons = Agent.Reservation(role: "slave_public", principal: "dcos_marathon")

    private func count(_ scene: Scene, _ agent: AgentID) -> Int { scene.residence.homes[agent]?.statefulTasks ?? 0 }

    @Test(arguments: MarathonSighting.Tie.allCases) func `are those that are tied by a`(tie: MarathonSighting.Tie) {
        var scene = Scene()
        scene.marathon = MarathonSighting(apps: [app("/a", [tie], on: "A4", "A4"), app("/b", [], on: "A1")])
        #expect(count(scene, "A4") == 2 && count(scene, "A1") == 0)
    }

    @Test func `are also those whose volume is all that is left`() {
        var scene = Scene()
        scene.frameworks.append(MesosFramework(id: "M", name: "marathon", principal: "dcos_marathon", roles: ["slave_public"]))
        scene.agents[3] = Scene.agent(
            "A4", owners: [Self.marathons], volumes: [Agent.Volume(id: "a", owner: Self.marathons), Agent.Volume(id: "b", owner: Self.marathons)])
        #expect(count(scene, "A4") == 2)
        // A volume and its task are one.
        scene.marathon = MarathonSighting(apps: [app("/a", [.persistentVolume], on: "A4")])
        #expect(count(scene, "A4") == 2)
    }

    @Test func `are not those that are over, unless their volume stays`() {
        var scene = Scene()
        scene.marathon = MarathonSighting(apps: [app("/a", [.pinned], on: "A4", state: "TASK_FAILED")])
        #expect(count(scene, "A4") == 0)
        scene.marathon = MarathonSighting(apps: [app("/a", [.persistentVolume], on: "A4", state: "TASK_FAILED")])
        #expect(count(scene, "A4") == 1)
    }

    @Test func `are members of services that nobody knows how to move`() {
        var scene = Scene()
        scene.package = "cassandra"
        scene.members = scene.members?.map { MemberSighting(name: $0.name, broker: nil, task: $0.task, agent: $0.agent, state: $0.state) }
        #expect(count(scene, "A1") == 1)
        scene.policies = ServicePolicies(named: ["prod/kafka": ServicePolicies.Said(policy: .guarded)])
        #expect(count(scene, "A1") == 0)
    }

    @Test func `are in doubt only where a member of such a service is`() {
        var scene = Scene()
        scene.running[0] = Scene.task(0, on: "A4")
        #expect(scene.residence.homes["A4"]?.isDoubtful == true && scene.residence.homes["A4"]?.isStateDoubtful == false)
        scene.policies = ServicePolicies(named: ["prod/kafka": ServicePolicies.Said(policy: .refuse)])
        #expect(scene.residence.homes["A4"]?.isStateDoubtful == true)
    }
}
