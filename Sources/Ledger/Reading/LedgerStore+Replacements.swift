package import Fleet
import GRDB
package import Replacing

extension LedgerStore {
    /// The open replacements, and those begun since then. By id.
    package func replacements(since: Timestamp) throws(LedgerError) -> [Replacement] {
        try reading("reading the replacements") { database in try Self.replacements(database, since: since) }
    }

    /// One of them, whenever it was. Nil: there never was one of this number.
    package func replacement(numbered id: ReplacementID) throws(LedgerError) -> Replacement? {
        try reading("reading replacement \(id)") { database in
            try Self.replacements(database, "WHERE id = ?", [id.number]).first
        }
    }

    /// Those of a node, newest first.
    ///
    /// - Parameter limit: at most so many.
    package func replacements(of node: NodeID, limit: Int) throws(LedgerError) -> [Replacement] {
        try reading("reading the replacements of \(node)") { database in
            let keys = try self.keys(database, of: node)
            return try Self.replacements(database, "WHERE node IN (\(keys)) ORDER BY id DESC LIMIT \(Self.bounded(limit))")
        }
    }

    /// What was kept of the console of the instance that a replacement ended, and when. Nil: nothing.
    package func console(of replacement: Replacement) throws(LedgerError) -> (at: Timestamp, output: String)? {
        try reading("reading the console output of replacement \(replacement.id)") { database in
            let keys = try self.keys(database, of: replacement.node)
            let sql = """
                SELECT at, json_extract(details, '$.output') FROM audit WHERE node IN (\(keys)) AND kind = ? AND json_extract(details, '$.replacement') = ?
                ORDER BY id DESC LIMIT 1
                """
            return try Self.rows(database, sql, [AuditEntry.Kind.consoleKept.rawValue, replacement.id.description], table: "audit") { row in
                (at: try row.time(0), output: try row.text(1))
            }.first
        }
    }

    private static func replacements(_ database: Database, _ condition: String, _ arguments: StatementArguments = []) throws -> [Replacement] {
        try rows(database, "SELECT content FROM replacement " + condition, arguments, table: "replacement") { row in
            try LedgerJSON.value(Replacement.self, from: try row.text(0), column: "content")
        }
    }
}
