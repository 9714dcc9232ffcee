package import Fleet

/// How one rule stands on one node, for an explanation.
package struct NodeStanding: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        case holds
        case doesNotHold
        /// Because of these facts, in the catalogue's order, and these tables, sorted. Facts of other nodes may be meant where the rule looks at them.
        case unknown(facts: [Fact], tables: [String])
        /// A source that it reads is not configured.
        case idle(IdleReason)
        /// Its `shard` leaves this node out.
        case notInShard
        /// It holds here, and on more nodes than its limit, so it fires for nobody.
        case limited(RuleStanding.LimitReached)
        /// Judging it failed, with SQLite's words.
        case failed(String)
    }

    package let rule: RuleName
    package let outcome: Outcome
    /// Nil when it neither holds nor fires.
    package let clock: RuleClock?
    /// How long it still has to hold until it fires; nil unless it is pending.
    package let firesIn: Duration?
    /// What it read, ages included, in the catalogue's order.
    package let readings: [FactReading]
}

extension Look {
    /// How a rule stands on a node, or nil when the node is not there.
    ///
    /// - Parameter judgement: of the look at the same facts and time: its clocks, and which rules are limited.
    package func standing(of node: NodeID, _ rule: Rule, in judgement: Judgement) throws(FactsFailure) -> NodeStanding? {
        guard let row = facts.rows[node] else { return nil }
        let clock = judgement.clocks[ClockKey(rule: rule.name, node: node)]
        let readings = try facts.readings(of: node, rule.reads)
        let firesIn = clock.flatMap { $0.firingSince == nil ? max(.zero, rule.holdFor - $0.held(at: now)) : nil }
        return NodeStanding(
            rule: rule.name, outcome: outcome(of: rule, row: row, node: node, readings, judgement), clock: clock, firesIn: firesIn, readings: readings)
    }

    private func outcome(of rule: Rule, row: Int64, node: NodeID, _ readings: [FactReading], _ judgement: Judgement) -> NodeStanding.Outcome {
        if let idle = rule.idleReason(configured: configured) { return .idle(idle) }
        if !rule.covers(node) { return .notInShard }
        let standing = judgement.rules.first { $0.rule == rule.name }
        if let failure = standing?.failure { return .failed(failure) }
        let unknownTables = rule.readsTables.filter(self.unknownTables.contains)
        let unknownFacts = readings.filter(\.reading.isUnknown).map(\.fact)
        do throws(SQLiteError) {
            if try isUnknownEverywhere(rule) {
                return .unknown(facts: unknownFacts.isEmpty && unknownTables.isEmpty ? rule.reads : unknownFacts, tables: unknownTables)
            }
            let statement = try facts.prepared(ConditionQuery(rule).overOne)
            try statement.bind(row, at: 1)
            defer { statement.reset() }
            let result = try facts.connection.watch.bounded(steps: ConditionQuery.stepsMax(nodes: facts.count)) { () throws(SQLiteError) in
                try statement.step() ? statement.integer(at: 0) : 0
            }
            if result < 0 { return .unknown(facts: unknownFacts, tables: []) }
            if result == 0 { return .doesNotHold }
            return standing?.limit.map(NodeStanding.Outcome.limited) ?? .holds
        } catch {
            return .failed(ConditionMessages.failure(error))
        }
    }
}

extension RuleSet {
    /// The clocks of rules that this set no longer has, sorted: their findings resolve as `rule_removed`. `judge` does the same.
    package func orphans(among clocks: [ClockKey: RuleClock]) -> [ClockKey] {
        let names = Set(rules.map(\.name))
        return clocks.keys.filter { !names.contains($0.rule) }.sorted()
    }
}
