import Fleet
import Testing

private let start = Timestamp(milliseconds: 1_800_000_000_000)

private func agent(
    _ id: AgentID, hostname: String = "elsewhere", pid: String = "slave(1)@192.0.2.1:5051", isActive: Bool = true, isDeactivated: Bool = false,
    drain: Agent.Drain? = nil, roles: [String] = [], attributes: [Agent.Attribute] = []
) -> Agent {
    Agent(
        id: id, hostname: hostname, pid: pid, isActive: isActive, isDeactivated: isDeactivated, drain: drain, version: "1.12.0", registeredTime: start,
        attributes: attributes, allocatedRoles: roles)
}

private func instance(_ tags: [String: String]) -> Instance {
    Instance(
        id: "i-1", image: "ami-1", state: .running, privateIP: "10.0.0.1", zone: "z", type: "t", launchTime: start,
        tags: tags.sorted { $0.key < $1.key }.map { Instance.Tag(key: $0.key, value: $0.value) })
}

@Suite struct `An address` {
    @Test func `is four numbers and nothing else`() {
        for text in ["0.0.0.0", "10.0.1.11", "255.255.255.255"] { #expect(Address(text)?.description == text) }
        for text in [
            "", "10.0.1", "10.0.1.11.12", "256.0.0.1", "10..1.1", "10.0.1.-1", "10.0.1.+1", " 10.0.1.1", "10.0.1.1 ", "0x10.0.0.1", "10.0.1.0011", "a.b.c.d",
            "::1",
        ] {
            #expect(Address(text) == nil, "\(text)")
        }
    }

    @Test func `is found in hostnames and pids`() {
        for name in ["10.0.1.15", "ip-10-0-1-15", "ip-10-0-1-15.ec2.internal"] { #expect(Address(hostname: name) == Address("10.0.1.15"), "\(name)") }
        for name in ["agent.example.com", "ip-10-0-1", "ip-10-0-1-15-16", "ip-10-0-1-999", "IP-10-0-1-15", "myip-10-0-1-15", ""] {
            #expect(Address(hostname: name) == nil, "\(name)")
        }
        #expect(Address(pid: "slave(1)@10.0.1.11:5051") == Address("10.0.1.11"))
        for pid in ["", "slave(1)", "slave(1)@", "slave(1)@host:5051", "@:5051"] { #expect(Address(pid: pid) == nil, "\(pid)") }
        #expect(agent("S1", hostname: "elsewhere").address == Address("192.0.2.1") && agent("S1", hostname: "ip-10-0-1-15").address == Address("10.0.1.15"))
    }
}

@Suite struct `A join` {
    private func host(_ number: Int, at address: Int? = nil, last: AgentID? = nil) throws -> Join.Host {
        Join.Host(instance: InstanceID("i-\(number)"), address: try #require(Address("10.0.0.\(address ?? number)")), lastAgent: last)
    }

    @Test func `goes by hostname, else by pid`() throws {
        let join = Join(
            agents: [
                agent("S1", hostname: "10.0.0.1"), agent("S2", hostname: "ip-10-0-0-2.ec2.internal"), agent("S3", pid: "slave(1)@10.0.0.3:5051"), agent("S4"),
            ],
            recovered: [], hosts: [try host(1), try host(2), try host(3), try host(5)])
        #expect(join.agents == ["i-1": "S1", "i-2": "S2", "i-3": "S3"] && join.instances == ["S1": "i-1", "S2": "i-2", "S3": "i-3"])
        #expect(join.ambiguities.isEmpty && join.ambiguousAgents.isEmpty)
    }

    @Test func `is ambiguous when an address is that of two instances`() throws {
        let join = Join(
            agents: [agent("S1", hostname: "10.0.0.1"), agent("S2", hostname: "10.0.0.2")], recovered: [],
            hosts: [try host(1), try host(3, at: 1), try host(2)])
        #expect(join.agents == ["i-2": "S2"] && join.ambiguousInstances == ["i-1", "i-3"] && join.ambiguousAgents == ["S1"])
        #expect(join.ambiguities == ["agent S1 matches instances i-1, i-3"])
    }

    @Test func `is ambiguous when two agents say that they are at one address`() throws {
        let join = Join(agents: [agent("S1", hostname: "10.0.0.1"), agent("S2", hostname: "ip-10-0-0-1")], recovered: [], hosts: [try host(1)])
        #expect(join.agents.isEmpty && join.ambiguousAgents == ["S1", "S2"] && join.ambiguousInstances == ["i-1"])
        #expect(join.ambiguities.count == 1)
    }

    @Test func `is ambiguous when the pid contradicts the hostname`() throws {
        let one = agent("S1", hostname: "10.0.0.1", pid: "slave(1)@10.0.0.2:5051")
        let join = Join(agents: [one, agent("S2", hostname: "10.0.0.2", pid: "slave(1)@10.0.0.2:5051")], recovered: [], hosts: [try host(1), try host(2)])
        #expect(join.agents.isEmpty && join.ambiguousInstances == ["i-1", "i-2"] && join.ambiguousAgents.contains("S1"))
        #expect(Join(agents: [one], recovered: [], hosts: [try host(1)]).agents == ["i-1": "S1"], "a pid that is nobody's address contradicts nothing")
    }

    @Test func `knows recovered agents by id, else by hostname, and lets a listed one have the instance`() throws {
        let recovered = [
            RecoveredAgent(id: "S1", hostname: "odd"), RecoveredAgent(id: "S2", hostname: "10.0.0.2"), RecoveredAgent(id: "S3", hostname: "10.0.0.3"),
        ]
        let join = Join(
            agents: [agent("S9", hostname: "10.0.0.3")], recovered: recovered,
            hosts: [try host(1, last: "S1"), try host(2, last: "S7"), try host(3, last: "S3")])
        #expect(join.agents == ["i-1": "S1", "i-2": "S2", "i-3": "S9"])
        #expect(join.superseded == ["S3"] && join.ambiguities.isEmpty)
    }

    @Test func `is ambiguous when two recovered agents would have one instance`() throws {
        let join = Join(
            agents: [], recovered: [RecoveredAgent(id: "S1", hostname: "10.0.0.1"), RecoveredAgent(id: "S2", hostname: "10.0.0.1")], hosts: [try host(1)])
        #expect(join.agents.isEmpty && join.ambiguousAgents == ["S1", "S2"])
    }
}

@Suite struct `A Mesos state` {
    @Test func `follows the table of what was observed`() {
        #expect(MesosState(of: agent("S"), inMaintenance: false) == .active)
        #expect(MesosState(of: agent("S", isActive: false), inMaintenance: false) == .inactive)
        #expect(MesosState(of: agent("S", isActive: false, isDeactivated: true), inMaintenance: false) == .deactivated)
        #expect(MesosState(of: agent("S", isActive: false, isDeactivated: true, drain: .draining), inMaintenance: false) == .draining)
        #expect(MesosState(of: agent("S", isActive: false, isDeactivated: true, drain: .drained), inMaintenance: false) == .drained)
        #expect(MesosState(of: agent("S"), inMaintenance: true) == .maintenance)
        #expect(MesosState(of: agent("S", isActive: false), inMaintenance: true) == .maintenance)
        #expect(MesosState(of: agent("S", isActive: false, isDeactivated: true), inMaintenance: true) == .deactivated)
    }

    private func unlisted(
        known: Bool = true, listed: Bool = false, down: Bool = false, leads: Int = 601, launch: Int? = nil, watched: Int? = nil
    ) -> Reading {
        MesosState.unlisted(
            wasKnown: known, wasListed: listed, isDown: down, masterSince: start - .seconds(leads), reregister: .seconds(600),
            launchTime: launch.map { start - .seconds($0) }, watchedSince: watched.map { start - .seconds($0) }, now: start)
    }

    @Test func `of an agent that is not listed waits for the re-register time-out`() {
        #expect(unlisted() == .text("absent") && unlisted(leads: 600) == .text("absent"))
        #expect(unlisted(leads: 599) == .unknown && unlisted(leads: -5) == .unknown)
        #expect(unlisted(listed: true, leads: 1) == .text("absent"))
        #expect(unlisted(down: true, leads: 1) == .text("maintenance"))
        #expect(unlisted(known: false, launch: 100, watched: 200) == .text("never") && unlisted(known: false, launch: 100, watched: 100) == .text("never"))
        #expect(unlisted(known: false, launch: 200, watched: 100) == .unknown && unlisted(known: false, launch: 100) == .unknown)
        #expect(unlisted(known: false, watched: 100) == .unknown && unlisted(known: false, leads: 599, launch: 100, watched: 200) == .unknown)
    }

    @Test func `sees maintenance by hostname or by address`() {
        let maintenance = MesosSighting.Maintenance(
            draining: [MesosSighting.Machine(hostname: "a", ip: nil)],
            down: [MesosSighting.Machine(hostname: nil, ip: "10.0.0.1"), MesosSighting.Machine(hostname: "b", ip: "bad")])
        let address = Address("10.0.0.1").map { [$0] } ?? []
        #expect(maintenance.covers(hostname: "a", addresses: []) && !maintenance.isDown(hostname: "a", addresses: []))
        #expect(maintenance.covers(hostname: "c", addresses: address) && maintenance.isDown(hostname: nil, addresses: address))
        #expect(!maintenance.covers(hostname: "c", addresses: []) && !maintenance.covers(hostname: nil, addresses: []))
    }
}

@Suite struct `A pool` {
    private func tags(_ tags: [String: String], groups: [String] = [], attributes: [String: String] = [:]) -> Pool.Selector {
        Pool.Selector(
            tags: tags.map { Instance.Tag(key: $0.key, value: $0.value) }, groups: groups,
            attributes: attributes.map { Agent.Attribute(name: $0.key, value: $0.value) })
    }

    @Test func `selects by all that it names, and by nothing nothing`() {
        let group = instance(["Role": "agent", "aws:autoscaling:groupName": "g"])
        let attribute = agent("S", attributes: [Agent.Attribute(name: "rack", value: "a")])
        #expect(tags(["Role": "agent"]).selects(instance: group, attributes: nil) && !tags(["Role": "other"]).selects(instance: group, attributes: nil))
        #expect(
            !tags(["Role": "agent", "More": "x"]).selects(instance: group, attributes: nil)
                && !tags(["Role": "agent"]).selects(instance: nil, attributes: attribute.attributes))
        #expect(tags([:], groups: ["f", "g"]).selects(instance: group, attributes: nil) && !tags([:], groups: ["f"]).selects(instance: group, attributes: nil))
        #expect(!tags([:], groups: ["g"]).selects(instance: instance(["Role": "agent"]), attributes: nil))
        #expect(
            tags([:], attributes: ["rack": "a"]).selects(instance: nil, attributes: attribute.attributes)
                && !tags([:], attributes: ["rack": "a"]).selects(instance: group, attributes: nil))
        #expect(!tags([:]).selects(instance: group, attributes: attribute.attributes))
        #expect(tags(["Role": "agent"], attributes: ["rack": "a"]).allows(group) && !tags(["Role": "x"], attributes: ["rack": "a"]).allows(group))
    }

    @Test func `overlaps another that selects all of its nodes`() {
        func overlap(_ one: Pool.Selector, _ other: Pool.Selector) -> Bool {
            ![Pool(name: "b", selector: one), Pool(name: "a", selector: other)].overlaps.isEmpty
        }
        #expect(overlap(tags(["Role": "agent"]), tags(["Role": "agent"])) && overlap(tags(["Role": "agent"]), tags(["Role": "agent", "More": "x"])))
        #expect(!overlap(tags(["Role": "agent"]), tags(["Role": "other"])) && !overlap(tags(["Role": "agent"]), tags(["More": "x"])))
        #expect(overlap(tags([:], groups: ["g"]), tags([:], groups: ["g", "h"])) && !overlap(tags([:], groups: ["g"]), tags([:], groups: ["h"])))
        #expect(!overlap(tags([:], groups: ["g"]), tags(["Role": "agent"])) && overlap(tags(["Role": "agent"]), tags(["Role": "agent"], groups: ["g"])))
        let pair = [Pool(name: "b", selector: tags(["R": "1"])), Pool(name: "a", selector: tags(["R": "1"]))].overlaps
        #expect(pair.map { [$0.0, $0.1] } == [["a", "b"]])
    }
}

@Suite struct `A target` {
    private func sighting(_ image: ImageID, created: Int = -86_400, since: Int? = nil) -> EC2Sighting.TargetImage {
        EC2Sighting.TargetImage(
            image: Image(id: image, name: nil, state: "available", creationTime: start + .seconds(created)), since: since.map { start + .seconds($0) })
    }

    @Test func `counts from the source's own word when it is first seen, and from the change after`() {
        let first = Target.remembering(sighting("ami-1"), before: nil, now: start)
        #expect(first == Target(image: "ami-1", since: start - .seconds(86_400)))
        #expect(Target.remembering(sighting("ami-1", since: -60), before: nil, now: start).since == start - .seconds(60))
        #expect(Target.remembering(sighting("ami-1", since: 60), before: nil, now: start).since == start, "a source's clock that is ahead")
        let second = Target.remembering(sighting("ami-2", since: -86_400), before: first, now: start)
        #expect(second.since == start)
        #expect(Target.remembering(sighting("ami-2"), before: second, now: start + .seconds(60)) == second)
        #expect(Target.remembering(sighting("ami-1"), before: second, now: start + .seconds(60)).since == start + .seconds(60), "rolled back")
    }

    @Test func `is unknown until it has settled, and while it is not available`() {
        let target = Target(image: "ami-1", since: start)
        #expect(target.reading(state: "available", now: start + .milliseconds(3_599_999)) == .unknown)
        #expect(target.reading(state: "available", now: start + .seconds(3600)) == .text("ami-1"))
        for state in ["pending", "disabled", "deregistered", ""] { #expect(target.reading(state: state, now: start + .seconds(7200)) == .unknown) }
    }
}

@Suite struct `Tasks on an agent` {
    private func task(_ id: TaskID, _ state: String, ago: Int? = 60, roles: [String] = ["*"]) -> MesosTask {
        MesosTask(id: id, name: "t", framework: "f", frameworkName: nil, agent: "S", state: state, since: ago.map { start - .seconds($0) }, roles: roles)
    }

    @Test func `are counted, with the failures of an hour`() throws {
        let tasks = MesosSighting.Tasks(
            running: [task("1", "TASK_RUNNING"), task("2", "TASK_STAGING", ago: nil)],
            completed: [
                task("3", "TASK_FAILED"), task("4", "TASK_FAILED", ago: 3600), task("5", "TASK_LOST", ago: 3599), task("6", "TASK_KILLED"),
                task("7", "TASK_FINISHED"),
                task("8", "TASK_ERROR", ago: nil), task("9", "TASK_DROPPED"), task("10", "TASK_GONE_BY_OPERATOR"),
            ],
            unreachable: [task("11", "TASK_UNREACHABLE")])
        let tally = try #require(tasks.tallies(now: start)["S"])
        #expect(tally.count == 3 && tally.failures == 3)
        #expect(tally.reading(of: agent("S", roles: ["*"])) == .integer(3))
        #expect(tally.reading(of: agent("S", roles: ["*", "hidden"])) == .unknown, "something is allocated that no visible task explains")
        #expect(TaskTally().reading(of: agent("S")) == .integer(0) && TaskTally().reading(of: agent("S", roles: ["kafka"])) == .unknown)
    }
}
