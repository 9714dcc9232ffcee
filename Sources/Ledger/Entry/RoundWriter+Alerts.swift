import Fleet
import GRDB

extension RoundWriter {
    /// Goes on with the open finding of this kind about this subject, or begins one.
    mutating func write(_ finding: OwnFinding) throws {
        precondition(!finding.subject.isEmpty, "a finding of Mayfly's own, \(finding.kind), about nothing")
        let (since, firingSince) = (finding.since.milliseconds, max(finding.firingSince, finding.since).milliseconds)
        let resolvedAt = finding.resolvedAt.map { max($0.milliseconds, firingSince) }
        let updated = try execute(
            "UPDATE own_finding SET resolved_at = ?, summary = ? WHERE kind = ? AND subject = ? AND resolved_at IS NULL",
            [resolvedAt, finding.summary, finding.kind.rawValue, finding.subject])
        if updated > 0 {
            add(updated, to: \.ownFindings)
        } else {
            let inserted = try execute(
                "INSERT INTO own_finding (kind, subject, since, firing_since, resolved_at, summary) VALUES (?, ?, ?, ?, ?, ?)",
                [finding.kind.rawValue, finding.subject, since, firingSince, resolvedAt, finding.summary])
            add(inserted, to: \.ownFindings)
        }
        let kind: AuditEntry.Kind = finding.resolvedAt == nil ? .ownFindingBegan : .ownFindingEnded
        try write(
            AuditEntry(
                at: entry.at, kind: kind, details: ["kind": finding.kind.rawValue, "subject": finding.subject, "summary": finding.summary]))
    }

    mutating func writeAlerts() throws {
        if let targets = entry.alerts.targets { try write(targets) }
        for change in entry.alerts.changes { try write(change) }
        // Once for all changes of the round: only now it shows whether they are too many.
        let touched = Set(entry.alerts.changes.flatMap { $0.targets.map(\.name) })
        for target in touched.sorted() { try makeRoom(target, max: entry.alerts.queuedMax) }
    }

    private mutating func write(_ targets: [AlertTarget]) throws {
        let known = try String.fetchAll(database, sql: "SELECT name FROM alert_target ORDER BY name")
        let names = Set(targets.map(\.name.rawValue))
        for name in known where !names.contains(name) { add(try execute("DELETE FROM alert_target WHERE name = ?", [name]), to: \.alerts) }
        for name in names.sorted() { add(try execute("INSERT OR IGNORE INTO alert_target (name) VALUES (?)", [name]), to: \.alerts) }
        if targets.isEmpty { add(try execute("DELETE FROM open_alert", []), to: \.alerts) }
    }

    private mutating func write(_ change: AlertChange) throws {
        let alert = change.alert
        let content = try LedgerJSON.text(alert)
        let fingerprint = alert.fingerprint.rawValue
        switch alert.state {
        case .firing:
            let sql = "INSERT INTO open_alert (fingerprint, content) VALUES (?1, ?2) ON CONFLICT (fingerprint) DO UPDATE SET content = ?2"
            add(try execute(sql, [fingerprint, content]), to: \.alerts)
        case .resolved: add(try execute("DELETE FROM open_alert WHERE fingerprint = ?", [fingerprint]), to: \.alerts)
        }
        for target in change.targets {
            if target.wantsLatestOnly {
                let merged = try execute("DELETE FROM alert WHERE target = ? AND fingerprint = ?", [target.name.rawValue, fingerprint])
                try count(merged, as: "merged", of: target.name)
            }
            let inserted = try execute(
                "INSERT INTO alert (target, fingerprint, state, queued_at, content) VALUES (?, ?, ?, ?, ?)",
                [target.name.rawValue, fingerprint, alert.state.rawValue, entry.at.milliseconds, content])
            add(inserted, to: \.alerts)
        }
    }

    /// When more wait than may: what a later change of the same alert made needless goes first, then the oldest that only say that something is over,
    /// then the oldest. Whatever goes is counted, and all but the needless is lost.
    private mutating func makeRoom(_ target: AlertTargetName, max: Int) throws {
        precondition(max > 0, "a queue of \(max) alerts")
        func excess() throws -> Int {
            guard let row = try first("SELECT count(*) FROM alert WHERE target = ?", [target.rawValue]) else { return 0 }
            return Int(try Columns(row, table: "alert").integer(0)) - max
        }
        guard try excess() > 0 else { return }
        let merged = try execute(
            """
            DELETE FROM alert WHERE target = ?1
              AND id < (SELECT max(o.id) FROM alert o WHERE o.target = alert.target AND o.fingerprint = alert.fingerprint)
            """, [target.rawValue])
        try count(merged, as: "merged", of: target)
        var dropped = 0
        for condition in ["state = 'resolved'", "TRUE"] {
            let excess = try excess()
            guard excess > 0 else { break }
            dropped += try execute(
                "DELETE FROM alert WHERE id IN (SELECT id FROM alert WHERE target = ? AND \(condition) ORDER BY id LIMIT ?)", [target.rawValue, excess])
        }
        guard dropped > 0 else { return }
        try count(dropped, as: "dropped", of: target)
        add(try execute("UPDATE alert_target SET lost_at = ? WHERE name = ?", [entry.at.milliseconds, target.rawValue]), to: \.alerts)
        try write(AuditEntry(at: entry.at, kind: .alertsDropped, details: ["target": target.rawValue, "count": String(dropped)]))
    }

    private mutating func count(_ number: Int, as column: String, of target: AlertTargetName) throws {
        guard number > 0 else { return }
        add(try execute("UPDATE alert_target SET \(column) = \(column) + ? WHERE name = ?", [number, target.rawValue]), to: \.alerts)
    }
}
