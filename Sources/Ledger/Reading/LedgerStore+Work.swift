import Fleet
import GRDB
import Replacing

extension LedgerStore {
    static func work(_ database: Database, now: Timestamp) throws -> RememberedWork {
        var work = RememberedWork()
        work.replacements = try replacements(database, since: now - Replacement.countedFor)
        work.lastReplacement = try rows(database, "SELECT max(id) FROM replacement", table: "replacement") { row in
            try row.integerOrNull(0).map { ReplacementID($0) }
        }.first
        return work
    }

    /// The open ones, and those begun since then. By id.
    static func replacements(_ database: Database, since: Timestamp) throws -> [Replacement] {
        let sql = "SELECT content FROM replacement WHERE standing <> 'ended' OR started_at >= ? ORDER BY id"
        return try rows(database, sql, [since.milliseconds], table: "replacement") { row in
            try LedgerJSON.value(Replacement.self, from: try row.text(0), column: "content")
        }
    }
}
