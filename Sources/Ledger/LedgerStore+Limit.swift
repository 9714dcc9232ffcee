import GRDB

extension LedgerStore {
    /// Lets the file grow no further than to so many pages, or than it is; nil: as far as SQLite can. What needs more fails as on a full disk.
    ///
    /// Holds until the ledger is closed. For whoever tries out what becomes of a round that cannot be stored.
    package func limitPages(to pages: Int?) {
        _ = try? queue.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA max_page_count = \(pages ?? 4_294_967_294)") }
    }
}
