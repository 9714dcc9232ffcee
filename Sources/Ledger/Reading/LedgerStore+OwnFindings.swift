package import Fleet
import GRDB

extension LedgerStore {
    /// Findings of Mayfly's own, newest first; those that are over only when asked for.
    package func ownFindings(resolved: Bool = false, limit: Int = 1000) throws(LedgerError) -> [OwnFinding] {
        try reading("reading Mayfly's own findings") { try Self.ownFindings($0, resolved ? "TRUE" : "resolved_at IS NULL", limit: limit) }
    }

    static func ownFindings(_ database: Database, _ condition: String, limit: Int) throws -> [OwnFinding] {
        // A reader changes nothing, and so may have a file from before there was this table.
        guard try database.tableExists("own_finding") else { return [] }
        let sql = """
            SELECT kind, subject, since, firing_since, resolved_at, summary FROM own_finding WHERE \(condition)
            ORDER BY firing_since DESC, id DESC LIMIT \(bounded(limit))
            """
        return try rows(database, sql, table: "own_finding") { row in
            // One that a newer program wrote is passed over.
            guard let kind = OwnFinding.Kind(rawValue: try row.text(0)) else { return nil }
            return OwnFinding(
                kind: kind, subject: try row.text(1), since: try row.time(2), firingSince: try row.time(3), resolvedAt: try row.timeOrNull(4),
                summary: try row.text(5))
        }
    }

    /// The alerts that were begun and not ended, by fingerprint.
    static func openAlerts(_ database: Database) throws -> [Alert] {
        guard try database.tableExists("open_alert") else { return [] }
        return try rows(database, "SELECT content FROM open_alert ORDER BY fingerprint", table: "open_alert") { row in
            try LedgerJSON.alert(from: try row.text(0), column: "content")
        }
    }

    static func alertTargets(_ database: Database) throws -> [AlertTargetName] {
        guard try database.tableExists("alert_target") else { return [] }
        return try rows(database, "SELECT name FROM alert_target ORDER BY name", table: "alert_target") { AlertTargetName(try $0.text(0)) }
    }
}
