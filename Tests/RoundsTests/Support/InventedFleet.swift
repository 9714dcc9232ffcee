import Fleet

@testable import Rounds

/// A fleet of ten machines that a seed lets go wrong in every way, and what its sources tell of it, in any order and not always.
struct InventedFleet {
    private struct Machine {
        let number: Int
        var state = Instance.State.running
        var isListedByEC2 = true
        var address: Int
        var agent: Int?
        var hasAgent = true
        var isActive = true
        var isDeactivated = false
        var isRecovered = false
        var isPublic = false
        var image: ImageID = "ami-old"
        var role = "agent"
        var isSpot = false
        var isImpaired = false
        var lifecycle = "InService"
        var health: NodeHealth.Health = .healthy
        var isSilent = false
        var ping: SSMPing? = .online
    }

    private var draw: Draw
    private var machines: [Machine]
    private var target: ImageID = "ami-old"
    private var master: MasterID = "M"
    private var elected = Samples.longAgo
    private var maintenance: [MesosSighting.Machine] = []
    private var running: [MesosTask] = []
    private var completed: [MesosTask] = []
    private var brokers = Brokers()
    private(set) var warnings: [InstanceID: SpotWarning] = [:]

    /// All that a round can be told of by such a fleet.
    static func settings(_ seed: Int) -> Settings {
        let tagged = Pool(
            name: "private", selector: Pool.Selector(tags: [Instance.Tag(key: "Role", value: "agent")]), image: .parameter("/ami/agent"), provision: .group("g")
        )
        let open = Pool(name: "public", selector: Pool.Selector(attributes: [Agent.Attribute(name: "public_ip", value: "true")]))
        var settings = Settings(
            pools: [tagged, open], healthInterval: .seconds(60), servicesInterval: seed % 3 == 0 ? nil : .seconds(60), probeInterval: .seconds(60),
            readsSSM: true, mode: .act)
        if seed % 2 == 0 { settings.gates = [] }
        return settings
    }

    init(seed: Int) {
        draw = Draw(state: UInt64(seed))
        machines = (1...10).map { Machine(number: $0, address: $0, agent: $0) }
    }

    /// Seconds until the next event: mostly few, now and then so many that sources grow stale, or hours.
    mutating func pause() -> Int { draw(25) == 0 ? draw(4000) : draw(8) == 0 ? 60 : draw(15) }

    /// Something happens, or nothing, and a source tells of it, or another one does.
    mutating func next(at seconds: Int) -> Event {
        for _ in 0..<(draw(3) == 0 ? 1 + draw(2) : 0) { happen(at: seconds) }
        switch draw(24) {
        case 0...5: return .mesos(draw(12) == 0 ? .failure(Samples.failure) : .success(mesos))
        case 6...7: return .agents(draw(12) == 0 ? .failure(Samples.failure) : .success(mesos.agentsAlone))
        case 8...10: return .tasks((0...draw(2)).map { _ in news(at: seconds) })
        case 11...14: return .ec2(draw(12) == 0 ? Samples.ec2Failed : ec2)
        case 15...16: return looked
        case 17: return .health(draw(8) == 0 ? .failure(Samples.failure) : .success(health))
        case 18: return .probe(probe)
        case 19: return .services(brokers.services)
        case 20: return .claim(.ours(confirmedAt: Samples.time(seconds)))
        case 21: return command(at: seconds)
        default: return .look
        }
    }

    private mutating func happen(at seconds: Int) {
        let place = draw(machines.count)
        var machine = machines[place]
        switch draw(26) {
        case 0: machine.state = Instance.State.allCases[draw(Instance.State.allCases.count)]
        case 1: machine.isListedByEC2.toggle()
        case 2: machine.address = 1 + draw(10)
        case 3...4: machine.hasAgent.toggle()
        case 5...6: machine.isActive.toggle()
        case 7: machine.isDeactivated.toggle()
        case 8: machine.agent = draw(3) == 0 ? 1 + draw(10) : 20 + draw(80)
        case 9: machine.isPublic.toggle()
        case 10: machine.image = draw(2) == 0 ? "ami-old" : "ami-new"
        case 11: machine.role = draw(2) == 0 ? "agent" : "other"
        case 12:
            machine.isSpot.toggle()
            let id = Samples.instanceID(machine.number)
            warnings[id] = warnings[id] == nil ? SpotWarning(instance: id, at: Samples.time(seconds), receivedAt: Samples.time(seconds)) : nil
        case 13: machine.isImpaired.toggle()
        case 14: machine.lifecycle = draw(2) == 0 ? "InService" : "Terminating:Wait"
        case 15: machine.health = NodeHealth.Health.allCases[draw(3)]
        case 16: machine.isSilent.toggle()
        case 17: machine.ping = draw(3) == 0 ? nil : SSMPing.allCases[draw(SSMPing.allCases.count)]
        case 18: target = draw(2) == 0 ? "ami-old" : "ami-new"
        case 19:
            (master, elected) = (MasterID("M\(draw(100))"), Samples.time(seconds))
            for place in machines.indices { machines[place].isRecovered = draw(2) == 0 }
            machine.isRecovered = false
        case 20: for place in machines.indices { machines[place].isRecovered = false }
        case 21: maintenance = maintenance.isEmpty ? [MesosSighting.Machine(hostname: "10.0.0.\(1 + draw(10))", ip: nil)] : []
        case 22: brokers.running = [0: 1 + draw(4), 1: 2, 2: 3]
        case 23: brokers.members = draw(2) == 0 ? .failure(Samples.failure) : Brokers().members
        case 24: running.append(task(at: seconds, "TASK_RUNNING"))
        default: completed.append(task(at: seconds, draw(2) == 0 ? "TASK_FAILED" : "TASK_FINISHED"))
        }
        machines[place] = machine
    }

    private mutating func task(at seconds: Int, _ state: String) -> MesosTask {
        MesosTask(
            id: TaskID("t\(draw(30))"), name: "t", framework: "f", frameworkName: "marathon", agent: Samples.agentID(1 + draw(10)), state: state,
            since: Samples.time(seconds - draw(100)), roles: draw(2) == 0 ? ["r"] : [])
    }

    private mutating func news(at seconds: Int) -> TaskNews {
        TaskNews(
            id: TaskID("t\(draw(30))"), framework: "f", agent: Samples.agentID(1 + draw(10)), state: draw(3) == 0 ? "TASK_LOST" : "TASK_FAILED",
            since: Samples.time(seconds - draw(30)))
    }

    private mutating func command(at seconds: Int) -> Event {
        let node = Samples.node(1 + draw(10))
        let until = Samples.time(seconds + 600)
        let kinds: [Command.Kind] = [.replace(node), .hold(node, until: until), .release(node), .approve(node, until: until)]
        return .command(Command(who: "ada", reason: "a test", kind: kinds[draw(kinds.count)]))
    }

    // MARK: - What is told

    private var mesos: MesosSighting {
        var agents: [AgentID: Agent] = [:]
        var recovered: [RecoveredAgent] = []
        for machine in machines {
            guard machine.hasAgent, let number = machine.agent else { continue }
            if machine.isRecovered {
                recovered.append(RecoveredAgent(id: Samples.agentID(number), hostname: "10.0.0.\(machine.address)"))
            } else {
                agents[Samples.agentID(number)] = Samples.agent(
                    number, hostname: "10.0.0.\(machine.address)", pid: "slave(1)@10.0.0.\(machine.number):5051", isActive: machine.isActive,
                    isDeactivated: machine.isDeactivated, attributes: machine.isPublic ? [Agent.Attribute(name: "public_ip", value: "true")] : [],
                    roles: machine.number == 2 ? ["r"] : [])
            }
        }
        let known = Set(agents.keys)
        let theirs = try? brokers.mesos.tasks.get()
        return Samples.mesos(
            agents.values.sorted { $0.id < $1.id }, recovered: recovered.filter { !known.contains($0.id) }, master: master, elected: elected,
            tasks: .success(
                MesosSighting.Tasks(running: running + (theirs?.running ?? []), completed: completed, frameworks: theirs?.frameworks ?? [])),
            maintenance: .success(MesosSighting.Maintenance(draining: maintenance)))
    }

    private func instance(_ machine: Machine) -> Instance {
        let plain = Samples.instance(machine.number, image: machine.image, state: machine.state, ip: machine.address, role: machine.role)
        return Instance(
            id: plain.id, image: plain.image, state: plain.state, privateIP: plain.privateIP, zone: plain.zone, type: plain.type, launchTime: plain.launchTime,
            lifecycle: machine.isSpot ? "spot" : nil, tags: plain.tags + [Instance.Tag(key: "aws:autoscaling:groupName", value: "g")])
    }

    private func statuses(_ machines: [Machine]) -> [InstanceStatus] {
        machines.filter { $0.state == .running }.map {
            InstanceStatus(id: Samples.instanceID($0.number), system: $0.isImpaired ? .impaired : .ok, instance: .ok)
        }
    }

    private var groups: Result<[AutoScalingGroup], SourceFailure> {
        let members = machines.map { AutoScalingGroup.GroupInstance(id: Samples.instanceID($0.number), lifecycle: $0.lifecycle, isProtected: false) }
        return .success([AutoScalingGroup(name: "g", desired: 10, min: 0, max: 99, instances: members)])
    }

    private var ec2: EC2Sighting {
        let listed = machines.filter(\.isListedByEC2)
        let plain = Samples.ec2(listed.map(instance), statuses: statuses(listed), target: target)
        let pings = Dictionary(uniqueKeysWithValues: machines.compactMap { machine in machine.ping.map { (Samples.instanceID(machine.number), $0) } })
        return EC2Sighting(
            instances: plain.instances, statuses: plain.statuses, images: plain.images, targets: plain.targets, pings: .success(pings), groups: groups)
    }

    private var looked: Event {
        mutating get {
            let some = [machines[draw(machines.count)], machines[draw(machines.count)]]
            return .instances(
                InstancesSighting(
                    asked: Set(some.map { Samples.instanceID($0.number) }), instances: .success(some.map(instance)), statuses: .success(statuses(some)),
                    groups: draw(2) == 0 ? groups : nil))
        }
    }

    private var health: HealthSighting {
        HealthSighting(
            nodes: machines.map { machine in
                NodeHealth(
                    ip: "10.0.0.\(machine.address)", role: "agent", health: machine.health, failingUnits: machine.health == .healthy ? [] : ["u"])
            })
    }

    private var probe: ProbeSighting {
        var hosts: [Address: ProbeSighting.Answer] = [:]
        for machine in machines {
            if let address = Address("10.0.0.\(machine.address)") { hosts[address] = machine.isSilent ? .silent : .answers }
        }
        return ProbeSighting(hosts: hosts)
    }

    /// Numbers of a seed.
    private struct Draw {
        var state: UInt64

        mutating func callAsFunction(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }
}
