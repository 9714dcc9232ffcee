import Fleet
import Ledger
import Replacing
import Rules
import Testing

@testable import Rounds

@Suite struct `The members on a node` {
    private let watch: Watch
    private var brokers = Brokers()

    init() throws { watch = try Watch(settings: Brokers.settings) }

    @Test func `are told when Mesos and the scheduler agree`() throws {
        let report = try watch.look(0, brokers)
        #expect(watch.members == ["kafka-0", "kafka-1", "kafka-2", "-"])
        #expect(report.notices.isEmpty && watch.fact(.statefulTasks, of: "i-1") == .integer(0))
        #expect(watch.round.state.sources[.service(Brokers.name)]?.lastSuccess == Samples.start)
        #expect(try watch.look(15, brokers.mesos).rows.services == 0)
    }

    @Test func `stay while a scheduler restarts, and are unknown once its word is stale`() throws {
        var silent = brokers
        silent.members = .failure(SourceFailure("https://dcos.example.com/service/prod/kafka/v1/pod answered 503"))
        try watch.look(0, brokers)
        for seconds in stride(from: 60, through: 180, by: 60) {
            try watch.look(seconds, silent)
            #expect(watch.members == ["kafka-0", "kafka-1", "kafka-2", "-"], "\(seconds)")
        }
        try watch.look(240, silent)
        #expect(watch.members == ["?", "?", "?", "?"] && watch.fact(.statefulTasks, of: "i-1") == .unknown)
        try watch.look(300, brokers)
        #expect(watch.members == ["kafka-0", "kafka-1", "kafka-2", "-"])
    }

    @Test func `are unknown, and never none, while a scheduler has not spoken`() throws {
        var silent = brokers
        silent.members = .failure(SourceFailure("404 service not found"))
        try watch.look(0, silent)
        #expect(watch.members == ["?", "?", "?", "?"])
    }

    @Test func `are unknown where Mesos hides its tasks`() throws {
        var hidden = brokers
        hidden.running[0] = nil
        hidden.members = .success([Brokers.member(1, on: 2), Brokers.member(2, on: 3)])
        let report = try watch.look(0, hidden)
        #expect(watch.members == ["?", "kafka-1", "kafka-2", "-"] && watch.fact(.statefulTasks, of: "i-1") == .unknown)
        #expect(
            report.notices == ["1 agents have resources in use that no task we see explains: i-1; may Mayfly see all frameworks and tasks?"])
    }

    @Test(arguments: [true, false])
    func `are unknown on agents that are gone while nobody says where a member is, unless the replacement of its node had seen it there`(isReplaced: Bool)
        throws
    {
        let watch = try Watch(settings: Acting.settings(), rules: try Acting.rules(.act, isReplaced ? "id = 'i-1'" : "id = 'i-9'"))
        var now = brokers
        func look(_ seconds: Int) throws {
            _ = try watch.take(.claim(.ours(confirmedAt: Samples.time(seconds))), at: seconds)
            try watch.look(seconds, now)
        }
        try look(0)
        try look(15)
        #expect(watch.work.open.first?.moves.map(\.member) == (isReplaced ? [ServiceMember(Brokers.name, "kafka-0")] : nil))
        // Two agents go, and a scheduler of old does not say where the broker of one of them is.
        now.agents = [2, 3].map { Samples.agent($0, roles: ["prod__kafka-role"]) }
        now.running[0] = nil
        now.flavour = .brokers
        now.members = .success((0...2).map { (number: Int) in Self.placeless(number) })
        try look(30)
        #expect(watch.members[3] == (isReplaced ? "-" : "?"))
    }

    private static func placeless(_ broker: Int) -> MemberSighting {
        MemberSighting(name: MemberName("kafka-\(broker)"), broker: broker, task: nil, agent: nil, state: nil)
    }

    @Test func `keep a machine that was ended in the fleet until they have another home`() throws {
        var now = brokers
        var instances = now.instances
        func look(_ seconds: Int) throws {
            _ = try watch.take(.services(now.services), at: seconds)
            try watch.look(seconds, now.mesos, instances)
        }
        try look(0)
        now.agents.removeAll { $0.id == Samples.agentID(1) || $0.id == Samples.agentID(4) }
        now.running[0] = nil
        instances = Samples.ec2((1...4).map { Samples.instance($0, state: [1, 4].contains($0) ? .terminated : .running) })
        try look(60)
        #expect(watch.nodes == ["i-1", "i-2", "i-3"], "nobody lived on the fourth")
        #expect(watch.members == ["kafka-0", "kafka-1", "kafka-2", "?"])
        instances = Samples.ec2((2...3).map { Samples.instance($0) })
        for seconds in stride(from: 120, through: 7200, by: 60) { try look(seconds) }
        #expect(watch.nodes == ["i-1", "i-2", "i-3"] && watch.fact(.ec2State, of: "i-1") == .text("terminated"), "what has ended has ended for good")
        now.agents.append(Samples.agent(5, roles: ["prod__kafka-role"]))
        now.running[0] = 5
        now.members = .success([Brokers.member(0, on: 5), Brokers.member(1, on: 2), Brokers.member(2, on: 3)])
        try look(7260)
        #expect(watch.nodes == ["agent:M-S5", "i-2", "i-3"])
    }

    @Test func `keep a machine that was ended for an hour while nobody can say whether there were any`() throws {
        var silent = brokers
        silent.members = .failure(SourceFailure("404 service not found"))
        try watch.look(0, silent)
        silent.agents.removeAll { $0.id == Samples.agentID(1) }
        silent.running[0] = nil
        let instances = Samples.ec2((1...4).map { Samples.instance($0, state: $0 == 1 ? .terminated : .running) })
        for seconds in stride(from: 60, through: 3600, by: 60) {
            _ = try watch.take(.services(silent.services), at: seconds)
            try watch.look(seconds, silent.mesos, instances)
        }
        #expect(watch.nodes == ["i-1", "i-2", "i-3", "i-4"])
        try watch.look(3660, silent.mesos, instances)
        #expect(watch.nodes == ["i-2", "i-3", "i-4"])
    }

    @Test func `are unknown where two words contradict each other`() throws {
        var moved = brokers
        moved.running[0] = 4
        moved.agents = (1...4).map { Samples.agent($0) }
        let report = try watch.look(0, moved)
        #expect(watch.members == ["?", "kafka-1", "kafka-2", "?"])
        #expect(report.notices == ["prod/kafka/kafka-0: its scheduler says that it lives on M-S1, and Mesos shows it on M-S4"])
    }

    @Test func `are in doubt for a moment while one moves there, and its other state is counted all the same, then and when the agent is lost`() throws {
        try watch.look(0, brokers)
        var moved = brokers
        moved.running[0] = 4
        moved.agents = (1...4).map { Samples.agent($0) }
        try watch.look(15, moved)
        #expect(watch.members[3] == "?" && watch.fact(.statefulTasks, of: "i-4") == .integer(0))
        moved.agents.removeLast()
        moved.running[0] = nil
        try watch.look(30, moved)
        #expect(watch.fact(.mesosState, of: "i-4") == .state(.absent) && watch.fact(.statefulTasks, of: "i-4") == .integer(0))
    }

    @Test func `are told of an agent that is lost, with what lay on it`() throws {
        let owner = Agent.Reservation(role: "prod__kafka-role", principal: "prod__kafka-principal")
        var lost = brokers
        lost.agents[3] = Agent(
            id: Samples.agentID(4), hostname: "10.0.0.4", pid: "slave(1)@10.0.0.4:5051", version: "1.12.0", registeredTime: Samples.longAgo,
            reservations: [owner])
        try watch.look(0, lost)
        #expect(watch.fact(.members, of: "i-4") == .text("[\"prod/kafka/?\"]"))
        lost.agents = Array(lost.agents[1...2])
        lost.running[0] = nil
        lost.members = .success([Brokers.member(0, on: 1, state: "LOST"), Brokers.member(1, on: 2), Brokers.member(2, on: 3)])
        try watch.look(15, lost)
        #expect(watch.fact(.mesosState, of: "i-1") == .state(.absent) && watch.members[0] == "kafka-0")
        #expect(watch.fact(.members, of: "i-4") == .text("[\"prod/kafka/?\"]"))
    }

    @Test func `are unknown while Marathon does not tell which services there are`() throws {
        var silent = brokers
        silent.marathon = .failure(SourceFailure("503"))
        try watch.look(0, silent)
        #expect(watch.members == ["?", "?", "?", "?"])
    }

    @Test func `of a service that is gone are forgotten with it`() throws {
        try watch.look(0, brokers)
        var gone = brokers
        gone.hasService = false
        gone.running = [:]
        gone.agents = (1...4).map { Samples.agent($0) }
        try watch.look(60, gone)
        #expect(watch.members == ["-", "-", "-", "-"] && watch.round.state.sources[.service(Brokers.name)] == nil)
        #expect(try watch.ledger.remembered().services.isEmpty)
    }

    @Test func `are none on a machine that never joined`() throws {
        try watch.look(0, brokers)
        let young = Samples.ec2((1...5).map { Samples.instance($0, launched: $0 == 5 ? Samples.time(701) : Samples.longAgo) })
        try watch.look(700, brokers)
        try watch.look(715, brokers.mesos, young)
        #expect(watch.state(of: 5) == .state(.never) && watch.fact(.members, of: "i-5") == .text("[]") && watch.fact(.statefulTasks, of: "i-5") == .integer(0))
    }

    @Test func `and their in-sync sets outlive a restart of the program`() throws {
        try watch.look(0, brokers)
        var behind = brokers
        behind.topics = ["orders": [[1], [1, 2]]]
        behind.topicsReadAt = 60
        try watch.look(60, behind)
        try watch.restart(at: 75)
        let memory = try #require(watch.round.state.services[Brokers.name])
        #expect(memory.standing.behind.mapValues { $0.map(\.description) } == [0: ["orders-0"]])
        #expect(memory.members.values.map(\.member.node).compactMap { $0 }.sorted() == ["i-1", "i-2", "i-3"])
        // Before anybody has been asked again, the ledger's word is as old as it is.
        try watch.look(90, brokers.mesos, brokers.instances)
        #expect(watch.members == ["kafka-0", "kafka-1", "kafka-2", "-"])
        #expect(try watch.ledger.inSync(of: Brokers.name, at: Samples.time(59)).map(\.sets.packed) == ["0:0.1 1:1.2"])
    }

    @Test func `are in a table of their own, as the services are`() throws {
        let condition = """
            EXISTS (SELECT 1 FROM member m JOIN service s ON s.name = m.service WHERE m.node_id = node.id AND m.in_sync = 0 AND s.kind = 'kafka' AND s.size = 3)
            """
        let rules = try Samples.rules("behind", condition)
        let watch = try Watch(settings: Brokers.settings, rules: rules)
        try watch.look(0, brokers)
        #expect(watch.findings.isEmpty)
        var behind = brokers
        behind.topics = ["orders": [[1], [1, 2]]]
        behind.topicsReadAt = 60
        behind.registered = .success([0, 1])
        try watch.look(60, behind)
        #expect(watch.findings == ["behind i-1 firing", "behind i-3 firing"])
        // Unknown ends nothing.
        behind.members = .failure(SourceFailure("503"))
        for seconds in stride(from: 120, through: 300, by: 60) { try watch.look(seconds, behind) }
        #expect(watch.findings == ["behind i-1 firing", "behind i-3 firing"])
        #expect(watch.round.judgement?.rules.first?.unknown.count == 4)
    }
}
