package import Fleet

/// Judges every rule on every node: pure but for the in-memory database; no clock, no I/O, no async. The parameters are `Look`'s.
///
/// - Parameter clocks: as the last committed round left them. Those of rules and nodes that are gone resolve, as `rule_removed` and `node_departed`.
package func judge(
    _ rules: RuleSet, on facts: FactsDatabase, clocks: [ClockKey: RuleClock], now: Timestamp, previousLook: Timestamp?, interval: Duration,
    configured: Set<Source>, unknownTables: Set<String> = [], capacity: Int, sourceIntervals: [Source: Duration] = [:]
) throws(FactsFailure) -> Judgement {
    let look = Look(
        rules: rules, facts: facts, now: now, previousLook: previousLook, interval: interval, configured: configured, unknownTables: unknownTables,
        capacity: capacity, sourceIntervals: sourceIntervals)
    return try look.judge(clocks: clocks)
}

extension Look {
    package func judge(clocks: [ClockKey: RuleClock]) throws(FactsFailure) -> Judgement {
        var judgement = Judgement()
        var open = clocks.keys.reduce(into: [RuleName: [NodeID]]()) { $0[$1.rule, default: []].append($1.node) }
        try facts.look { () throws(FactsFailure) in
            for rule in rules.rules {
                let nodes = open.removeValue(forKey: rule.name) ?? []
                try judge(rule, open: nodes, clocks: clocks, into: &judgement)
            }
        }
        for (rule, nodes) in open {
            for node in nodes { judgement.resolve(ClockKey(rule: rule, node: node), .ruleRemoved, clocks) }
        }
        judgement.transitions = judgement.transitions.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }.map(\.element)
        return judgement
    }

    private func judge(_ rule: Rule, open: [NodeID], clocks: [ClockKey: RuleClock], into judgement: inout Judgement) throws(FactsFailure) {
        let outcomes = outcomes(of: rule)
        judgement.rules.append(outcomes.standing)
        let holding = Set(outcomes.holding)
        let unknown = open.isEmpty ? [] : Set(outcomes.standing.unknown)
        let fires = outcomes.standing.limit == nil && outcomes.standing.idle == nil
        let started = fires ? outcomes.holding.filter { clocks[ClockKey(rule: rule.name, node: $0)] == nil } : []
        if open.isEmpty && started.isEmpty { return }
        let times = times(of: rule)
        for node in open + started {
            let key = ClockKey(rule: rule.name, node: node)
            if facts.rows[node] == nil {
                judgement.resolve(key, .nodeDeparted, clocks)
            } else if outcomes.standing.limit != nil {
                judgement.resolve(key, .limited, clocks, try shown(rule, node))
            } else if outcomes.standing.idle != nil {
                judgement.resolve(key, .blind, clocks, try shown(rule, node))
            } else {
                let outcome: RuleOutcome = holding.contains(node) ? .holds : unknown.contains(node) ? .unknown : .doesNotHold
                let (clock, changes) = RuleClock.step(clocks[key], outcome: outcome, now: now, previousLook: previousLook, times: times)
                judgement.clocks[key] = clock
                guard !changes.isEmpty else { continue }
                let shown = try shown(rule, node)
                for change in changes {
                    let since = if case .resolved = change { clocks[key]?.since ?? now } else { clock?.since ?? now }
                    judgement.transitions.append(Transition(key: key, change: change, since: since, summary: shown.summary, readings: shown.readings))
                }
            }
        }
    }

    /// A rule's summary and evidence for one node, as they are now.
    package func shown(_ rule: Rule, _ node: NodeID) throws(FactsFailure) -> (summary: String, readings: [FactReading]) {
        let facts = Set(rule.reads + rule.summary.facts)
        let readings = try self.facts.readings(of: node, Fact.published.filter(facts.contains))
        let byFact = Dictionary(uniqueKeysWithValues: readings.map { ($0.fact, $0.reading) })
        return (rule.summary.rendered { byFact[$0] ?? .unknown }, readings.filter { rule.reads.contains($0.fact) })
    }
}

extension Judgement {
    fileprivate mutating func resolve(
        _ key: ClockKey, _ resolution: Finding.Resolution, _ clocks: [ClockKey: RuleClock], _ shown: (summary: String, readings: [FactReading]) = ("", [])
    ) {
        guard let clock = clocks[key] else { return }
        transitions.append(Transition(key: key, change: .resolved(resolution), since: clock.since, summary: shown.summary, readings: shown.readings))
    }
}
