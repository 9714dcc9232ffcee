import Fleet
import Ledger

/// One pass from what the sources told to what the nodes are: pure, from values to values.
///
/// It starts from the committed state and changes a copy; what it changed is collected beside, for the ledger and the facts database.
struct Deriving {
    let now: Timestamp
    let settings: Settings
    let sightings: Sightings
    var state: State
    var nodeChanges: [NodeChange] = []
    private(set) var observations: [Observation] = []
    private(set) var factChanges: [FactChange] = []
    /// Nodes whose facts are other than before, and those that are gone, each by id.
    var changed: Set<NodeID> = []
    var departed: Set<NodeID> = []
    /// On which node each agent is.
    private(set) var nodesOfAgents: [AgentID: NodeID] = [:]
    /// What an operator should know of the join and the pools. Sorted.
    var notices: [String] = []
    /// The same, as values.
    private(set) var oddities = Oddities()

    /// What the rest of the round goes by.
    var fleet: FleetChanges {
        FleetChanges(now: now, nodeChanges: nodeChanges, departed: departed, changed: changed, factChanges: factChanges)
    }

    init(from state: State, sightings: Sightings, settings: Settings, now: Timestamp) {
        self.state = state
        self.sightings = sightings
        self.settings = settings
        self.now = now
    }

    mutating func run() {
        let instances = Dictionary((sightings.instances ?? []).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let join = makeJoin()
        notices += join.ambiguities
        oddities.note(join)
        let listed = Dictionary((sightings.agents ?? []).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let recovered = Dictionary(sightings.recovered.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        admit(instances: instances, listed: listed, recovered: recovered, join: join)
        var tallies = sightings.tasks?.tallies(now: state.lastRead(.tasks, now: now)) ?? [:]
        sightings.heard.count(into: &tallies, now: now)
        let stale = state.stale(at: now, settings: settings)
        let zones = answeringZones
        let leaving = leavingGroups
        for id in state.nodes.keys.sorted() {
            guard var node = state.nodes[id] else { continue }
            let before = node
            let instance = node.node.instance.flatMap { instances[$0] }
            // An agent may have come back on another instance than the one that had it.
            let agentHere = node.node.agent.flatMap { agent in join.instances[agent].map { $0 == node.node.instance } ?? true ? agent : nil }
            let agent = agentHere.flatMap { listed[$0] }
            let recoveredHere = agentHere.flatMap { recovered[$0] }
            if let agentHere { nodesOfAgents[agentHere] = id }
            derive(&node, instance: instance, agent: agent, recovered: recoveredHere, tally: agentHere.map { tallies[$0] ?? TaskTally() }, join: join)
            if let instance { tellAnnounced(&node, instance, leaving: leaving) }
            deriveHost(&node, zones: zones)
            deriveMembers(&node, agentHere: agentHere, isListed: agent != nil, isAmbiguous: node.node.instance.map(join.ambiguousInstances.contains) ?? false)
            let isListed = agent != nil || recoveredHere != nil
            if leaves(&node, wasOver: before.isOver, isListed: isListed, isInstanceListed: instance != nil, stale: stale), !isTiedUp(node) {
                depart(node)
            } else {
                record(node, before: before)
            }
        }
        noteUnmatched(join)
        noteMembers()
        noteMissingGroups()
        notices = Array(Set(notices)).sorted()
    }

    /// Says which agents EC2 knows no instance for: their nodes are seen with half an eye.
    private mutating func noteUnmatched(_ join: Join) {
        guard let swept = sightings.instances, !swept.isEmpty else { return }
        let unmatched = state.nodes.values.filter { $0.node.instance == nil }.compactMap(\.node.agent).sorted()
        guard !unmatched.isEmpty else { return }
        oddities.unmatched = unmatched
        let shown = unmatched.prefix(5).map(\.rawValue).joined(separator: ", ") + (unmatched.count > 5 ? ", …" : "")
        notices.append("\(unmatched.count) agents match no instance by their address: \(shown); do the pools' tags leave their instances out?")
    }

    /// Says which groups that pools name do not exist, as far as Auto Scaling was asked of late.
    private mutating func noteMissingGroups() {
        guard sightings.groups != nil, !state.stale(at: now, settings: settings).contains(.groups) else { return }
        for name in settings.pools.groups where state.groups[name] == nil {
            let pools = settings.pools.filter { $0.selector.groups.contains(name) || $0.image == .group(name) }.map(\.name.rawValue).sorted()
            notices.append("there is no Auto Scaling group \(name) in this region: check the configuration of \(pools.joined(separator: ", "))")
        }
    }

    // MARK: - Who is in the fleet

    private func makeJoin() -> Join {
        var hosts: [Join.Host] = []
        let lastAgents = Dictionary(state.nodes.values.compactMap { node in node.node.instance.map { ($0, node.node.agent) } }, uniquingKeysWith: { $1 })
        if let instances = sightings.instances {
            for instance in instances where instance.state != .terminated && instance.state != .shuttingDown {
                guard let address = instance.privateIP.flatMap({ Address($0) }) else { continue }
                hosts.append(Join.Host(instance: instance.id, address: address, lastAgent: lastAgents[instance.id] ?? nil))
            }
        } else {
            // EC2 has not answered since the start: the nodes that the ledger remembers stand in.
            for node in state.nodes.values where !node.isOver {
                guard let instance = node.node.instance, case .text(let ip) = node.told[.privateIP], let address = Address(ip) else { continue }
                hosts.append(Join.Host(instance: instance, address: address, lastAgent: node.node.agent))
            }
        }
        return Join(agents: sightings.agents ?? [], recovered: sightings.recovered, hosts: hosts.sorted { $0.instance < $1.instance })
    }

    /// Makes nodes of what is new, gives nodes their new agents, and renames agents' nodes whose instance is now known.
    private mutating func admit(instances: [InstanceID: Instance], listed: [AgentID: Agent], recovered: [AgentID: RecoveredAgent], join: Join) {
        for instanceID in instances.keys.sorted() {
            let id = NodeID(instanceID)
            let agent = join.agents[instanceID]
            if state.nodes.keys.contains(id) {
                if let agent { adopt(agent, into: id) }
                continue
            }
            guard let instance = instances[instanceID] else { continue }
            // One that is over before it was ever seen has nothing to be watched for.
            let isOver = instance.state == .terminated || instance.state == .shuttingDown
            let isOurs = !settings.pools.selecting(instance: instance, attributes: agent.flatMap { listed[$0]?.attributes ?? recovered[$0]?.attributes })
                .isEmpty
            guard agent != nil || (isOurs && !isOver) || join.ambiguousInstances.contains(instance.id) else { continue }
            let lone = agent.map { NodeID($0) }.flatMap { state.nodes[$0] }
            let node = Node(id: id, instance: instance.id, agent: agent, firstSeen: lone?.node.firstSeen ?? now)
            if let lone {
                rename(lone, to: node)
            } else {
                add(node)
            }
        }
        // Joined by what the ledger remembers, while EC2 has not answered.
        if sightings.instances == nil {
            for (instance, agent) in join.agents.sorted(by: { $0.key < $1.key }) where state.nodes[NodeID(instance)] != nil {
                adopt(agent, into: NodeID(instance))
            }
        }
        // A node that had this agent keeps it: its instance may just not be listed.
        let taken = Set(state.nodes.values.compactMap { $0.node.instance == nil ? nil : $0.node.agent })
        for agent in (Array(listed.keys) + Array(recovered.keys)).sorted()
        where join.instances[agent] == nil && !join.ambiguousAgents.contains(agent) && !join.superseded.contains(agent) {
            guard state.nodes[NodeID(agent)] == nil, !taken.contains(agent) else { continue }
            add(Node(id: NodeID(agent), instance: nil, agent: agent, firstSeen: now))
        }
    }

    private mutating func add(_ node: Node) {
        state.nodes[node.id] = State.NodeState(node: node, told: NodeFacts(id: node.id), since: Array(repeating: nil, count: Fact.allCases.count))
        nodeChanges.append(.came(node))
    }

    private mutating func adopt(_ agent: AgentID, into id: NodeID) {
        guard state.nodes[id]?.node.agent != agent, var node = state.nodes[id] else { return }
        node.node.agent = agent
        state.nodes[id] = node
        if let lone = state.nodes.removeValue(forKey: NodeID(agent)) {
            // The instance was there first; the agent's own node ends in it.
            nodeChanges.append(.renamed(from: lone.node.id, to: node.node))
            departed.insert(lone.node.id)
        } else {
            nodeChanges.append(.changed(node.node))
        }
    }

    /// An agent's node that gains its instance keeps its history under the new id; its clocks start again.
    private mutating func rename(_ lone: State.NodeState, to node: Node) {
        state.nodes.removeValue(forKey: lone.node.id)
        state.nodes[node.id] = lone.renamed(to: node, at: now)
        observations.append(Observation(node: node.id, fact: .id, reading: .text(node.id.rawValue), from: now))
        departed.insert(lone.node.id)
        changed.insert(node.id)
        nodeChanges.append(.renamed(from: lone.node.id, to: node))
    }

    // MARK: - What each node is

    private mutating func derive(
        _ node: inout State.NodeState, instance: Instance?, agent: Agent?, recovered: RecoveredAgent?, tally: TaskTally?, join: Join
    ) {
        deriveEC2(&node, instance: instance)
        let isAmbiguous = node.node.instance.map(join.ambiguousInstances.contains) ?? false
        if sightings.agents != nil {
            let before = node.told[.mesosState]
            deriveMesos(&node, instance: instance, agent: agent, recovered: recovered, isAmbiguous: isAmbiguous)
            // Who is in maintenance has not been told yet: what the ledger remembers stands, as long as it is fresh.
            if sightings.maintenance == nil { node.told[.mesosState] = before }
        }
        if isAmbiguous {
            // Whose tasks they are is what is not known.
        } else if sightings.tasks != nil, node.node.agent != nil {
            // What runs on an agent that is not listed cannot be told; what failed on it can. One that runs elsewhere by now tells nothing of here.
            node.told[.tasks] = agent.flatMap { tally?.reading(of: $0) } ?? .unknown
            node.told[.stagingTasks] = agent.flatMap { tally?.stagingReading(of: $0) } ?? .unknown
            node.told[.taskFailures1h] = tally.map { .integer(Int64($0.failures)) } ?? .unknown
        }
        derivePool(&node, instance: instance, attributes: agent?.attributes ?? recovered?.attributes)
        node.told[.replacements30d] = .integer(Int64(state.replacements[node.node.id] ?? 0))
        node.countFlaps(now: now)
    }

    private func deriveEC2(_ node: inout State.NodeState, instance: Instance?) {
        if node.node.instance == nil { node.told[.instanceID] = .none }
        guard let swept = sightings.instances, !swept.isEmpty else { return }
        guard let instance else {
            // It is not in the sweep: nothing that was said of it still holds, but that it has ended, which is for good.
            let hasEnded = node.isOver
            for fact in Fact.allCases where !Set(fact.sources).isDisjoint(with: [.instances, .statuses, .images]) {
                if fact != .instanceID, fact.isRecorded { node.told[fact] = .unknown }
            }
            if hasEnded { node.told[.ec2State] = .text(Instance.State.terminated.rawValue) }
            return
        }
        node.told.tell(instance)
        if let statuses = sightings.statuses { node.told.tell(statuses[instance.id], of: instance) }
        if let images = sightings.images { node.told[.imageTime] = images[instance.image].map { .time($0.creationTime) } ?? .unknown }
        if let ip = instance.privateIP { node.told[.privateIP] = .text(ip) }
    }

    private func deriveMesos(_ node: inout State.NodeState, instance: Instance?, agent: Agent?, recovered: RecoveredAgent?, isAmbiguous: Bool) {
        if isAmbiguous {
            node.told.tellUnknownAgent()
            return
        }
        func addresses() -> [Address] {
            [instance?.privateIP.flatMap { Address($0) }, agent.flatMap { Address(pid: $0.pid) }, agent?.address].compactMap { $0 }
        }
        if let agent {
            node.listedBy = sightings.master.map { State.MasterTerm($0) }
            node.told.tell(agent, inMaintenance: sightings.maintenance?.covers(hostname: agent.hostname, addresses: addresses()) ?? false)
            if instance == nil, case .unknown = node.told[.privateIP], let address = agent.address { node.told[.privateIP] = .text(address.description) }
            return
        }
        if let recovered {
            node.told.tell(recovered)
            return
        }
        let hostname: String? = if case .text(let name) = node.told[.hostname] { name } else { nil }
        var known = addresses()
        if case .text(let ip) = node.told[.privateIP], let address = Address(ip) { known.append(address) }
        let unlisted = MesosState.unlisted(
            wasKnown: node.node.agent != nil, wasListed: node.listedBy != nil && node.listedBy == sightings.master.map { State.MasterTerm($0) },
            isDown: sightings.maintenance?.isDown(hostname: hostname, addresses: known) ?? false, masterSince: masterSince,
            reregister: sightings.timeouts.reregister, launchTime: instance?.launchTime, watchedSince: state.watchedSince,
            now: state.lastRead(.agents, now: now))
        if node.node.agent == nil {
            // Only of a node that never had an agent is there none; of one that was not watched long enough it is not known.
            if unlisted == .text(MesosState.never.rawValue) { node.told.tellNoAgent() } else { node.told.tellUnknownAgent() }
        }
        node.told[.mesosState] = unlisted
    }

    /// Since when the present master leads: its own word, or when this ledger first saw it, whichever is later, so that a clock that is off waits longer.
    private var masterSince: Timestamp {
        guard let master = sightings.master else { return now }
        return max(min(master.electedTime, now), state.masters[master.id] ?? now)
    }

    private mutating func derivePool(_ node: inout State.NodeState, instance: Instance?, attributes: [Agent.Attribute]?) {
        let before = node.told[.pool]
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
                oddities.overlaps[pools, default: []].append(node.node.id)
                notices.append("node \(node.node.id) is selected by pools \(pools.map(\.rawValue).joined(separator: ", ")): pools must not overlap")
            }
        }
        guard case .text(let name) = node.told[.pool], let pool = settings.pools.first(where: { $0.name.rawValue == name }) else {
            node.told[.targetImageID] = node.told[.pool] == .none ? .none : .unknown
            node.told.compareImages()
            return
        }
        if pool.image == nil {
            node.told[.targetImageID] = .none
        } else if let target = state.targets[pool.name], let seen = sightings.targets[pool.name], seen.image.id == target.image {
            node.told[.targetImageID] = target.reading(state: seen.image.state, now: state.lastRead(.target(pool.name), now: now))
        } else if sightings.targets[pool.name] != nil || node.told[.pool] != before {
            node.told[.targetImageID] = .unknown
        }
        node.told.compareImages()
    }

    // MARK: - What is different

    private mutating func record(_ node: State.NodeState, before: State.NodeState) {
        var node = node
        let id = node.node.id
        let isNew = !isCommitted(before)
        for fact in node.told.changes(from: before.told) where fact.isRecorded {
            observations.append(Observation(node: id, fact: fact, reading: node.told[fact], from: now))
            node.since[fact.ordinal] = now
            if !isNew { factChanges.append(FactChange(node: id, fact: fact, old: before.told[fact], new: node.told[fact], at: now)) }
        }
        if isNew {
            for fact in Fact.allCases where fact.isRecorded && node.since[fact.ordinal] == nil {
                observations.append(Observation(node: id, fact: fact, reading: node.told[fact], from: now))
                node.since[fact.ordinal] = now
            }
        }
        if isNew || node.told != before.told { changed.insert(id) }
        state.nodes[id] = node
    }

    /// A node that was made in this pass has nothing recorded yet.
    private func isCommitted(_ node: State.NodeState) -> Bool { node.since.contains { $0 != nil } }
}
