import Fleet

/// What one node is by what is told of it: pure, and of nothing but what stands here.
struct NodeDeriving {
    let settings: Settings
    let fleet: FleetWords
    let times: FleetTimes
    let hosts: HostWords
    let words: NodeWords
    let before: State.NodeState
    /// As it is now.
    var node: State.NodeState
    /// The pools that select it, where there are several. Sorted.
    private(set) var overlap: [PoolName] = []
    /// Whether it leaves the fleet.
    private(set) var departs = false

    init(_ node: State.NodeState, _ words: NodeWords, _ fleet: FleetWords, _ times: FleetTimes, hosts: HostWords, settings: Settings) {
        self.settings = settings
        self.fleet = fleet
        self.times = times
        self.hosts = hosts
        self.words = words
        before = node
        self.node = node
    }

    mutating func run() {
        deriveEC2()
        deriveMesos()
        deriveTasks()
        derivePool()
        node.told[.replacements30d] = .integer(Int64(words.replacements))
        node.countFlaps(now: times.now)
        if let instance = words.instance { tellAnnounced(instance) }
        deriveHost()
        deriveMembers()
        departs = leaves() && !isTiedUp
    }

    /// Whether Mesos knows its agent, as listed or from before a failover.
    var isListed: Bool { words.agent != nil || words.recovered != nil }

    /// Whether it comes out as it is again and again for as long as the same is told: it has come out as it went in, no time is in it, and there is nothing
    /// to be said of it.
    var isSettled: Bool { isListed && words.warning == nil && node.flaps.isEmpty && overlap.isEmpty && node == before }

    private mutating func deriveEC2() {
        if node.node.instance == nil { node.told[.instanceID] = .none }
        guard fleet.isSwept else { return }
        guard let instance = words.instance else {
            // It is not in the sweep: nothing that was said of it still holds, but that it has ended, which is for good.
            let hasEnded = node.isOver
            for fact in Fact.allCases where !Set(fact.sources).isDisjoint(with: [.instances, .statuses, .images]) {
                if fact != .instanceID, fact.isRecorded { node.told[fact] = .unknown }
            }
            if hasEnded { node.told[.ec2State] = .text(Instance.State.terminated.rawValue) }
            return
        }
        node.told.tell(instance)
        if fleet.hasStatuses { node.told.tell(words.status, of: instance) }
        if fleet.hasImages { node.told[.imageTime] = words.imageTime.map { .time($0) } ?? .unknown }
        if let ip = instance.privateIP { node.told[.privateIP] = .text(ip) }
    }

    private mutating func deriveMesos() {
        guard fleet.hasAgents else { return }
        let state = node.told[.mesosState]
        // Who is in maintenance has not been told yet: what the ledger remembers stands, as long as it is fresh.
        defer { if fleet.maintenance == nil { node.told[.mesosState] = state } }
        if words.isAmbiguous {
            node.told.tellUnknownAgent()
        } else if let agent = words.agent {
            node.listedBy = fleet.master
            node.told.tell(agent, inMaintenance: fleet.maintenance?.covers(hostname: agent.hostname, addresses: addresses) ?? false)
            if words.instance == nil, case .unknown = node.told[.privateIP], let address = agent.address {
                node.told[.privateIP] = .text(address.description)
            }
        } else if let recovered = words.recovered {
            node.told.tell(recovered)
        } else {
            deriveUnlisted()
        }
    }

    private var addresses: [Address] {
        [words.instance?.privateIP.flatMap { Address($0) }, words.agent.flatMap { Address(pid: $0.pid) }, words.agent?.address].compactMap { $0 }
    }

    private mutating func deriveUnlisted() {
        let hostname: String? = if case .text(let name) = node.told[.hostname] { name } else { nil }
        var known = addresses
        if case .text(let ip) = node.told[.privateIP], let address = Address(ip) { known.append(address) }
        let unlisted = MesosState.unlisted(
            wasKnown: node.node.agent != nil, wasListed: node.listedBy != nil && node.listedBy == fleet.master,
            isDown: fleet.maintenance?.isDown(hostname: hostname, addresses: known) ?? false, masterSince: times.masterSince,
            reregister: times.reregister, launchTime: words.instance?.launchTime, watchedSince: times.watchedSince, now: times.agentsReadAt)
        if node.node.agent == nil {
            // Only of a node that never had an agent is there none; of one that was not watched long enough it is not known.
            if unlisted == .text(MesosState.never.rawValue) { node.told.tellNoAgent() } else { node.told.tellUnknownAgent() }
        }
        node.told[.mesosState] = unlisted
    }

    private mutating func deriveTasks() {
        // Where it is ambiguous, whose tasks they are is what is not known.
        guard !words.isAmbiguous, fleet.hasTasks, node.node.agent != nil else { return }
        // What runs on an agent that is not listed cannot be told; what failed on it can. One that runs elsewhere by now tells nothing of here.
        node.told[.tasks] = words.agent.flatMap { words.tally?.reading(of: $0) } ?? .unknown
        node.told[.stagingTasks] = words.agent.flatMap { words.tally?.stagingReading(of: $0) } ?? .unknown
        node.told[.taskFailures1h] = words.tally.map { .integer(Int64($0.failures)) } ?? .unknown
    }

    private mutating func derivePool() {
        let before = node.told[.pool]
        let instance = words.instance
        let attributes = words.agent?.attributes ?? words.recovered?.attributes
        if instance != nil || (node.node.instance == nil && attributes != nil) {
            var pools = settings.pools.selecting(instance: instance, attributes: attributes)
            // An agent that is not listed has not lost its attributes: the pool that they chose stays.
            if pools.isEmpty, attributes == nil, node.node.agent != nil, case .text(let name) = before {
                pools = settings.pools.filter { $0.name.rawValue == name && !$0.selector.attributes.isEmpty && $0.selector.allows(instance) }.map(\.name)
            }
            switch pools.count {
            case 0: node.told[.pool] = .none
            case 1: node.told[.pool] = .text(pools[0].rawValue)
            default:
                node.told[.pool] = .unknown
                overlap = pools
            }
        }
        deriveTarget(wasIn: before)
        node.told.compareImages()
    }

    private mutating func deriveTarget(wasIn before: Reading) {
        guard case .text(let name) = node.told[.pool], let pool = settings.pools.first(where: { $0.name.rawValue == name }) else {
            node.told[.targetImageID] = node.told[.pool] == .none ? .none : .unknown
            return
        }
        if pool.image == nil {
            node.told[.targetImageID] = .none
        } else if let target = fleet.targets[pool.name] {
            node.told[.targetImageID] = target
        } else if node.told[.pool] != before {
            node.told[.targetImageID] = .unknown
        }
    }
}
