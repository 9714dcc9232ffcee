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

    private static func replacements(_ database: Database, _ condition: String, _ arguments: StatementArguments = []) throws -> [Replacement] {
        try rows(database, "SELECT content FROM replacement " + condition, arguments, table: "replacement") { row in
            try LedgerJSON.value(Replacement.self, from: try row.text(0), column: "content")
        }
    }
}
