package import Fleet
import GRDB

extension Ledger {
    /// Opens the ledger, making or migrating it if that is what it takes.
    package static func open(path: String, purpose: Purpose, now: Timestamp) throws(LedgerError) -> Ledger { throw LedgerError(.missing, path: path, attempting: "opening the ledger") }
    /// Ends the connection and lets go of the file.
    package func close() throws(LedgerError) {}
    package func remembered(now: Timestamp? = nil) throws(LedgerError) -> Remembered { throw LedgerError(.missing, path: path, attempting: "") }
    @discardableResult package func record(_ entry: RoundEntry) throws(LedgerError) -> RecordedRows { RecordedRows() }
    /// Nodes by id; departed ones only when asked for.
    package func nodes(departed: Bool = false, limit: Int = Ledger.rowsMax) throws(LedgerError) -> [Node] { [] }
    /// All nodes that go by this name: id, former id, instance id, agent id (also a former one), private IP or hostname. In the fleet before departed; then by id.
    package func nodes(named name: String) throws(LedgerError) -> [Node] { [] }
    /// What was known of a node at a time (nil: now), in the catalogue's order.
    package func observations(of node: NodeID, at time: Timestamp? = nil) throws(LedgerError) -> [RecordedInterval] { [] }
    /// All intervals of a node that touch `[from, to)`, oldest first.
    package func observations(of node: NodeID, from: Timestamp, to: Timestamp, limit: Int = Ledger.rowsMax) throws(LedgerError) -> [RecordedInterval] { [] }
    /// Newest first.
    package func findings(_ filter: FindingFilter = FindingFilter(), limit: Int = Ledger.rowsMax) throws(LedgerError) -> [FindingEntry] { [] }
    /// Newest first.
    package func history(node: NodeID? = nil, since: Timestamp? = nil, limit: Int = 1000) throws(LedgerError) -> [HistoryItem] { [] }
    package func sources() throws(LedgerError) -> [SourceState] { [] }
    /// Oldest first.
    package func rounds(since: Timestamp? = nil, limit: Int = Ledger.rowsMax) throws(LedgerError) -> [RecordedRounds] { [] }
    package func ruleSet(_ hash: RuleSetHash) throws(LedgerError) -> RecordedRuleSet? { nil }
    /// Rows in each table, by table.
    package func counts() throws(LedgerError) -> [(table: String, rows: Int)] { [] }
    /// Deletes what ended before a time, at most so many rows; says how many. Nothing that is open is ever deleted.
    @discardableResult package func prune(before: Timestamp, budgetRows: Int = 1000) throws(LedgerError) -> Int { 0 }
    /// Writes a compact copy to a path where nothing is yet.
    package func backup(to path: String) throws(LedgerError) {}
    /// The most rows that a reader hands out: a page of history, not the whole of it.
    package static let rowsMax = 100_000
}
