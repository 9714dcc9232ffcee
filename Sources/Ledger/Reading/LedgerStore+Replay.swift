package import Fleet
import GRDB
package import Replacing

extension LedgerStore {
    /// From the first to the last round that can be replayed; nil when none can.
    package func replayable() throws(LedgerError) -> RecordedSpan? {
        try reading("looking for rounds to replay") { database in
            guard try hasLog(database) else { return nil }
            let rows = try Self.rows(database, "SELECT min(from_ms), max(to_ms) FROM round_log", table: "round_log") { row in
                try row.timeOrNull(0).map { RecordedSpan(from: $0, to: try row.time(1)) }
            }
            return rows.first
        }
    }

    /// Hands the recorded rounds to a body, in one transaction that only reads: from the row of the log that holds `since` on, so up to an hour earlier.
    ///
    /// - Throws: what the body threw, as it was; else a `LedgerError`.
    package func replay(since: Timestamp, until: Timestamp? = nil, _ body: (inout RoundStream) throws -> Void) throws {
        var thrown: (any Error)?
        try reading("replaying its rounds") { database in
            guard try hasLog(database) else { return }
            let sql = "SELECT from_ms FROM round_log WHERE to_ms >= ? ORDER BY id LIMIT 1"
            guard let from = try Self.rows(database, sql, [since.milliseconds], table: "round_log", { try $0.time(0) }).first else { return }
            var stream = try RoundStream(database, facts: facts, from: from, until: until)
            do { try body(&stream) } catch let error as LedgerContradiction { throw error } catch let error as DatabaseError { throw error } catch {
                thrown = error
            }
        }
        if let thrown { throw thrown }
    }

    /// Every replacement that is still remembered, by id.
    package func replacements() throws(LedgerError) -> [Replacement] {
        try reading("reading the replacements") { try Self.replacements($0, since: Timestamp(milliseconds: .min)) }
    }

    /// A ledger of an older program, opened for reading, has none.
    private func hasLog(_ database: Database) throws -> Bool { try database.tableExists("round_log") }
}
