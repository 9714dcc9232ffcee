package import Fleet
import GRDB

extension LedgerStore {
    /// Deletes what ended before a time, oldest first: at most so many rows, in one short transaction. Nothing that is open is ever deleted.
    ///
    /// A node goes once it has departed and nothing that is kept mentions it. Call it again in the next round while it says that it deleted as
    /// many as it was allowed.
    /// - Returns: the rows deleted.
    @discardableResult
    package func prune(before: Timestamp, budgetRows: Int = 1000) throws(LedgerError) -> Int {
        try attempt("deleting what is older than \(before)") { database in
            var deleted = 0
            try database.inTransaction(.immediate) {
                for sql in Self.pruning where deleted < budgetRows {
                    try database.execute(sql: sql, arguments: [before.milliseconds, budgetRows - deleted])
                    deleted += database.changesCount
                }
                return .commit
            }
            return deleted
        }
    }

    /// Each deletes what ended before `?1`, at most `?2` rows. Nodes come last: the statements before free them.
    private static let pruning = [
        """
        DELETE FROM observation WHERE (node, fact, from_ms) IN
          (SELECT node, fact, from_ms FROM observation WHERE until_ms IS NOT NULL AND until_ms < ?1 ORDER BY until_ms, node, fact LIMIT ?2)
        """,
        "DELETE FROM finding WHERE id IN (SELECT id FROM finding WHERE resolved_at IS NOT NULL AND resolved_at < ?1 ORDER BY resolved_at, id LIMIT ?2)",
        "DELETE FROM own_finding WHERE id IN (SELECT id FROM own_finding WHERE resolved_at < ?1 ORDER BY resolved_at, id LIMIT ?2)",
        """
        DELETE FROM member WHERE (service, name, agent, from_ms) IN
          (SELECT service, name, agent, from_ms FROM member WHERE until_ms IS NOT NULL AND until_ms < ?1 ORDER BY until_ms, service, name LIMIT ?2)
        """,
        """
        DELETE FROM in_sync WHERE (service, topic, from_ms) IN
          (SELECT service, topic, from_ms FROM in_sync WHERE until_ms IS NOT NULL AND until_ms < ?1 ORDER BY until_ms, service, topic LIMIT ?2)
        """,
        """
        DELETE FROM service WHERE id IN (SELECT id FROM service WHERE last_seen < ?1 AND id NOT IN (SELECT service FROM member)
          AND id NOT IN (SELECT service FROM in_sync) ORDER BY last_seen, id LIMIT ?2)
        """,
        "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 ORDER BY at, id LIMIT ?2)",
        "DELETE FROM round WHERE id IN (SELECT id FROM round WHERE to_ms < ?1 AND id < (SELECT max(id) FROM round) ORDER BY to_ms, id LIMIT ?2)",
        "DELETE FROM round_log WHERE id IN (SELECT id FROM round_log WHERE to_ms < ?1 AND id < (SELECT max(id) FROM round_log) ORDER BY to_ms, id LIMIT ?2)",
        "DELETE FROM assessment WHERE id IN (SELECT id FROM assessment WHERE until_ms < ?1 ORDER BY until_ms, id LIMIT ?2)",
        """
        DELETE FROM transition WHERE id IN (SELECT t.id FROM transition t JOIN replacement r ON r.id = t.replacement WHERE r.ended_at < ?1
          ORDER BY r.ended_at, t.id LIMIT ?2)
        """,
        """
        DELETE FROM replacement WHERE id IN (SELECT id FROM replacement WHERE ended_at < ?1 AND id < (SELECT max(id) FROM replacement)
          AND id NOT IN (SELECT replacement FROM transition) ORDER BY ended_at, id LIMIT ?2)
        """,
        """
        DELETE FROM hint WHERE (event, instance) IN
          (SELECT event, instance FROM hint WHERE received_at < ?1 AND standing <> 'parked' ORDER BY received_at, event LIMIT ?2)
        """,
        // Other people's: after a day one that comes again is known by its age. A rule of EventBridge sees the whole account.
        """
        DELETE FROM hint WHERE (event, instance) IN (SELECT event, instance FROM hint WHERE standing IN ('old', 'unknown')
          AND received_at < (SELECT max(received_at) FROM hint) - 86400000 ORDER BY received_at, event LIMIT ?2)
        """,
        "DELETE FROM quarantine WHERE message IN (SELECT message FROM quarantine WHERE received_at < ?1 ORDER BY received_at, message LIMIT ?2)",
        "DELETE FROM master WHERE id IN (SELECT id FROM master WHERE last_seen < ?1 ORDER BY last_seen, id LIMIT ?2)",
        """
        DELETE FROM rule_set WHERE hash IN (SELECT hash FROM rule_set WHERE last_loaded_at < ?1
          AND last_loaded_at < (SELECT max(last_loaded_at) FROM rule_set) AND hash NOT IN (SELECT rule_set FROM finding)
          AND hash NOT IN (SELECT rule_set FROM round_log)
          AND hash NOT IN (SELECT json_extract(content, '$.rule_set') FROM assessment WHERE json_extract(content, '$.rule_set') IS NOT NULL) ORDER BY last_loaded_at, hash LIMIT ?2)
        """,
        """
        DELETE FROM node_alias WHERE id IN (SELECT a.id FROM node_alias a JOIN node n ON n.key = a.node WHERE n.departed_at < ?1
          AND \(nothingLeft) ORDER BY a.id LIMIT ?2)
        """,
        """
        DELETE FROM node WHERE key IN (SELECT n.key FROM node n WHERE n.departed_at < ?1 AND \(nothingLeft)
          AND n.key NOT IN (SELECT node FROM node_alias) AND n.key NOT IN (SELECT merged_into FROM node WHERE merged_into IS NOT NULL)
          ORDER BY n.departed_at, n.key LIMIT ?2)
        """,
    ]

    private static let nothingLeft = """
        NOT EXISTS (SELECT 1 FROM observation o WHERE o.node = n.key) AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.node = n.key)
        AND NOT EXISTS (SELECT 1 FROM audit t WHERE t.node = n.key) AND NOT EXISTS (SELECT 1 FROM replacement r WHERE r.node = n.key)
        AND NOT EXISTS (SELECT 1 FROM member m WHERE m.node = n.key) AND NOT EXISTS (SELECT 1 FROM assessment a WHERE a.node = n.key)
        """

    /// Writes a compact copy of the ledger to a path where nothing is yet: what backups and replays work on.
    ///
    /// The copy is made on this connection, within one read of it; the file is complete when the call returns.
    package func backup(to path: String) throws(LedgerError) {
        let target = LedgerFile(path: path, attempting: "writing a copy of the ledger")
        try attempt("writing a copy to \(path)") { database in
            guard try !target.checkAccess(for: .daemon) else { throw LedgerContradiction("\(path) exists already; name a file that does not") }
            try database.execute(sql: "VACUUM INTO ?", arguments: [target.sqlitePath])
        }
    }

    /// Reads every page and every index; throws what SQLite finds wrong, the first ten at most.
    package func check() throws(LedgerError) {
        let complaints = try reading("checking the file") { try String.fetchAll($0, sql: "PRAGMA integrity_check(10)") }
        guard complaints == ["ok"] else {
            throw LedgerError(.corrupt(complaints.joined(separator: "; ")), path: path, attempting: "checking the file")
        }
    }
}
