package import Fleet
import Ledger
import Rules

extension State {
    /// What is to be told of this round: findings that begin to fire, and those that end.
    ///
    /// In the first round after a start all of them are compared with what was told before, whatever happened in between.
    mutating func noteAlerts(_ settings: Settings, isFirst: Bool, now: Timestamp, recording: inout Recording) {
        let alerting = settings.alerting
        let names = alerting.targets.map(\.name)
        let fresh = alerting.targets.filter { !alertTargets.contains($0.name) }
        let known = alerts
        if names != alertTargets { recording.noteAlertTargets(alerting.targets) }
        alertTargets = names
        guard !alerting.targets.isEmpty else {
            alerts = [:]
            return
        }
        var teller = AlertTeller(alerting: alerting, open: alerts)
        for finding in recording.findings { tell(finding, by: &teller, now: now) }
        for finding in recording.ownFindings {
            if finding.resolvedAt == nil {
                teller.begin(Alert(finding, cluster: alerting.cluster), now: now)
            } else {
                teller.end(.own(finding.key), nil, now: now)
            }
        }
        if isFirst {
            let own = own.open.values.map { Alert($0, cluster: alerting.cluster) }
            teller.compare(findings.values.compactMap { alert(of: $0, in: alerting) } + own, now: now)
        }
        alerts = teller.open
        // Who was not told before is told of what goes on.
        let others = fresh.isEmpty ? [] : alerts.values.filter { known[AlertKey($0)] == $0 }.sorted { $0.fingerprint < $1.fingerprint }
        recording.note(others.map { AlertChange(alert: $0, targets: fresh) } + teller.changes, queuedMax: alerting.queuedMax)
    }

    /// What people were told of and is not over, by fingerprint.
    package var openAlerts: [Alert] { alerts.values.sorted { $0.fingerprint < $1.fingerprint } }

    private func tell(_ finding: Finding, by teller: inout AlertTeller, now: Timestamp) {
        let key = AlertKey.finding(ClockKey(rule: finding.rule.name, node: finding.node))
        switch finding.state {
        case .pending: break
        case .firing:
            if let alert = alert(of: finding, in: teller.alerting) { teller.begin(alert, now: now) } else { teller.end(key, finding.resolution, now: now) }
        case .resolved: teller.end(key, finding.resolution, now: now)
        }
    }

    private func alert(of finding: Finding, in alerting: Alerting) -> Alert? {
        var pool: PoolName?
        if case .text(let name) = nodes[finding.node]?.told[.pool] { pool = PoolName(name) }
        return Alert(finding, cluster: alerting.cluster, pool: pool)
    }
}

/// Makes changes of alerts from what was told and what is so.
struct AlertTeller {
    let alerting: Alerting
    private(set) var open: [AlertKey: Alert]
    private(set) var changes: [AlertChange] = []

    init(alerting: Alerting, open: [AlertKey: Alert]) {
        self.alerting = alerting
        self.open = open
    }

    /// Nothing, when it is told of already; an alert that is now told of otherwise ends, and another begins.
    mutating func begin(_ alert: Alert, now: Timestamp) {
        let key = AlertKey(alert)
        if let before = open[key] {
            if before.isTold(like: alert) { return }
            end(key, nil, now: now)
        }
        open[key] = alert
        changes.append(AlertChange(alert: alert, targets: alerting.targets))
    }

    mutating func end(_ key: AlertKey, _ resolution: Finding.Resolution?, now: Timestamp) {
        guard let alert = open.removeValue(forKey: key) else { return }
        changes.append(AlertChange(alert: alert.resolved(at: now, resolution), targets: alerting.targets))
    }

    /// Makes what is told of what is so.
    mutating func compare(_ wanted: [Alert], now: Timestamp) {
        let keys = Set(wanted.map { AlertKey($0) })
        for key in open.keys.sorted() where !keys.contains(key) { end(key, nil, now: now) }
        for alert in wanted.sorted(by: { AlertKey($0) < AlertKey($1) }) { begin(alert, now: now) }
    }
}
