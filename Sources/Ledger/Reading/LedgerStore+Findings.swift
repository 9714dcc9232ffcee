import Fleet
import GRDB

extension LedgerStore {
    /// Findings, newest first.
    package func findings(_ filter: FindingFilter = FindingFilter(), limit: Int = LedgerStore.rowsMax) throws(LedgerError) -> [FindingEntry] {
        try reading("reading the findings") { database in
            var conditions = ["TRUE"]
            var arguments: [DatabaseValue] = []
            if let node = filter.node { conditions.append("f.node IN (\(try keys(database, of: node)))") }
            if !filter.states.isEmpty {
                let states = filter.states.map(\.rawValue).sorted()
                conditions.append("f.state IN (\(states.map { "'\($0)'" }.joined(separator: ", ")))")
            }
            if let since = filter.since {
                conditions.append("(f.resolved_at IS NULL OR f.resolved_at >= ?)")
                arguments.append(since.milliseconds.databaseValue)
            }
            let condition = conditions.joined(separator: " AND ")
            return try Self.findings(database, condition, StatementArguments(arguments), order: "f.since DESC, f.id DESC", limit: limit)
        }
    }

    /// - Parameters: conditions and order are SQL of ours over `f` and its node `n`.
    static func findings(
        _ database: Database, _ condition: String, _ arguments: StatementArguments = [], order: String, limit: Int
    ) throws -> [FindingEntry] {
        let sql = """
            SELECT n.id, f.rule, f.verdict, f.class, f.mode, f.state, f.since, f.firing_since, f.resolved_at, f.resolution, f.summary, f.evidence,
                   f.rule_set, f.runbook, f.clock_since, f.clock_firing_since, f.unknown_for_ms, f.unknown_since, f.cleared_since
            FROM finding f JOIN node n ON n.key = f.node WHERE \(condition) ORDER BY \(order) LIMIT \(bounded(limit))
            """
        return try rows(database, sql, arguments, table: "finding", entry)
    }

    private static func entry(_ row: Columns) throws -> FindingEntry {
        let rule = RuleIdentity(name: RuleName(try row.text(1)), verdict: try row.word(2), findingClass: try row.word(3), mode: try row.word(4))
        let resolution: Finding.Resolution? = try row.textOrNull(9) == nil ? nil : try row.word(9)
        let finding = Finding(
            node: NodeID(try row.text(0)), rule: rule, state: try row.word(5), since: try row.time(6), firingSince: try row.timeOrNull(7),
            resolvedAt: try row.timeOrNull(8), resolution: resolution, summary: try row.text(10), evidence: try LedgerJSON.evidence(from: try row.text(11)),
            ruleSet: RuleSetHash(try row.text(12)), runbook: try row.textOrNull(13))
        let isResolved = finding.state == .resolved
        guard isResolved == (finding.resolvedAt != nil), isResolved == (resolution != nil), isResolved == (try row.timeOrNull(14) == nil) else {
            throw LedgerContradiction("finding \(rule.name) on \(finding.node) is \(finding.state.rawValue), but its times say otherwise")
        }
        return FindingEntry(finding: finding, clock: isResolved ? nil : try clock(row))
    }

    private static func clock(_ row: Columns) throws -> RuleClock {
        RuleClock(
            since: try row.time(14), firingSince: try row.timeOrNull(15), unknownFor: try row.duration(16), unknownSince: try row.timeOrNull(17),
            clearedSince: try row.timeOrNull(18))
    }
}
