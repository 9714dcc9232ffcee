package import Fleet
import GRDB

extension LedgerStore {
    /// What was known of a node at a time, in the catalogue's order; without a time, what holds now.
    package func observations(of node: NodeID, at time: Timestamp? = nil) throws(LedgerError) -> [RecordedInterval] {
        try reading("reading the observations of node \(node)") { database in
            let keys = try keys(database, of: node)
            let condition = time == nil ? "until_ms IS NULL" : "from_ms <= ?1 AND (until_ms IS NULL OR until_ms > ?1)"
            let arguments: StatementArguments = time.map { [$0.milliseconds] } ?? []
            let found = try intervals(database, "node IN (\(keys)) AND \(condition)", arguments, order: "fact, from_ms", limit: Self.rowsMax)
            return found.sorted { ($0.fact.ordinal, $0.from) < ($1.fact.ordinal, $1.from) }
        }
    }

    /// All intervals of a node that touch `[from, to)`, oldest first.
    package func observations(of node: NodeID, from: Timestamp, to: Timestamp, limit: Int = LedgerStore.rowsMax) throws(LedgerError) -> [RecordedInterval] {
        try reading("reading the observations of node \(node)") { database in
            let keys = try keys(database, of: node)
            return try intervals(
                database, "node IN (\(keys)) AND from_ms < ?2 AND (until_ms IS NULL OR until_ms > ?1)", [from.milliseconds, to.milliseconds],
                order: "from_ms, fact, node", limit: limit)
        }
    }

    private func intervals(
        _ database: Database, _ condition: String, _ arguments: StatementArguments, order: String, limit: Int
    ) throws -> [RecordedInterval] {
        let sql = "SELECT fact, kind, value, from_ms, until_ms FROM observation WHERE \(condition) ORDER BY \(order) LIMIT \(Self.bounded(limit))"
        return try Self.rows(database, sql, arguments, table: "observation") { row in
            guard let fact = facts.fact(try row.integer(0)) else { return nil }
            return RecordedInterval(fact: fact, reading: try row.reading(kind: 1, value: 2), from: try row.time(3), until: try row.timeOrNull(4))
        }
    }

    /// The newest facts that took another reading at `since` or later, oldest first.
    ///
    /// - Parameter condition: further SQL of ours over `p`, the observation that ended.
    func changes(_ database: Database, since: Timestamp, _ condition: String = "TRUE", limit: Int = LedgerStore.rowsMax) throws -> [FactChange] {
        let sql = "\(Self.changeColumns) \(Self.changeSource) AND (\(condition)) ORDER BY p.until_ms DESC, p.node, p.fact LIMIT ?2"
        return try changes(database, sql, [since.milliseconds, Self.bounded(limit)])
    }

    /// The same, of each node no more than the newest so many.
    func changes(_ database: Database, since: Timestamp, perNode: Int) throws -> [FactChange] {
        let sql = """
            SELECT id, fact, old_kind, old_value, new_kind, new_value, at FROM (
              \(Self.changeColumns), row_number() OVER (PARTITION BY p.node ORDER BY p.until_ms DESC, p.fact) AS place \(Self.changeSource)
            ) WHERE place <= ?2 ORDER BY at, id, fact
            """
        return try changes(database, sql, [since.milliseconds, perNode])
    }

    private static let changeColumns = """
        SELECT n.id, p.fact, p.kind AS old_kind, p.value AS old_value, o.kind AS new_kind, o.value AS new_value, p.until_ms AS at
        """

    /// What ended, and what began at the same moment.
    private static let changeSource = """
        FROM observation p
        JOIN observation o ON o.node = p.node AND o.fact = p.fact AND o.from_ms = p.until_ms
        JOIN node n ON n.key = p.node
        WHERE p.until_ms IS NOT NULL AND p.until_ms >= ?1
        """

    private func changes(_ database: Database, _ sql: String, _ arguments: StatementArguments) throws -> [FactChange] {
        let changes = try Self.rows(database, sql, arguments, table: "observation") { row -> FactChange? in
            guard let fact = facts.fact(try row.integer(1)) else { return nil }
            return FactChange(
                node: NodeID(try row.text(0)), fact: fact, old: try row.reading(kind: 2, value: 3), new: try row.reading(kind: 4, value: 5),
                at: try row.time(6))
        }
        return changes.sorted { ($0.at, $0.node, $0.fact.ordinal) < ($1.at, $1.node, $1.fact.ordinal) }
    }
}
