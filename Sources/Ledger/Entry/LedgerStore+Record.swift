import Fleet
import GRDB

extension LedgerStore {
    /// Writes one round: all of it, or nothing, in one transaction.
    ///
    /// Synchronous on purpose: a task that is cancelled meanwhile still commits. When it returns, the entry survives a power cut. When it throws,
    /// the file holds what it held before, and the ledger can be used for the next round.
    /// - Returns: the rows written.
    @discardableResult
    package func record(_ entry: RoundEntry) throws(LedgerError) -> RecordedRows {
        try attempt("recording the round at \(entry.at)") { database in
            var rows = RecordedRows()
            try database.inTransaction(.immediate) {
                var writer = RoundWriter(database: database, facts: facts, entry: entry)
                try writer.write()
                rows = writer.rows
                return .commit
            }
            return rows
        }
    }
}
