package import Fleet
import GRDB

extension LedgerStore {
    /// How every target of alerts is doing, by name.
    package func alertStandings() throws(LedgerError) -> [AlertStanding] {
        try reading("reading how the alerts' targets do") { database in
            let sql = """
                SELECT t.name, t.last_success, t.last_failure, t.failure, t.failing_since, t.delivered, t.refused, t.dropped, t.merged, t.lost_at,
                       (SELECT count(*) FROM alert a WHERE a.target = t.name), (SELECT queued_at FROM alert WHERE id =
                         (SELECT min(a.id) FROM alert a WHERE a.target = t.name))
                FROM alert_target t ORDER BY t.name
                """
            return try Self.rows(database, sql, table: "alert_target") { row in
                func count(_ index: Int) throws -> Int {
                    guard let count = Int(exactly: try row.integer(index)) else { throw row.mismatch(index, "a count") }
                    return count
                }
                var standing = AlertStanding(target: AlertTargetName(try row.text(0)))
                (standing.lastSuccess, standing.lastFailure) = (try row.timeOrNull(1), try row.timeOrNull(2))
                (standing.failure, standing.failingSince) = (try row.textOrNull(3), try row.timeOrNull(4))
                (standing.delivered, standing.refused, standing.dropped, standing.merged) = (try count(5), try count(6), try count(7), try count(8))
                (standing.lostAt, standing.queued, standing.oldestQueuedAt) = (try row.timeOrNull(9), try count(10), try row.timeOrNull(11))
                return standing
            }
        }
    }

    /// What waits for a target and may be told now: of each alert its oldest change, so that its changes are told in order.
    ///
    /// Those that were tried least come first, then the oldest: one that the target chokes on holds no other back.
    package func queuedAlerts(for target: AlertTargetName, limit: Int) throws(LedgerError) -> [QueuedAlert] {
        try reading("reading what is to be told to \(target)") { database in
            let sql = """
                SELECT id, content, queued_at, attempts FROM alert
                WHERE id IN (SELECT min(id) FROM alert WHERE target = ? GROUP BY fingerprint) ORDER BY attempts, id LIMIT \(Self.bounded(limit))
                """
            return try Self.rows(database, sql, [target.rawValue], table: "alert") { row in
                guard let attempts = Int(exactly: try row.integer(3)) else { throw row.mismatch(3, "a count") }
                guard let alert = try LedgerJSON.alert(from: try row.text(1), column: "content") else { return nil }
                return QueuedAlert(id: try row.integer(0), alert: alert, queuedAt: try row.time(2), attempts: attempts)
            }
        }
    }

    /// Records what became of the changes that were sent to a target: one transaction, on the disk when it returns.
    package func settle(_ outcome: AlertOutcome) throws(LedgerError) {
        try attempt("recording what \(outcome.target) took") { database in
            try database.inTransaction(.immediate) {
                var writer = RoundWriter(database: database, facts: facts, entry: RoundEntry(at: outcome.at, interval: .seconds(1)))
                try writer.write(outcome)
                return .commit
            }
        }
    }
}

/// What became of the changes that were sent to one target in one turn.
package struct AlertOutcome: Hashable, Sendable {
    package let target: AlertTargetName
    package let at: Timestamp
    /// Those that it took.
    package var delivered: [Int64]
    /// Those that it said no to for good, each with the reason.
    package var refused: [Refusal]
    /// Those that are to be tried again.
    package var retried: [Int64]
    /// What went wrong, when something is to be tried again; nil when all that was tried went well.
    package var failure: String?
    /// Whether the target took something, though it may have been no change of the queue.
    package var wasTaken = false

    package struct Refusal: Hashable, Sendable {
        package let id: Int64
        package let alert: Alert
        package let reason: String

        package init(id: Int64, alert: Alert, reason: String) {
            self.id = id
            self.alert = alert
            self.reason = reason
        }
    }

    package init(
        target: AlertTargetName, at: Timestamp, delivered: [Int64] = [], refused: [Refusal] = [], retried: [Int64] = [], failure: String? = nil
    ) {
        self.target = target
        self.at = at
        self.delivered = delivered
        self.refused = refused
        self.retried = retried
        self.failure = failure
    }
}

extension RoundWriter {
    mutating func write(_ outcome: AlertOutcome) throws {
        let (at, target) = (outcome.at.milliseconds, outcome.target.rawValue)
        for id in outcome.delivered + outcome.refused.map(\.id) { try execute("DELETE FROM alert WHERE id = ? AND target = ?", [id, target]) }
        for id in outcome.retried { try execute("UPDATE alert SET attempts = attempts + 1 WHERE id = ? AND target = ?", [id, target]) }
        for refusal in outcome.refused {
            try write(
                AuditEntry(
                    at: outcome.at, kind: .alertRefused,
                    details: ["target": target, "alert": refusal.alert.name, "fingerprint": refusal.alert.fingerprint.rawValue, "reason": refusal.reason]))
        }
        let failure = outcome.failure ?? outcome.refused.last?.reason
        try execute(
            """
            UPDATE alert_target SET delivered = delivered + ?2, refused = refused + ?3, lost_at = CASE WHEN ?3 > 0 THEN ?4 ELSE lost_at END,
              last_success = CASE WHEN ?2 > 0 OR ?7 THEN ?4 ELSE last_success END,
              last_failure = CASE WHEN ?6 IS NULL THEN last_failure ELSE ?4 END, failure = coalesce(?6, failure),
              failing_since = CASE WHEN ?5 IS NULL THEN NULL ELSE coalesce(failing_since, ?4) END
            WHERE name = ?1
            """, [target, outcome.delivered.count, outcome.refused.count, at, outcome.failure, failure, outcome.wasTaken])
    }
}
