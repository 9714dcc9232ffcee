import Fleet
import GRDB

/// Writes one round's entry, within a transaction that its caller has begun.
///
/// A clock that went back makes no interval end before it began: what would is moved to one millisecond after, or to the same time.
struct RoundWriter {
    let database: Database
    let facts: FactNames
    let entry: RoundEntry
    private(set) var rows = RecordedRows()
    /// The numbers of the nodes that were asked for in this round.
    private var keys: [NodeID: Int64] = [:]
    /// Nodes that had no row before, and so nothing open that would have to end.
    private var fresh: Set<NodeID> = []

    init(database: Database, facts: FactNames, entry: RoundEntry) {
        precondition(entry.interval > .zero, "a round's interval is \(entry.interval)")
        self.database = database
        self.facts = facts
        self.entry = entry
    }

    mutating func write() throws {
        for change in entry.nodes { try apply(change) }
        for observation in entry.observations { try write(observation) }
        for source in entry.sources { try write(source) }
        for source in entry.forgottenSources {
            rows.freshness += try execute("DELETE FROM source WHERE name = ?", [source.description])
        }
        try writeRound()
        try writeLog()
        try writeCluster()
        try writeServices()
        for finding in entry.findings { try write(finding) }
        for clock in entry.clocks { try write(clock) }
        if let ruleSet = entry.ruleSet { try write(ruleSet) }
        for audit in entry.audit { try write(audit) }
        try writeWork()
        for finding in entry.ownFindings { try write(finding) }
        try writeAlerts()
    }

    // MARK: Statements

    /// Runs a prepared statement; says how many rows it wrote.
    @discardableResult
    func execute(_ sql: String, _ arguments: StatementArguments) throws -> Int {
        let statement = try database.cachedStatement(sql: sql)
        statement.setUncheckedArguments(arguments)
        try statement.execute()
        return database.changesCount
    }

    /// The first row of a prepared query; nil when there is none.
    func first(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
        try Row.fetchOne(try database.cachedStatement(sql: sql), arguments: arguments)
    }

    // MARK: Nodes

    /// The number of a node that is known by this id now, or was before a rename.
    mutating func key(of id: NodeID) throws -> Int64 {
        guard let key = try keyIfAny(of: id) else { throw LedgerContradiction("node \(id) is not in the ledger") }
        return key
    }

    private mutating func keyIfAny(of id: NodeID) throws -> Int64? {
        if let key = keys[id] { return key }
        let row = try first("SELECT key FROM node WHERE id = ?", [id.rawValue]) ?? first("SELECT node FROM node_alias WHERE id = ?", [id.rawValue])
        guard let row else { return nil }
        let key = try Columns(row, table: "node").integer(0)
        keys[id] = key
        return key
    }

    private mutating func apply(_ change: NodeChange) throws {
        switch change {
        case .came(let node): try came(node)
        case .changed(let node): try update(node)
        case .renamed(let old, let node): try rename(old, to: node)
        case .departed(let id): try depart(id, mergedInto: nil)
        }
    }

    private mutating func came(_ node: Node) throws {
        let existing = try first("SELECT key, departed_at FROM node WHERE id = ?", [node.id.rawValue])
        guard let existing else {
            rows.nodes += try execute(
                "INSERT INTO node (id, instance_id, agent_id, first_seen) VALUES (?, ?, ?, ?)",
                [node.id.rawValue, node.instance?.rawValue, node.agent?.rawValue, node.firstSeen.milliseconds])
            keys[node.id] = database.lastInsertedRowID
            fresh.insert(node.id)
            return
        }
        let columns = Columns(existing, table: "node")
        keys[node.id] = try columns.integer(0)
        let wasAway = try columns.timeOrNull(1)
        try update(node)
        guard let wasAway else { return }
        rows.nodes += try execute("UPDATE node SET departed_at = NULL, merged_into = NULL WHERE id = ?", [node.id.rawValue])
        try write(AuditEntry(at: entry.at, kind: .nodeReturned, subject: node.id, details: ["departed_at": wasAway.description]))
    }

    private mutating func update(_ node: Node) throws {
        rows.nodes += try execute(
            "UPDATE node SET instance_id = ?1, agent_id = ?2 WHERE key = ?3 AND (instance_id IS NOT ?1 OR agent_id IS NOT ?2)",
            [node.instance?.rawValue, node.agent?.rawValue, try key(of: node.id)])
    }

    private mutating func rename(_ old: NodeID, to node: Node) throws {
        precondition(old != node.id, "node \(old) renamed to itself")
        let oldKey = try key(of: old)
        if try first("SELECT key FROM node WHERE id = ?", [node.id.rawValue]) != nil {
            // Both were known: the instance as a node without an agent. Two histories cannot become one; the older name leads to the node from now on.
            try came(node)
            try depart(old, mergedInto: try key(of: node.id))
        } else {
            rows.nodes += try execute(
                "UPDATE node SET id = ?, instance_id = ?, agent_id = ?, departed_at = NULL WHERE key = ?",
                [node.id.rawValue, node.instance?.rawValue, node.agent?.rawValue, oldKey])
            rows.nodes += try execute(
                "INSERT OR REPLACE INTO node_alias (id, node, renamed_at) VALUES (?, ?, ?)", [old.rawValue, oldKey, entry.at.milliseconds])
            keys[node.id] = oldKey
            if fresh.remove(old) != nil { fresh.insert(node.id) }
        }
        try write(AuditEntry(at: entry.at, kind: .nodeRenamed, subject: node.id, details: ["from": old.rawValue, "to": node.id.rawValue]))
    }

    private mutating func depart(_ id: NodeID, mergedInto successor: Int64?) throws {
        let key = try key(of: id)
        let left = try execute(
            "UPDATE node SET departed_at = max(?, first_seen), merged_into = ? WHERE key = ? AND departed_at IS NULL", [entry.at.milliseconds, successor, key])
        rows.nodes += left
        rows.observations += try execute(
            "UPDATE observation SET until_ms = max(?, from_ms + 1) WHERE node = ? AND until_ms IS NULL", [entry.at.milliseconds, key])
        fresh.remove(id)
        if left > 0, successor == nil { try write(AuditEntry(at: entry.at, kind: .nodeDeparted, subject: id)) }
    }

    // MARK: Observations

    private mutating func write(_ observation: Observation) throws {
        let fact = observation.fact
        precondition(observation.from <= entry.at, "\(fact) of \(observation.node) is to begin at \(observation.from), after the round at \(entry.at)")
        guard let number = facts.number(of: fact) else { preconditionFailure("\(fact) is not recorded") }
        let key = try key(of: observation.node)
        var from = observation.from.milliseconds
        if !fresh.contains(observation.node),
            let row = try first("SELECT from_ms, kind, value FROM observation WHERE node = ? AND fact = ? AND until_ms IS NULL", [key, number])
        {
            let columns = Columns(row, table: "observation")
            if try columns.reading(kind: 1, value: 2) == observation.reading { return }
            from = max(from, try columns.integer(0) + 1)
            rows.observations += try execute("UPDATE observation SET until_ms = ? WHERE node = ? AND fact = ? AND until_ms IS NULL", [from, key, number])
        } else if !fresh.contains(observation.node) {
            from = try afterTheLast(key, number, from)
        }
        rows.observations += try execute(
            "INSERT INTO observation (node, fact, from_ms, kind, value) VALUES (?, ?, ?, ?, ?)",
            [key, number, from, observation.reading.kind, observation.reading.databaseValue])
    }

    /// Not before the end of what a node that was away had last.
    private func afterTheLast(_ key: Int64, _ fact: Int64, _ from: Int64) throws -> Int64 {
        let row = try first("SELECT until_ms FROM observation WHERE node = ? AND fact = ? ORDER BY from_ms DESC LIMIT 1", [key, fact])
        guard let row else { return from }
        return max(from, try Columns(row, table: "observation").integer(0))
    }

    mutating func add(_ count: Int, to kind: WritableKeyPath<RecordedRows, Int>) { rows[keyPath: kind] += count }
}
