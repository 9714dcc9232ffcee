package import Fleet
import GRDB

extension LedgerStore {
    /// The facts whose changes are history for people; the others are kept, and shown for one node at a time by `observations`.
    package static let mainFacts: [Fact] = [
        .agentID, .mesosState, .ec2State, .systemStatus, .instanceStatus, .scheduledEvent, .imageID, .targetImageID, .ssmPing, .probe, .dcosHealth,
    ]

    /// What happened, newest first: changes of the main facts, findings, nodes that came and went, what the audit trail has, and what the
    /// gates came to.
    ///
    /// - Parameters:
    ///   - node: one node, by its id or a former one. Nil: the whole fleet, and what is about no node.
    ///   - since: nil: from the beginning.
    package func history(node: NodeID? = nil, since: Timestamp? = nil, limit: Int = 1000) throws(LedgerError) -> [HistoryItem] {
        try reading("reading the history") { database in
            let keys = try node.map { try self.keys(database, of: $0) }
            let since = since ?? Timestamp(milliseconds: .min)
            let limit = Self.bounded(limit)
            let items =
                try changeItems(database, keys, since: since, limit: limit)
                + findingItems(database, keys, since: since, limit: limit)
                + arrivals(database, keys, since: since, limit: limit)
                + auditItems(database, keys, since: since, limit: limit)
                + assessmentItems(database, keys, since: since, limit: limit)
            // Each list is sorted by itself, and a stable order among those of the same time is kept by the position.
            let sorted = items.enumerated().sorted { left, right in
                left.element.at != right.element.at ? left.element.at > right.element.at : left.offset < right.offset
            }
            return sorted.prefix(limit).map(\.element)
        }
    }

    private func changeItems(_ database: Database, _ keys: String?, since: Timestamp, limit: Int) throws -> [HistoryItem] {
        let condition = "p.fact IN (\(facts.list(Self.mainFacts)))" + (keys.map { " AND p.node IN (\($0))" } ?? "")
        return try changes(database, since: since, condition, limit: limit).reversed().map {
            HistoryItem(at: $0.at, node: $0.node, event: .changed($0.fact, old: $0.old, new: $0.new))
        }
    }

    private func findingItems(_ database: Database, _ keys: String?, since: Timestamp, limit: Int) throws -> [HistoryItem] {
        let own = keys.map { " AND f.node IN (\($0))" } ?? ""
        let moments: [(column: String, state: Finding.State, time: (Finding) -> Timestamp?)] = [
            ("resolved_at", .resolved, { $0.resolvedAt }), ("firing_since", .firing, { $0.firingSince }), ("since", .pending, { $0.since }),
        ]
        return try moments.flatMap { column, state, time in
            let found = try Self.findings(
                database, "f.\(column) >= ?" + own, [since.milliseconds], order: "f.\(column) DESC, f.id DESC", limit: limit)
            return found.compactMap { item in
                time(item.finding).map { HistoryItem(at: $0, node: item.finding.node, event: .finding(item.finding, state)) }
            }
        }
    }

    private func arrivals(_ database: Database, _ keys: String?, since: Timestamp, limit: Int) throws -> [HistoryItem] {
        let own = keys.map { " AND key IN (\($0))" } ?? ""
        return try Self.nodes(database, "first_seen >= ?" + own, [since.milliseconds], order: "first_seen DESC, id", limit: limit).map {
            HistoryItem(at: $0.firstSeen, node: $0.id, event: .nodeCame)
        }
    }

    private func assessmentItems(_ database: Database, _ keys: String?, since: Timestamp, limit: Int) throws -> [HistoryItem] {
        // A reader changes nothing, and so may have a file from before there was this table.
        guard try database.tableExists("assessment") else { return [] }
        let own = keys.map { " AND a.node IN (\($0))" } ?? ""
        let sql = """
            SELECT n.id, a.rule, a.from_ms, a.outcome, a.gates FROM assessment a JOIN node n ON n.key = a.node
            WHERE a.from_ms >= ?\(own) ORDER BY a.from_ms DESC, a.id DESC LIMIT \(limit)
            """
        return try Self.rows(database, sql, [since.milliseconds], table: "assessment") { row in
            let assessment = try Self.assessment(row)
            return HistoryItem(at: assessment.from, node: assessment.node, event: .assessed(assessment))
        }
    }

    private func auditItems(_ database: Database, _ keys: String?, since: Timestamp, limit: Int) throws -> [HistoryItem] {
        let own = keys.map { " AND a.node IN (\($0))" } ?? ""
        let sql = """
            SELECT a.at, a.kind, n.id, a.who, a.details FROM audit a LEFT JOIN node n ON n.key = a.node
            WHERE a.at >= ?\(own) ORDER BY a.at DESC, a.id DESC LIMIT \(limit)
            """
        return try Self.rows(database, sql, [since.milliseconds], table: "audit") { row in
            let subject = try row.textOrNull(2).map { NodeID($0) }
            let details = try LedgerJSON.value([String: String].self, from: try row.text(4), column: "details")
            let entry = AuditEntry(at: try row.time(0), kind: try row.word(1), subject: subject, who: try row.text(3), details: details)
            return HistoryItem(at: entry.at, node: subject, event: .audit(entry))
        }
    }
}
