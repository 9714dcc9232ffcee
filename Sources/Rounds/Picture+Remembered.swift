package import Fleet
package import Ledger
import Planning
package import Rules

extension Picture {
    /// The fleet as the ledger last saw it, for a program that does not watch it itself.
    ///
    /// It is judged at the time of the last round, by the rules handed in: what has grown stale since says nothing about then. Nil before the first round.
    package static func remembered(in ledger: LedgerStore, rules: RuleSet, settings: Settings, now: Timestamp) throws -> Picture? {
        guard let at = try ledger.remembered(now: now).lastRound else { return nil }
        // What happened of late is counted from the last round, not from today.
        let remembered = try ledger.remembered(now: at)
        return try judging(State(remembered, now: at), changes: remembered.changes, rules: rules, settings: settings, at: at)
    }

    /// One node that has left the fleet, alone, as it was in its last moment.
    ///
    /// Rules that look at other nodes see none; what fired then stands in its findings.
    package static func departed(_ node: Node, in ledger: LedgerStore, rules: RuleSet, settings: Settings) throws -> Picture {
        let at = (node.departedAt ?? node.firstSeen) - .milliseconds(1)
        var state = State()
        var told = NodeFacts(id: node.id)
        var since: [Timestamp?] = Array(repeating: nil, count: Fact.allCases.count)
        for interval in try ledger.observations(of: node.id, at: at) where interval.fact.isRecorded {
            told[interval.fact] = interval.reading
            since[interval.fact.ordinal] = interval.from
        }
        told.compareImages()
        state.nodes[node.id] = State.NodeState(node: node, told: told, since: since)
        for source in settings.intervals.keys {
            state.sources[source] = SourceState(source: source, interval: settings.mesosInterval, lastSuccess: at, lastAttempt: at)
        }
        for entry in try ledger.findings(FindingFilter(node: node.id)) where entry.finding.since <= at && entry.finding.resolvedAt.map({ $0 > at }) ?? true {
            var finding = entry.finding
            if let firing = finding.firingSince, firing <= at { finding.state = .firing } else { finding.state = .pending }
            let key = ClockKey(rule: finding.rule.name, node: node.id)
            state.findings[key] = finding
            state.clocks[key] = RuleClock(since: finding.since, firingSince: finding.state == .firing ? finding.firingSince : nil)
        }
        return try judging(state, changes: [], rules: rules, settings: settings, at: at)
    }

    private static func judging(_ state: State, changes: [FactChange], rules: RuleSet, settings: Settings, at: Timestamp) throws -> Picture {
        let stale = state.stale(at: at, settings: settings)
        let facts = try FactsDatabase()
        try facts.begin(now: at)
        for node in state.nodes.values.sorted(by: { $0.node.id < $1.node.id }) {
            try facts.put(node.told.believed(stale: stale), stateSince: node.since(.mesosState))
        }
        for change in changes where state.nodes[change.node] != nil { try facts.append(change) }
        if rules.reads(table: "member") || rules.reads(table: "service") { try facts.replaceServices(state.serviceRows) }
        let judgement = try judge(
            rules, on: facts, clocks: state.clocks, now: at, previousLook: at, interval: settings.mesosInterval, configured: settings.configured,
            unknownTables: state.unknownTables(stale),
            capacity: state.capacity(settings), sourceIntervals: settings.sourceIntervals)
        facts.rollback()
        return Picture(at: at, state: state, judgement: judgement, rules: rules, settings: settings, stale: stale, master: nil, counts: nil, plan: Plan())
    }
}
