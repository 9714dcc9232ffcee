import Fleet
import Ledger
import Rules
import Testing

@testable import Rounds

private let two = (1...2).map { Samples.agent($0) }
private let twoInstances = (1...2).map { Samples.instance($0) }

@Suite struct `The fleet` {
    @Test func `gives an agent's node the name of its instance, with its history; its clocks start again`() throws {
        let rules = try Samples.rules("lost", "mesos_state = 'inactive'", "for: 10m")
        let watch = try Watch(rules: rules)
        let agents = [Samples.agent(1), Samples.agent(2, isActive: false)]
        try watch.look(0, Samples.mesos([Samples.agent(1), Samples.agent(2)]), Samples.ec2([Samples.instance(1)]))
        #expect(watch.nodes == ["agent:M-S2", "i-1"])
        try watch.look(15, Samples.mesos(agents))
        #expect(watch.findings == ["lost agent:M-S2 pending"])
        let report = try watch.look(60, Samples.mesos(agents), Samples.ec2(twoInstances))
        #expect(watch.nodes == ["i-1", "i-2"])
        #expect(watch.findings == ["lost i-2 pending"])
        #expect(report.findings.first { $0.node == "agent:M-S2" }?.resolution == .nodeRenamed)
        #expect(watch.round.state.findings.values.first?.since == Samples.time(60))
        #expect(watch.fact(.mesosStateAge, of: "i-2") == .integer(45), "its state is no younger by its new name")
        let found = try watch.ledger.nodes(named: "agent:M-S2")
        #expect(found.map(\.id) == ["i-2"] && found.first?.firstSeen == Samples.time(0))
        let history = try watch.ledger.history(node: "i-2")
        #expect(history.contains { if case .changed(.mesosState, _, .text("inactive")) = $0.event { $0.at == Samples.time(15) } else { false } })
        #expect(try watch.audit().contains("node_renamed"))
        // And all of it again from the ledger.
        try watch.restart(at: 70)
        try watch.look(75, Samples.mesos(agents), Samples.ec2(twoInstances))
        #expect(watch.findings == ["lost i-2 pending"] && watch.nodes == ["i-1", "i-2"])
    }

    @Test func `merges an agent's node into an instance's that was there first`() throws {
        let watch = try Watch()
        let lost = Samples.agent(2, hostname: "elsewhere", pid: "slave(1)@192.168.0.2:5051")
        try watch.look(0, Samples.mesos([Samples.agent(1), lost]), Samples.ec2(twoInstances))
        #expect(watch.nodes == ["agent:M-S2", "i-1", "i-2"])
        try watch.look(15, Samples.mesos(two))
        #expect(watch.nodes == ["i-1", "i-2"])
        #expect(watch.state(of: 2) == .state(.active))
        #expect(try watch.ledger.nodes(named: "agent:M-S2").map(\.id).contains("i-2"))
        try watch.restart(at: 20)
        try watch.look(30, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(watch.nodes == ["i-1", "i-2"])
    }

    @Test func `takes a fresh agent on an old instance as the same node`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.look(15, Samples.mesos([Samples.agent(1), Samples.agent(2, id: "M-S9")]))
        #expect(watch.nodes == ["i-1", "i-2"])
        #expect(watch.fact(.agentID, of: "i-2") == .text("M-S9") && watch.state(of: 2) == .state(.active))
    }

    @Test func `loses an instance only after sweeps over three intervals did not list it`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        let gone = Samples.mesos([Samples.agent(1)])
        for seconds in [60, 120, 180, 225] {
            try watch.look(seconds, gone, Samples.ec2([Samples.instance(1)]))
            #expect(watch.nodes == ["i-1", "i-2"], "after \(seconds) s")
            #expect(watch.fact(.imageID, of: "i-2") == .unknown && watch.fact(.imageAge, of: "i-2") == .unknown)
        }
        let report = try watch.look(240, gone, Samples.ec2([Samples.instance(1)]))
        #expect(watch.nodes == ["i-1"])
        #expect(try watch.audit().contains("node_departed"))
        #expect(report.picture.state.nodes.count == 1)
    }

    @Test func `does not lose an instance by one sweep and silence`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        let gone = Samples.mesos([Samples.agent(1)])
        try watch.look(60, gone, Samples.ec2([Samples.instance(1)]))
        for seconds in [120, 180, 240, 241, 300] {
            try watch.look(seconds, gone, Samples.ec2Failed)
            #expect(watch.nodes == ["i-1", "i-2"], "after \(seconds) s")
        }
        // It is listed again: it was the observer.
        try watch.look(360, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(watch.nodes == ["i-1", "i-2"] && watch.fact(.imageID, of: "i-2") == .text("ami-old"))
    }

    @Test func `loses a terminated instance at once, when its agent is gone too`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        let terminated = Samples.ec2([Samples.instance(1), Samples.instance(2, state: .terminated)])
        try watch.look(60, Samples.mesos(two), terminated)
        #expect(watch.fact(.ec2State, of: "i-2") == .text("terminated") && watch.fact(.systemStatus, of: "i-2") == .none)
        #expect(watch.state(of: 2) == .state(.active), "Mesos has not noticed yet")
        let recovered = Samples.mesos([two[0]], recovered: [Samples.recovered(2)], master: "N", elected: Samples.time(70))
        try watch.look(75, recovered)
        #expect(watch.nodes == ["i-1", "i-2"])
        try watch.look(90, Samples.mesos([two[0]], master: "N", elected: Samples.time(70)))
        #expect(watch.nodes == ["i-1"])
        try watch.look(120, Samples.mesos([two[0]], master: "N", elected: Samples.time(70)), terminated)
        #expect(watch.nodes == ["i-1"], "it does not come back for being listed")
    }

    @Test func `loses an instance that was shutting down as soon as EC2 forgets it`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        let gone = Samples.mesos([Samples.agent(1)])
        try watch.look(60, gone, Samples.ec2([Samples.instance(1), Samples.instance(2, state: .shuttingDown)]))
        #expect(watch.nodes == ["i-1", "i-2"])
        try watch.look(120, gone, Samples.ec2([Samples.instance(1)]))
        #expect(watch.nodes == ["i-1"])
    }

    @Test func `keeps a node whose agent is still listed, whatever EC2 says`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        for seconds in stride(from: 60, through: 600, by: 60) { try watch.look(seconds, Samples.mesos(two), Samples.ec2([Samples.instance(1)])) }
        #expect(watch.nodes == ["i-1", "i-2"] && watch.state(of: 2) == .state(.active))
    }

    @Test func `lets no node take over the agent that runs on another`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        // The instance is replaced by one at the same address, and the agent comes back there with its old id.
        let after = [Samples.instance(1), Samples.instance(2, state: .terminated), Samples.instance(3, ip: 2)]
        try watch.look(60, Samples.mesos(two), Samples.ec2(after))
        #expect(watch.state(of: 3) == .state(.active) && watch.fact(.agentID, of: "i-3") == .text("M-S2"))
        #expect(watch.nodes == ["i-1", "i-3"])
        try watch.restart(at: 70)
        _ = try watch.take(.ec2(Samples.ec2Failed), at: 75)
        try watch.look(75, Samples.mesos(two))
        #expect(watch.state(of: 3) == .state(.active), "a terminated instance has no address in the ledger either")
    }

    @Test func `says nothing of an agent that could be on two instances`() throws {
        let watch = try Watch()
        let tasks = MesosSighting.Tasks(running: [MesosTask(id: "t", name: "t", framework: "f", frameworkName: nil, agent: "M-S1", state: "TASK_RUNNING", since: nil)])
        try watch.look(0, Samples.mesos(two, tasks: .success(tasks)), Samples.ec2(twoInstances))
        #expect(watch.fact(.tasks, of: "i-1") == .integer(1))
        let report = try watch.look(60, Samples.mesos(two, tasks: .success(tasks)), Samples.ec2(twoInstances + [Samples.instance(3, ip: 1)]))
        #expect(watch.state(of: 1) == .unknown && watch.state(of: 3) == .unknown && watch.state(of: 2) == .state(.active))
        #expect(watch.fact(.tasks, of: "i-1") == .unknown)
        #expect(report.notices.count == 1 && report.notices[0].contains("M-S1"))
    }

    @Test func `makes no node of an agent of before a failover whose machine has another now`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        let after = Samples.mesos([Samples.agent(1), Samples.agent(2, id: "N-S0")], recovered: [Samples.recovered(2)], master: "N", elected: Samples.time(10))
        try watch.look(15, after)
        #expect(watch.nodes == ["i-1", "i-2"] && watch.fact(.agentID, of: "i-2") == .text("N-S0"))
    }

    @Test func `keeps a lost node in the pool that its agent's attributes chose`() throws {
        let attribute = Agent.Attribute(name: "rack", value: "a")
        let pool = Pool(name: "racked", selector: Pool.Selector(tags: [Instance.Tag(key: "Role", value: "agent")], attributes: [attribute]))
        let watch = try Watch(settings: Settings(pools: [pool]))
        let (one, other) = (Samples.agent(1, attributes: [attribute]), Samples.agent(2, attributes: [attribute]))
        let ec2 = Samples.ec2(twoInstances, target: nil)
        try watch.look(0, Samples.mesos([one, other]), ec2)
        #expect(watch.fact(.pool, of: "i-2") == .text("racked"))
        try watch.look(15, Samples.mesos([one]), ec2)
        #expect(watch.state(of: 2) == .state(.absent) && watch.fact(.pool, of: "i-2") == .text("racked"))
        try watch.restart(at: 20)
        try watch.look(30, Samples.mesos([one]), ec2)
        #expect(watch.fact(.pool, of: "i-2") == .text("racked"))
        try watch.look(45, Samples.mesos([one, Samples.agent(2)]), ec2)
        #expect(watch.fact(.pool, of: "i-2") == .none, "back without the attribute")
    }

    @Test func `is told of pools that overlap, and says of their nodes that the pool is unknown`() throws {
        let other = Pool(name: "other", selector: Pool.Selector(attributes: [Agent.Attribute(name: "rack", value: "a")]))
        let watch = try Watch(settings: Settings(pools: [Samples.pool, other]))
        let report = try watch.look(
            0, Samples.mesos([Samples.agent(1, attributes: [Agent.Attribute(name: "rack", value: "a")]), Samples.agent(2)]), Samples.ec2(twoInstances))
        #expect(watch.fact(.pool, of: "i-1") == .unknown && watch.fact(.pool, of: "i-2") == .text("private"))
        #expect(watch.fact(.targetImageID, of: "i-1") == .unknown && watch.fact(.imageOutdated, of: "i-1") == .unknown)
        #expect(report.notices == ["node i-1 is selected by pools other, private: pools must not overlap"])
    }

    @Test func `shows a node that is gone as it was in its last moment`() throws {
        let rules = try Samples.rules("lost", "mesos_state = 'absent'")
        let watch = try Watch(rules: rules)
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        let gone = Samples.mesos([Samples.agent(1)])
        try watch.look(60, gone, Samples.ec2(twoInstances))
        #expect(watch.findings == ["lost i-2 firing"])
        let report = try watch.look(120, gone, Samples.ec2([Samples.instance(1), Samples.instance(2, state: .terminated)]))
        #expect(report.findings.map(\.resolution) == [.nodeDeparted])
        let node = try #require(try watch.ledger.nodes(named: "10.0.0.2").first)
        #expect(node.departedAt == Samples.time(120))
        let picture = try Picture.departed(node, in: watch.ledger, rules: rules, settings: watch.settings)
        let explanation = try #require(picture.explain(node.id))
        #expect(explanation.rules.map(\.standing) == [.firing])
        #expect(explanation.rules[0].reads.map(\.reading) == [.text("absent")])
        #expect(explanation.rules[0].reads[0].since == Samples.time(60))
    }
}
