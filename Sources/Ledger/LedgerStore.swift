import Fleet
import GRDB

/// What Mayfly remembers: one SQLite file, one connection, one transaction for each round.
///
/// Every call blocks its thread until SQLite has answered; none is `async`, so that no cancelled task can take a commit with it.
package final class LedgerStore: Sendable {
    /// The file, as it was named to us.
    package let path: String
    package let purpose: Purpose
    let queue: DatabaseQueue
    let facts: FactNames
    let openedAt: Timestamp

    package enum Purpose: Hashable, Sendable {
        /// Made if it is not there; held against every other process until it is closed.
        case daemon
        /// Nothing is changed, and nothing is made. Refused while a daemon holds the file.
        case reading
    }

    init(path: String, purpose: Purpose, queue: DatabaseQueue, facts: FactNames, openedAt: Timestamp) {
        self.path = path
        self.purpose = purpose
        self.queue = queue
        self.facts = facts
        self.openedAt = openedAt
    }
}
