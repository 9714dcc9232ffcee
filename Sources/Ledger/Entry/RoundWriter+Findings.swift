import Fleet
import GRDB

extension RoundWriter {
    /// Goes on with the open finding of this rule on this node, or begins one.
    mutating func write(_ item: FindingEntry) throws {
        let finding = item.finding
        Self.check(item)
        let key = try key(of: finding.node)
        var values = try Self.values(item)
        let updated = try execute(Self.update, StatementArguments(values + [key.databaseValue, finding.rule.name.rawValue.databaseValue]))
        if updated > 0 {
            add(updated, to: \.findings)
            return
        }
        values += [key.databaseValue, finding.rule.name.rawValue.databaseValue]
        add(try execute(Self.insert, StatementArguments(values)), to: \.findings)
    }

    mutating func write(_ item: ClockEntry) throws {
        let clock = item.clock
        let count = try execute(
            """
            UPDATE finding SET clock_since = ?, clock_firing_since = ?, unknown_for_ms = max(0, ?), unknown_since = ?, cleared_since = ?
            WHERE node = ? AND rule = ? AND state <> 'resolved'
            """,
            [
                clock.since.milliseconds, clock.firingSince?.milliseconds, clock.unknownFor.inMilliseconds, clock.unknownSince?.milliseconds,
                clock.clearedSince?.milliseconds, try key(of: item.node), item.rule.rawValue,
            ])
        guard count == 1 else { throw LedgerContradiction("rule \(item.rule) has a clock on node \(item.node), but no open finding") }
        add(count, to: \.clocks)
    }

    /// What only a bug can break.
    private static func check(_ item: FindingEntry) {
        let finding = item.finding
        let what = "finding \(finding.rule.name) on \(finding.node), \(finding.state)"
        let isResolved = finding.state == .resolved
        precondition(isResolved == (finding.resolvedAt != nil), "\(what): resolved at \(finding.resolvedAt.map(\.description) ?? "no time")")
        precondition(isResolved == (finding.resolution != nil), "\(what): resolution \(finding.resolution.map(\.rawValue) ?? "none")")
        precondition(isResolved == (item.clock == nil), "\(what): \(item.clock == nil ? "without a clock" : "with a clock")")
        precondition(finding.state != .firing || finding.firingSince != nil, "\(what): without the time since when")
        precondition(finding.state != .pending || finding.firingSince == nil, "\(what): has fired since \(finding.firingSince?.description ?? "")")
    }

    private static let columns = [
        "verdict", "class", "mode", "state", "since", "firing_since", "resolved_at", "resolution", "summary", "evidence", "rule_set", "runbook",
        "clock_since", "clock_firing_since", "unknown_for_ms", "unknown_since", "cleared_since",
    ]

    private static let update =
        "UPDATE finding SET " + columns.map { $0 + " = ?" }.joined(separator: ", ") + " WHERE node = ? AND rule = ? AND state <> 'resolved'"

    private static let insert =
        "INSERT INTO finding (" + (columns + ["node", "rule"]).joined(separator: ", ") + ") VALUES ("
        + Array(repeating: "?", count: columns.count + 2).joined(separator: ", ") + ")"

    /// In the order of `columns`. With a clock that went back, nothing fires or ends before it began.
    private static func values(_ item: FindingEntry) throws -> [DatabaseValue] {
        let finding = item.finding
        let since = finding.since.milliseconds
        let clock = item.clock
        return [
            finding.rule.verdict.rawValue.databaseValue, finding.rule.findingClass.rawValue.databaseValue, finding.rule.mode.rawValue.databaseValue,
            finding.state.rawValue.databaseValue, since.databaseValue,
            value(finding.firingSince.map { max($0.milliseconds, since) }), value(finding.resolvedAt.map { max($0.milliseconds, since) }),
            finding.resolution?.rawValue.databaseValue ?? .null, finding.summary.databaseValue,
            try LedgerJSON.text(finding.evidence).databaseValue, finding.ruleSet.rawValue.databaseValue, finding.runbook?.databaseValue ?? .null,
            value(clock?.since.milliseconds), value(clock?.firingSince?.milliseconds), value((clock?.unknownFor.inMilliseconds).map { max(0, $0) }),
            value(clock?.unknownSince?.milliseconds), value(clock?.clearedSince?.milliseconds),
        ]
    }

    private static func value(_ number: Int64?) -> DatabaseValue { number?.databaseValue ?? .null }
}
