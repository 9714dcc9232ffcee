package import Fleet

/// The facts of every node in an in-memory SQLite database, for conditions to be judged on.
///
/// Owned by the round; not Sendable. It changes in a transaction of its own, which commits only after the ledger's; after a rollback all is as it was
/// before `begin`, the time included. Only rows that changed have to be put again: ages are computed when they are read.
package final class FactsDatabase {
    let connection: SQLiteConnection
    /// The rows' numbers by node, and the nodes by number.
    private(set) var rows: [NodeID: Int64] = [:]
    private(set) var nodes: [Int64: NodeID] = [:]
    /// Each row's place when all nodes are sorted by id; made when first asked for after a change.
    private var ranks: [Int64: Int]?
    private var nextRow: Int64 = 1
    private var before: (now: Int64, nextRow: Int64, rowsChanged: Bool)?
    private var statements: [String: SQLiteStatement] = [:]
    /// By condition: those of the last look.
    private var memories: [String: ConditionMemory] = [:]
    /// Rows that were put or removed since the last look.
    private(set) var changedRows: Set<Int64> = []
    private let remembersOutcomes: Bool

    /// Prepared statements kept: more rules than that are prepared anew in each round.
    private static let statementsMax = 4000
    /// How many changes of one node are kept.
    package static let changesPerNodeMax = 100

    /// - Parameter remembersOutcomes: whether a look asks only for what may come out otherwise than at the last one. It does but for tests, which compare.
    package init(remembersOutcomes: Bool = true) throws(FactsFailure) {
        self.remembersOutcomes = remembersOutcomes
        connection = try FactsFailure.during("opening it") { () throws(SQLiteError) in
            let connection = try SQLiteConnection()
            try connection.execute(FactsSchema.script)
            return connection
        }
    }

    /// The time that ages are counted to.
    package var now: Timestamp { Timestamp(milliseconds: connection.watch.nowMilliseconds) }

    /// How many nodes there are.
    package var count: Int { rows.count }

    // MARK: Transactions

    /// Starts a transaction and sets the time. One at a time.
    package func begin(now: Timestamp) throws(FactsFailure) {
        precondition(before == nil, "a transaction of the facts database is open already")
        try run("BEGIN", "beginning")
        before = (connection.watch.nowMilliseconds, nextRow, false)
        connection.watch.nowMilliseconds = now.milliseconds
    }

    package func commit() throws(FactsFailure) {
        precondition(before != nil, "no transaction of the facts database is open")
        try run("COMMIT", "committing")
        before = nil
    }

    /// Puts everything back; does nothing outside a transaction.
    package func rollback() {
        guard let before else { return }
        // In memory a ROLLBACK can fail only because SQLite has rolled back already.
        try? connection.execute("ROLLBACK")
        connection.watch.nowMilliseconds = before.now
        nextRow = before.nextRow
        if before.rowsChanged { readRowsBack() }
        self.before = nil
        memories = [:]
        changedRows = []
    }

    // MARK: Nodes

    /// Puts a node's whole row.
    ///
    /// - Parameter stateSince: since when `mesos_state` has been what it is; nil makes `mesos_state_age` unknown.
    package func put(_ facts: NodeFacts, stateSince: Timestamp?) throws(FactsFailure) {
        let row = rows[facts.id] ?? nextRow
        try FactsFailure.during("putting node \(facts.id)") { () throws(SQLiteError) in
            let statement = try prepared(FactsSchema.put)
            try statement.bind(row, at: 1)
            var index: Int32 = 2
            for fact in FactsSchema.stored {
                switch facts[fact] {
                case .text(let text): try statement.bind(text, at: index)
                case .integer(let number): try statement.bind(number, at: index)
                case .none, .unknown: try statement.bind(nil as Int64?, at: index)
                }
                index += 1
            }
            // An age that is unknown has no value either: a state that is unknown has no age.
            let hasState = if case .text = facts[.mesosState] { true } else { false }
            try statement.bind(hasState ? stateSince?.milliseconds : nil, at: index)
            try statement.bind(Int64(bitPattern: FactsSchema.unknownMask(of: facts, stateSince: stateSince)), at: index + 1)
            try statement.run()
        }
        changedRows.insert(row)
        guard row == nextRow else { return }
        nextRow += 1
        rows[facts.id] = row
        nodes[row] = facts.id
        noteRowsChanged()
    }

    /// Takes a node out, with its tasks and changes. Nothing happens when it is not there.
    package func remove(_ node: NodeID) throws(FactsFailure) {
        guard let row = rows[node] else { return }
        try run("DELETE FROM node WHERE seq = ?1", "removing node \(node)", row)
        try run("DELETE FROM task WHERE node_id = ?1", "removing the tasks of \(node)", node.rawValue)
        try run("DELETE FROM change WHERE node_id = ?1", "removing the changes of \(node)", node.rawValue)
        rows[node] = nil
        nodes[row] = nil
        changedRows.insert(row)
        noteRowsChanged()
    }

    /// Lets the changes of a node count as another's: it has got its real name. The node itself is left to `remove` and `put`.
    package func rename(_ old: NodeID, to new: NodeID) throws(FactsFailure) {
        try FactsFailure.during("renaming node \(old)") { () throws(SQLiteError) in
            let update = try prepared("UPDATE change SET node_id = ?1 WHERE node_id = ?2")
            try update.bind(new.rawValue, at: 1)
            try update.bind(old.rawValue, at: 2)
            try update.run()
        }
    }

    /// Every node, sorted.
    package var nodeIDs: [NodeID] { rows.keys.sorted() }

    /// The nodes of some rows, sorted by id; cheap for many rows over and over.
    func sortedNodes(of rows: Set<Int64>) -> [NodeID] {
        if rows.isEmpty { return [] }
        if ranks == nil {
            ranks = Dictionary(uniqueKeysWithValues: nodes.sorted { $0.value < $1.value }.enumerated().map { ($0.element.key, $0.offset) })
        }
        let ranks = ranks ?? [:]
        return rows.sorted { ranks[$0, default: 0] < ranks[$1, default: 0] }.compactMap { nodes[$0] }
    }

    private func noteRowsChanged() {
        ranks = nil
        before?.rowsChanged = true
    }

    private func readRowsBack() {
        rows = [:]
        nodes = [:]
        ranks = nil
        guard let statement = try? connection.prepare("SELECT seq, id FROM node") else { return }
        while (try? statement.step()) == true {
            let node = NodeID(statement.text(at: 1))
            rows[node] = statement.integer(at: 0)
            nodes[statement.integer(at: 0)] = node
        }
    }

    // MARK: Outcomes

    /// What a rule's condition came to when it was last asked.
    func memory(of rule: Rule) -> ConditionMemory {
        if let memory = memories[rule.condition] { return memory }
        let memory = ConditionMemory(rule, isKept: remembersOutcomes)
        memories[rule.condition] = memory
        return memory
    }

    /// Until when a rule's outcomes stay what they were at the last look if nothing is put; nil where that is not known.
    package func quietUntil(_ rule: Rule) -> Timestamp? { memories[rule.condition]?.quietUntil }

    /// One look at all rules: what it does not ask for is forgotten, and what was put before it is not asked for again.
    func look<Value>(_ body: () throws(FactsFailure) -> Value) throws(FactsFailure) -> Value {
        let value = try body()
        memories = memories.filter(\.value.isInUse)
        for memory in memories.values { memory.isInUse = false }
        changedRows.removeAll(keepingCapacity: true)
        return value
    }

    // MARK: Statements

    /// A statement of ours, or of a condition that was checked when its file was loaded; kept prepared.
    func prepared(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        if let statement = statements[sql] { return statement }
        let statement = try connection.prepare(sql)
        if statements.count < Self.statementsMax { statements[sql] = statement }
        return statement
    }

    private func run(_ sql: String, _ attempting: @autoclosure () -> String) throws(FactsFailure) {
        try FactsFailure.during(attempting()) { () throws(SQLiteError) in try prepared(sql).run() }
    }

    func run(_ sql: String, _ attempting: @autoclosure () -> String, _ value: Int64) throws(FactsFailure) {
        try FactsFailure.during(attempting()) { () throws(SQLiteError) in
            let statement = try prepared(sql)
            try statement.bind(value, at: 1)
            try statement.run()
        }
    }

    func run(_ sql: String, _ attempting: @autoclosure () -> String, _ value: String) throws(FactsFailure) {
        try FactsFailure.during(attempting()) { () throws(SQLiteError) in
            let statement = try prepared(sql)
            try statement.bind(value, at: 1)
            try statement.run()
        }
    }
}
