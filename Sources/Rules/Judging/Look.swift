package import Fleet

/// One look at all rules and nodes: everything that judging goes by, beside the facts and the clocks.
package struct Look {
    package let rules: RuleSet
    package let facts: FactsDatabase
    package let now: Timestamp
    package let previousLook: Timestamp?
    package let interval: Duration
    package let configured: Set<Source>
    package let unknownTables: Set<String>
    package let capacity: Int
    package let sourceIntervals: [Source: Duration]

    /// - Parameters:
    ///   - previousLook: when the last committed round was, over a restart too; nil before the first.
    ///   - interval: how often rounds are meant to be.
    ///   - configured: the sources that are configured, whatever their freshness; `.target("")` stands for the target image of any pool. `.ledger` is
    ///     always there.
    ///   - unknownTables: those of `task`, `member`, `service` whose source is stale.
    ///   - capacity: the desired capacity of the fleet, for limits that are shares.
    ///   - sourceIntervals: how often each source is meant to be read; one that is not in here, at every look.
    package init(
        rules: RuleSet, facts: FactsDatabase, now: Timestamp, previousLook: Timestamp?, interval: Duration, configured: Set<Source>,
        unknownTables: Set<String> = [], capacity: Int, sourceIntervals: [Source: Duration] = [:]
    ) {
        self.rules = rules
        self.facts = facts
        self.now = now
        self.previousLook = previousLook
        self.interval = interval
        self.configured = configured
        self.unknownTables = unknownTables
        self.capacity = capacity
        self.sourceIntervals = sourceIntervals
    }

    /// By which times the clocks of a rule go.
    func times(of rule: Rule) -> ClockTimes { Self.times(of: rule, interval: interval, sourceIntervals: sourceIntervals) }

    package static func times(of rule: Rule, interval: Duration, sourceIntervals: [Source: Duration]) -> ClockTimes {
        let slowest = rule.sources.compactMap { sourceIntervals[$0] }.max()
        return ClockTimes(holdFor: rule.holdFor, keepFiringFor: rule.keepFiringFor, interval: interval, sourceInterval: slowest)
    }

    /// What one rule came to on the nodes of its shard.
    struct Outcomes {
        var standing: RuleStanding
        /// The nodes on which it holds, sorted.
        var holding: [NodeID] = []
    }

    /// Judges one rule's condition over all nodes.
    ///
    /// One rule at fault is unknown everywhere, and says why; it does not stop the others.
    func outcomes(of rule: Rule) -> Outcomes {
        var outcomes = Outcomes(standing: RuleStanding(rule: rule.name))
        if let idle = rule.idleReason(configured: configured) {
            outcomes.standing.idle = idle
            return outcomes
        }
        do throws(SQLiteError) {
            if try isUnknownEverywhere(rule) {
                outcomes.standing.unknown = facts.nodeIDs.filter(rule.covers)
                return outcomes
            }
            let came = try facts.memory(of: rule).outcomes(facts)
            outcomes.standing.matches = came.holding.count
            outcomes.standing.unknown = rule.shardPercent == nil ? came.unknown : came.unknown.filter(rule.covers)
            outcomes.holding = rule.shardPercent == nil ? came.holding : came.holding.filter(rule.covers)
        } catch {
            outcomes.standing.failure = ConditionMessages.failure(error)
            outcomes.standing.unknown = facts.nodeIDs.filter(rule.covers)
            return outcomes
        }
        if let limit = rule.limit?.nodes(of: capacity), outcomes.standing.matches > limit {
            outcomes.standing.limit = RuleStanding.LimitReached(matches: outcomes.standing.matches, limit: limit)
        }
        return outcomes
    }

    /// A rule that looks at other nodes is unknown on all when a node has anything unknown that it reads; so is one that reads a stale table.
    func isUnknownEverywhere(_ rule: Rule) throws(SQLiteError) -> Bool {
        if !unknownTables.isDisjoint(with: rule.readsTables) { return true }
        guard rule.readsOtherNodes else { return false }
        let statement = try facts.prepared(ConditionQuery(rule).anyUnknown)
        defer { statement.reset() }
        return try statement.step()
    }
}
