import Fleet
import GRDB

/// What Mayfly remembers: one SQLite file, one connection, one transaction for each round.
package final class Ledger: Sendable {
    /// The file, as it was named to us.
    package let path: String
    let queue: DatabaseQueue
    let openedAt: Timestamp

    package enum Purpose: Hashable, Sendable {
        /// Made if it is not there; held against every other process until it is closed.
        case daemon
        /// Nothing is changed, and nothing is made. Refused while a daemon holds the file.
        case reading
    }

    init(path: String, queue: DatabaseQueue, openedAt: Timestamp) {
        self.path = path
        self.queue = queue
        self.openedAt = openedAt
    }
}
