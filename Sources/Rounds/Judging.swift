import Fleet
import Ledger
import Rules

/// What became of the fleet in one round: by what the sources told, or, in a replay, by what was recorded of it.
struct FleetChanges {
    let now: Timestamp
    var nodeChanges: [NodeChange] = []
    /// Nodes that are gone under their id, renamed ones too.
    var departed: Set<NodeID> = []
    /// Nodes whose facts are other than before, new ones too.
    var changed: Set<NodeID> = []
    var factChanges: [FactChange] = []
}

/// By what a round judges, beside the facts and their freshness.
struct JudgingTerms: Equatable {
    /// How often the masters are polled.
    var interval: Duration
    var configured: Set<Source>
    var sourceIntervals: [Source: Duration]
    /// How many nodes the fleet is meant to have.
    var capacity: Int
}

extension FactsDatabase {
    /// How long a change is seen by rules.
    private static let changesKept = Duration.seconds(86_400)

    /// Sees what the round sees, within a transaction that its caller has begun.
    ///
    /// - Parameter staleBefore: the stale sources when it was last written; where they are others now, every row is.
    func take(_ fleet: FleetChanges, of state: State, stale: Set<Source>, staleBefore: Set<Source>?) throws(FactsFailure) {
        for case .renamed(from: let old, to: let new) in fleet.nodeChanges { try rename(old, to: new.id) }
        for id in fleet.departed.sorted() { try remove(id) }
        let rows = staleBefore == stale ? fleet.changed.sorted() : state.nodes.keys.sorted()
        for id in rows {
            guard let node = state.nodes[id] else { continue }
            try put(node.told.believed(stale: stale), stateSince: node.since(.mesosState))
        }
        for change in fleet.factChanges { try append(change) }
        try prune(changesBefore: fleet.now - Self.changesKept)
    }
}

extension State {
    /// Judges every rule over the facts, and takes over what it came to. The round and the replay both do it here.
    mutating func judge(
        _ rules: RuleSet, on facts: FactsDatabase, _ fleet: FleetChanges, stale: Set<Source>, terms: JudgingTerms, recording: inout Recording
    ) throws(FactsFailure) -> Judgement {
        resolve(fleet, recording: &recording)
        let judgement = try Rules.judge(
            rules, on: facts, clocks: clocks, now: fleet.now, previousLook: lastLook, interval: terms.interval, configured: terms.configured,
            unknownTables: stale.contains(.tasks) ? ["task"] : [], capacity: terms.capacity, sourceIntervals: terms.sourceIntervals)
        apply(judgement, rules: rules, stale: stale, now: fleet.now, recording: &recording)
        return judgement
    }
}

extension State.NodeState {
    /// The same node under its real name: it keeps its history.
    func renamed(to node: Node, at now: Timestamp) -> Self {
        var facts = NodeFacts(id: node.id)
        for fact in Fact.allCases where fact != .id { facts[fact] = told[fact] }
        var renamed = Self(node: node, told: facts, since: since)
        renamed.flaps = flaps
        renamed.since[Fact.id.ordinal] = now
        return renamed
    }

    /// How often its state went to and from `active` within the hour: the fact `flaps_1h`.
    mutating func countFlaps(now: Timestamp) {
        if let state = told[.mesosState].agentsOwnState {
            let active = MesosState.active.rawValue
            if let last = lastMesosState, last != state, last == active || state == active { flaps.append(now) }
            lastMesosState = state
        }
        let hourAgo = now - Self.flapsCounted
        flaps.removeAll { $0 <= hourAgo }
        told[.flaps1h] = .integer(Int64(flaps.count))
    }

    static let flapsCounted = Duration.seconds(3600)
}
