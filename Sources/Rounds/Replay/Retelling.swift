import Fleet
import Ledger
import Replacing

/// One pass from what a round recorded to what the nodes were: `Deriving`'s counterpart, with the same outcome for the rest of the round.
struct Retelling {
    private(set) var state: State
    private(set) var names: [Int64: NodeID]
    /// The nodes that have flaps within the hour.
    private(set) var flapping: Set<NodeID>
    private(set) var fleet: FleetChanges
    /// Nodes that got another name, by their former ones.
    private(set) var called: [NodeID: NodeID] = [:]
    private let replacements: [Replacement]
    private let now: Timestamp
    private var came: Set<NodeID> = []

    init(state: State, names: [Int64: NodeID], flapping: Set<NodeID>, replacements: [Replacement], now: Timestamp) {
        self.state = state
        self.names = names
        self.flapping = flapping
        self.replacements = replacements
        self.now = now
        fleet = FleetChanges(now: now)
    }

    mutating func run(_ round: RecordedRound) {
        for rename in round.renamed { noteRenamed(rename.from, to: rename.to) }
        for number in round.departed { depart(number) }
        for reading in round.readings where reading.fact == .id { call(reading) }
        for reading in round.readings where reading.fact != .id { tell(reading) }
        // The others are as they were.
        for id in fleet.changed.union(flapping).union(replacements.map(\.slot)).sorted() { derive(id) }
        fleet.factChanges.sort { ($0.node, $0.fact.ordinal) < ($1.node, $1.fact.ordinal) }
    }

    private mutating func noteRenamed(_ old: NodeID, to new: NodeID) {
        let change = NodeChange.renamed(from: old, to: Node(id: new, instance: nil, agent: nil, firstSeen: now))
        guard !fleet.nodeChanges.contains(change) else { return }
        fleet.nodeChanges.append(change)
        fleet.departed.insert(old)
    }

    private mutating func depart(_ number: Int64) {
        guard let id = names.removeValue(forKey: number) else { return }
        state.nodes[id] = nil
        fleet.departed.insert(id)
    }

    /// A reading of `id`: a node comes, or has another name from now on.
    private mutating func call(_ reading: RecordedReading) {
        guard case .text(let text) = reading.reading else { return }
        let id = NodeID(text)
        let node = Node(id: id, instance: nil, agent: nil, firstSeen: reading.from)
        let old = names.updateValue(id, forKey: reading.node)
        if let old, old != id, let known = state.nodes.removeValue(forKey: old) {
            noteRenamed(old, to: id)
            called[old] = id
            state.nodes[id] = known.renamed(to: node, at: reading.from)
        } else if old == nil {
            var known = State.NodeState(node: node, told: NodeFacts(id: id), since: Array(repeating: nil, count: Fact.allCases.count))
            known.since[Fact.id.ordinal] = reading.from
            state.nodes[id] = known
            came.insert(id)
            fleet.nodeChanges.append(.came(node))
        }
        fleet.changed.insert(id)
    }

    private mutating func tell(_ reading: RecordedReading) {
        guard let id = names[reading.node], state.nodes[id] != nil else { return }
        let old = state.nodes[id]?.told[reading.fact] ?? .unknown
        if !came.contains(id) {
            fleet.factChanges.append(FactChange(node: id, fact: reading.fact, old: old, new: reading.reading, at: reading.from))
        }
        state.nodes[id]?.told[reading.fact] = reading.reading
        state.nodes[id]?.since[reading.fact.ordinal] = reading.from
        fleet.changed.insert(id)
    }

    /// What is not recorded, for it can be made anew.
    private mutating func derive(_ id: NodeID) {
        guard let flaps = state.nodes[id]?.told[.flaps1h] else {
            flapping.remove(id)
            return
        }
        let count = Reading.integer(replacements.isEmpty ? 0 : Int64(replacements.count(inSlot: id, at: now)))
        if fleet.changed.contains(id) {
            state.nodes[id]?.told.compareImages()
            state.nodes[id]?.told[.replacements30d] = count
        } else if state.nodes[id]?.told[.replacements30d] != count {
            state.nodes[id]?.told[.replacements30d] = count
            fleet.changed.insert(id)
        }
        state.nodes[id]?.countFlaps(now: now)
        if state.nodes[id]?.told[.flaps1h] != flaps { fleet.changed.insert(id) }
        if state.nodes[id]?.flaps.isEmpty ?? true { flapping.remove(id) } else { flapping.insert(id) }
    }
}
