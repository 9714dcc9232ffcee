import Fleet
import Rules
import Testing

@testable import Rounds

/// What was not seen must never become a fact that something is not there.
@Suite struct `What was not seen` {
    @Test func `is not taken for an agent that is not there`() throws {
        // Older than this ledger, and its agent is not listed: it may have joined, and been lost, long before.
        let rules = try Samples.rules("no-agent", "agent_id IS NULL AND ec2_state = 'running' AND launch_age > 60")
        let watch = try Watch(rules: rules)
        try watch.look(0, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1), Samples.instance(2)]))
        try watch.look(700, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1), Samples.instance(2)]))
        #expect(watch.state(of: 2) == .unknown && watch.fact(.agentID, of: "i-2") == .unknown && watch.fact(.tasks, of: "i-2") == .unknown)
        #expect(watch.findings.isEmpty)
        // One that was watched from its launch has none, and that is known.
        let young = Samples.ec2([Samples.instance(1), Samples.instance(3, launched: Samples.time(701))])
        try watch.look(715, Samples.mesos([Samples.agent(1)]), young)
        #expect(watch.state(of: 3) == .state(.never) && watch.fact(.agentID, of: "i-3") == .none && watch.fact(.tasks, of: "i-3") == .none)
    }

    @Test func `of a recovered agent's attributes is enough to tell its pool`() throws {
        let rack = Agent.Attribute(name: "rack", value: "a")
        let watch = try Watch(settings: Settings(pools: [Pool(name: "racks", selector: Pool.Selector(attributes: [rack]))]))
        let recovered = RecoveredAgent(id: Samples.agentID(1), hostname: "10.0.0.1", attributes: [rack])
        try watch.look(0, Samples.mesos([], recovered: [recovered]), Samples.ec2([Samples.instance(1)], target: nil))
        #expect(watch.fact(.pool, of: "i-1") == .text("racks") && watch.state(of: 1) == .state(.recovered))
    }

    @Test func `of the master's counts is not shown for what it was`() throws {
        let watch = try Watch()
        let counted = try watch.look(0, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1)]))
        #expect(counted.picture.counts != nil)
        let seen = Samples.mesos([Samples.agent(1)])
        let blind = MesosSighting(master: seen.master, agents: seen.agents, counts: .failure(Samples.failure))
        #expect(try watch.look(15, blind).picture.counts == nil)
    }

    @Test func `of an agent's instance is said`() throws {
        let watch = try Watch()
        let report = try watch.look(0, Samples.mesos([Samples.agent(1), Samples.agent(2)]), Samples.ec2([Samples.instance(1)]))
        #expect(report.notices == ["1 agents match no instance by their address: M-S2; do the pools' tags leave their instances out?"])
        #expect(
            try watch.look(60, Samples.mesos([Samples.agent(1), Samples.agent(2)]), Samples.ec2([Samples.instance(1), Samples.instance(2)])).notices == [])
    }

    @Test func `of tasks on a machine that an agent has left is not told of it`() throws {
        let watch = try Watch()
        let failed = MesosTask(
            id: "t", name: "t", framework: "f", frameworkName: nil, agent: Samples.agentID(1), state: "TASK_FAILED", since: Samples.time(-60))
        let tasks = Result<MesosSighting.Tasks, SourceFailure>.success(MesosSighting.Tasks(completed: [failed]))
        try watch.look(0, Samples.mesos([Samples.agent(1)], tasks: tasks), Samples.ec2([Samples.instance(1), Samples.instance(2)]))
        #expect(watch.fact(.taskFailures1h, of: "i-1") == .integer(1))
        // The agent comes back on the other machine with its old id.
        let moved = Samples.mesos([Samples.agent(1, hostname: "10.0.0.2", pid: "slave(1)@10.0.0.2:5051")], tasks: tasks)
        try watch.look(60, moved, Samples.ec2([Samples.instance(1), Samples.instance(2)]))
        #expect(watch.fact(.taskFailures1h, of: "i-2") == .integer(1) && watch.fact(.taskFailures1h, of: "i-1") == .unknown)
    }

    @Test func `under another name is still in a node's changes`() throws {
        let rules = try Samples.rules("changed", "EXISTS (SELECT 1 FROM change WHERE change.node_id = node.id AND change.new = 'inactive')")
        let watch = try Watch(rules: rules)
        let agents = [Samples.agent(1), Samples.agent(2, isActive: false)]
        try watch.look(0, Samples.mesos([Samples.agent(1), Samples.agent(2)]), Samples.ec2([Samples.instance(1)]))
        try watch.look(15, Samples.mesos(agents))
        try watch.look(60, Samples.mesos(agents), Samples.ec2([Samples.instance(1), Samples.instance(2)]))
        #expect(watch.findings == ["changed i-2 firing"])
    }
}

@Suite struct `A scheduled event` {
    @Test func `that takes the machine away is shown before an earlier reboot`() {
        let reboot = InstanceStatus.ScheduledEvent(code: "instance-reboot", notBefore: Samples.time(3600), summary: "")
        let retirement = InstanceStatus.ScheduledEvent(code: "instance-retirement", notBefore: Samples.time(86_400), summary: "")
        var facts = NodeFacts(id: "i-1")
        facts.tell(InstanceStatus(id: "i-1", system: .ok, instance: .ok, events: [reboot, retirement]), of: Samples.instance(1))
        #expect(facts[.scheduledEvent] == .text("instance-retirement") && facts[.scheduledEventTime] == .time(Samples.time(86_400)))
        facts.tell(InstanceStatus(id: "i-1", system: .ok, instance: .ok, events: [reboot]), of: Samples.instance(1))
        #expect(facts[.scheduledEvent] == .text("instance-reboot"))
    }
}
