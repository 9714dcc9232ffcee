import Fleet
import GRDB

extension LedgerStore {
    /// Writes what happened to the program itself, outside of any round: starts and stops, rule files that were refused.
    package func note(_ entries: [AuditEntry]) throws(LedgerError) {
        guard let first = entries.first else { return }
        try attempt("recording what happened at \(first.at)") { database in
            try database.inTransaction(.immediate) {
                var writer = RoundWriter(database: database, facts: facts, entry: RoundEntry(at: first.at, interval: .seconds(1)))
                for entry in entries { try writer.write(entry) }
                return .commit
            }
        }
    }
}
