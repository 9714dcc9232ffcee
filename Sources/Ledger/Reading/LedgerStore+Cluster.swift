package import Fleet
import GRDB

extension LedgerStore {
    /// By name.
    package func sources() throws(LedgerError) -> [SourceState] {
        try reading("reading the sources") { try Self.sources($0) }
    }

    /// Runs of rounds that ended at `since` or later, oldest first.
    package func rounds(since: Timestamp? = nil, limit: Int = LedgerStore.rowsMax) throws(LedgerError) -> [RecordedRounds] {
        try reading("reading the rounds") { try Self.rounds($0, since: since, limit: limit) }
    }

    /// The rule set of this hash; nil when this ledger never had it.
    package func ruleSet(_ hash: RuleSetHash) throws(LedgerError) -> RecordedRuleSet? {
        try reading("reading rule set \(hash)") { database in
            try Self.ruleSets(database, "hash = ?", [hash.rawValue], limit: 1).first
        }
    }

    /// The rule sets, the one loaded last first.
    package func ruleSets(limit: Int = 100) throws(LedgerError) -> [RecordedRuleSet] {
        try reading("reading the rule sets") { try Self.ruleSets($0, "TRUE", [], limit: limit) }
    }

    /// How many rows each table has, by table.
    package func counts() throws(LedgerError) -> [(table: String, rows: Int)] {
        try reading("counting rows") { database in
            let tables = try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
            return try tables.map { ($0, try Int.fetchOne(database, sql: "SELECT count(*) FROM \"\($0)\"") ?? 0) }
        }
    }

    static func sources(_ database: Database) throws -> [SourceState] {
        try rows(database, "SELECT name, interval_ms, last_success, last_attempt, failure FROM source ORDER BY name", table: "source") { row in
            guard let source = Source(try row.text(0)) else { throw row.mismatch(0, "a source's name") }
            return SourceState(
                source: source, interval: try row.duration(1), lastSuccess: try row.timeOrNull(2), lastAttempt: try row.timeOrNull(3),
                failure: try row.textOrNull(4).map { SourceFailure($0) })
        }
    }

    static func rounds(_ database: Database, since: Timestamp?, limit: Int) throws -> [RecordedRounds] {
        let sql = "SELECT from_ms, to_ms, interval_ms, count FROM round WHERE to_ms >= ? ORDER BY from_ms, id LIMIT \(bounded(limit))"
        return try rows(database, sql, [since?.milliseconds ?? .min], table: "round", rounds)
    }

    static func lastRounds(_ database: Database) throws -> RecordedRounds? {
        try rows(database, "SELECT from_ms, to_ms, interval_ms, count FROM round ORDER BY id DESC LIMIT 1", table: "round", rounds).first
    }

    private static func rounds(_ row: Columns) throws -> RecordedRounds? {
        guard let count = Int(exactly: try row.integer(3)) else { throw row.mismatch(3, "a count") }
        return RecordedRounds(from: try row.time(0), to: try row.time(1), interval: try row.duration(2), count: count)
    }

    /// The newest 1,000 masters, oldest first.
    static func masters(_ database: Database) throws -> [RecordedMaster] {
        let sql = "SELECT id, first_seen, last_seen FROM master ORDER BY last_seen IS NULL DESC, last_seen DESC, first_seen DESC, id LIMIT 1000"
        return try rows(database, sql, table: "master") { row in
            RecordedMaster(id: MasterID(try row.text(0)), firstSeen: try row.time(1), lastSeen: try row.timeOrNull(2))
        }.reversed()
    }

    static func targets(_ database: Database) throws -> [PoolTarget] {
        try rows(database, "SELECT pool, image, since FROM target ORDER BY pool", table: "target") { row in
            PoolTarget(pool: PoolName(try row.text(0)), image: try row.textOrNull(1).map { ImageID($0) }, since: try row.time(2))
        }
    }

    static func ruleSets(_ database: Database, _ condition: String, _ arguments: StatementArguments, limit: Int) throws -> [RecordedRuleSet] {
        let sql = "SELECT hash, loaded_at, files FROM rule_set WHERE \(condition) ORDER BY last_loaded_at DESC, hash LIMIT \(bounded(limit))"
        return try rows(database, sql, arguments, table: "rule_set") { row in
            RecordedRuleSet(
                hash: RuleSetHash(try row.text(0)), loadedAt: try row.time(1),
                files: try LedgerJSON.value([RecordedRuleSet.File].self, from: try row.text(2), column: "files"))
        }
    }
}
