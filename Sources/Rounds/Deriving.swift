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
    /// Nodes that were derived: of all others the same was told as before, and they are as they were.
    private(set) var touched: Set<NodeID> = []
    /// On which node each agent is.
    private(set) var nodesOfAgents: [AgentID: NodeID] = [:]
    /// What an operator should know of the join and the pools. Sorted.
    var notices: [String] = []
    /// The same, as values.
    private(set) var oddities = Oddities()
    /// What the pass before has found, and then what this one has.
    var memory: DerivingMemory

    /// What the rest of the round goes by.
    var fleet: FleetChanges {
        FleetChanges(now: now, nodeChanges: nodeChanges, departed: departed, changed: changed, factChanges: factChanges)
    }

    /// - Parameter memory: of the pass from which the state came. Empty, and everything is found anew.
    init(from state: State, sightings: Sightings, settings: Settings, now: Timestamp, memory: DerivingMemory = DerivingMemory()) {
        self.state = state
        self.sightings = sightings
        self.settings = settings
        self.now = now
        self.memory = memory
    }

    mutating func run() {
        let join = join()
        notices += join.ambiguities
        oddities.note(join)
        // Who is in the fleet follows from who there is and was.
        if memory.rosters != sightings.rosters { admit(join) }
        var tallies = memory.tallies(sightings, readAt: state.lastRead(.tasks, now: now))
        sightings.heard.count(into: &tallies, now: now)
        let fleet = FleetWords(state, sightings, now: now, zones: answeringZones)
        memory.note(fleet)
        let times = FleetTimes(state, sightings, stale: state.stale(at: now, settings: settings), now: now)
        let hosts = HostWords(health: sightings.health, probe: sightings.probe)
        let all = Words(state, sightings, join: join, tallies: tallies)
        for id in state.nodes.keys.sorted() {
            guard let node = state.nodes[id] else { continue }
            let words = words(of: node.node, all)
            if let agent = words.agentHere { nodesOfAgents[agent] = id }
            let told = DerivingMemory.Told(words: words, host: hosts.word(of: node.told))
            // It came out as it was when the same was told of it, and would again.
            if memory.told[id] == told { continue }
            touched.insert(id)
            var one = NodeDeriving(node, words, fleet, times, hosts: hosts, settings: settings)
            one.run()
            memory.told[id] = one.isSettled ? told : nil
            note(overlap: one.overlap, of: id)
            if one.departs { depart(one.node) } else { record(one.node, before: node) }
        }
        noteUnmatched(join)
        noteMembers()
        noteMissingGroups()
        notices = Array(Set(notices)).sorted()
        memory.rosters = nodeChanges.isEmpty && sightings.instances != nil ? sightings.rosters : nil
    }

    private mutating func join() -> Join {
        if let join = memory.join(of: sightings.rosters) { return join }
        let hosts = hostsToJoin
        return memory.join(sightings.agents ?? [], sightings.recovered, hosts)
    }

    private mutating func note(overlap pools: [PoolName], of node: NodeID) {
        if pools.isEmpty { return }
        oddities.overlaps[pools, default: []].append(node)
        notices.append("node \(node) is selected by pools \(pools.map(\.rawValue).joined(separator: ", ")): pools must not overlap")
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

    /// Contradictions in words, and how many agents hide their tasks from us.
    private mutating func noteMembers() {
        guard settings.servicesInterval != nil, let residence = sightings.residence else { return }
        notices += residence.notices
        let hidden = state.nodes.values.filter { $0.told[.tasks].isUnknown && $0.node.agent.map { sightings.listed[$0] != nil } ?? false }.map(\.node.id)
            .sorted()
        guard !hidden.isEmpty else { return }
        notices.append("\(TaskTally.unexplained(on: hidden.map(\.rawValue))); may Mayfly see all frameworks and tasks?")
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

    /// What instances bring to the join, by their ids.
    private var hostsToJoin: [Join.Host] {
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
        return hosts.sorted { $0.instance < $1.instance }
    }

    /// Makes nodes of what is new, gives nodes their new agents, and renames agents' nodes whose instance is now known.
    private mutating func admit(_ join: Join) {
        let (instances, listed, recovered) = (sightings.swept, sightings.listed, sightings.known)
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
        memory.told[node.id] = nil
        state.nodes[node.id] = State.NodeState(node: node, told: NodeFacts(id: node.id), since: Array(repeating: nil, count: Fact.allCases.count))
        nodeChanges.append(.came(node))
    }

    private mutating func adopt(_ agent: AgentID, into id: NodeID) {
        guard state.nodes[id]?.node.agent != agent, var node = state.nodes[id] else { return }
        node.node.agent = agent
        state.nodes[id] = node
        memory.told[id] = nil
        if let lone = state.nodes.removeValue(forKey: NodeID(agent)) {
            // The instance was there first; the agent's own node ends in it.
            nodeChanges.append(.renamed(from: lone.node.id, to: node.node))
            departed.insert(lone.node.id)
            memory.told[lone.node.id] = nil
        } else {
            nodeChanges.append(.changed(node.node))
        }
    }

    /// An agent's node that gains its instance keeps its history under the new id; its clocks start again.
    private mutating func rename(_ lone: State.NodeState, to node: Node) {
        state.nodes.removeValue(forKey: lone.node.id)
        (memory.told[lone.node.id], memory.told[node.id]) = (nil, nil)
        state.nodes[node.id] = lone.renamed(to: node, at: now)
        observations.append(Observation(node: node.id, fact: .id, reading: .text(node.id.rawValue), from: now))
        departed.insert(lone.node.id)
        changed.insert(node.id)
        nodeChanges.append(.renamed(from: lone.node.id, to: node))
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

    private mutating func depart(_ node: State.NodeState) {
        let id = node.node.id
        state.departures[id] = State.Departure(firstSeen: node.node.firstSeen, at: now, isExplained: node.isOver)
        state.nodes.removeValue(forKey: id)
        departed.insert(id)
        changed.remove(id)
        nodeChanges.append(.departed(id))
    }

    /// A node that was made in this pass has nothing recorded yet.
    private func isCommitted(_ node: State.NodeState) -> Bool { node.since.contains { $0 != nil } }
}
