package import Fleet
import GRDB

extension LedgerStore {
    /// The most rows that a reader hands out: a page of history, not the whole of it.
    package static let rowsMax = 100_000

    /// Nodes by id; departed ones only when asked for.
    package func nodes(departed: Bool = false, limit: Int = LedgerStore.rowsMax) throws(LedgerError) -> [Node] {
        try reading("reading the nodes") { database in
            try Self.nodes(database, departed ? "merged_into IS NULL" : "departed_at IS NULL", limit: limit)
        }
    }

    /// All nodes that go by this name: id, former id, instance id, agent id (a former one too), private IP or hostname.
    ///
    /// In the fleet before departed, then by id; empty when nobody was ever called so.
    package func nodes(named name: String) throws(LedgerError) -> [Node] {
        try reading("looking for node \(name)") { database in
            try Self.nodes(
                database,
                """
                key IN (
                  SELECT coalesce(n.merged_into, n.key) FROM node n WHERE n.id = ?1 OR n.instance_id = ?1 OR n.agent_id = ?1
                  UNION SELECT a.node FROM node_alias a WHERE a.id = ?1
                  UNION SELECT coalesce(n.merged_into, n.key) FROM observation o JOIN node n ON n.key = o.node
                    WHERE o.fact IN (\(facts.list([.hostname, .privateIP, .agentID, .instanceID]))) AND o.value = ?1
                )
                """, [name], order: "departed_at IS NOT NULL, id", limit: 100)
        }
    }

    /// - Parameter condition: SQL of ours, never of a user.
    static func nodes(
        _ database: Database, _ condition: String, _ arguments: StatementArguments = [], order: String = "id", limit: Int = LedgerStore.rowsMax
    ) throws -> [Node] {
        let sql = "SELECT id, instance_id, agent_id, first_seen, departed_at FROM node WHERE \(condition) ORDER BY \(order) LIMIT \(bounded(limit))"
        return try rows(database, sql, arguments, table: "node") { row in
            Node(
                id: NodeID(try row.text(0)), instance: try row.textOrNull(1).map { InstanceID($0) }, agent: try row.textOrNull(2).map { AgentID($0) },
                firstSeen: try row.time(3), departedAt: try row.timeOrNull(4))
        }
    }

    /// One value for each row of a query.
    static func rows<Value>(
        _ database: Database, _ sql: String, _ arguments: StatementArguments = [], table: String, _ make: (Columns) throws -> Value?
    ) throws -> [Value] {
        var values: [Value] = []
        let cursor = try Row.fetchCursor(try database.cachedStatement(sql: sql), arguments: arguments)
        while let row = try cursor.next() {
            if let value = try make(Columns(row, table: table)) { values.append(value) }
        }
        return values
    }

    /// A limit as SQL may have it: a negative one would be none at all.
    static func bounded(_ limit: Int) -> Int { max(0, min(limit, rowsMax)) }

    /// For `node IN (…)`: the numbers of the node of this id, and of those that became one with it. Empty when there is none.
    func keys(_ database: Database, of id: NodeID) throws -> String {
        let sql = """
            SELECT key FROM node WHERE id = ?1 OR key IN (SELECT node FROM node_alias WHERE id = ?1)
            UNION SELECT m.key FROM node m JOIN node n ON m.merged_into = n.key
              WHERE n.id = ?1 OR n.key IN (SELECT node FROM node_alias WHERE id = ?1)
            ORDER BY 1
            """
        return try Self.rows(database, sql, [id.rawValue], table: "node") { try $0.integer(0) }.map(String.init).joined(separator: ", ")
    }
}
