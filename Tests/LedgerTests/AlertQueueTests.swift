import Fleet
import GRDB
import Testing

@testable import Ledger

@Suite struct `A ledger's queue of alerts` {
    let folder: TemporaryFolder
    let ledger: LedgerStore
    private let hook = AlertTarget(name: "hook", wantsLatestOnly: false)
    private let am = AlertTarget(name: "am", wantsLatestOnly: true)

    init() throws {
        folder = try TemporaryFolder()
        ledger = try LedgerStore.open(path: folder.file("mayfly.db"), purpose: .daemon, now: Samples.start)
    }

    private func alert(_ name: String, resolved: Bool = false) -> Alert {
        let subject = Alert.Subject.rule(Samples.rule("lost"), node: NodeID(name), pool: "private")
        let alert = Alert(
            fingerprint: AlertFingerprint(name), cluster: "prod", subject: subject, severity: .critical, since: Samples.time(1),
            firingSince: Samples.time(2), summary: "lost \(name)", runbook: "https://wiki.example.com", evidence: Samples.evidence)
        return resolved ? alert.resolved(at: Samples.time(9), .cleared) : alert
    }

    private func record(_ seconds: Int64, _ alerts: [Alert], targets: [AlertTarget]? = nil, max: Int = 10) throws {
        var entry = Samples.entry(seconds)
        entry.alerts = AlertsEntry(targets: targets, changes: alerts.map { AlertChange(alert: $0, targets: [hook, am]) }, queuedMax: max)
        try ledger.record(entry)
    }

    private func queue(_ target: AlertTarget) throws -> [String] {
        try ledger.queuedAlerts(for: target.name, limit: 100).map { "\($0.alert.fingerprint) \($0.alert.state)" }
    }

    private func standing(_ target: AlertTarget) throws -> AlertStanding {
        try #require(try ledger.alertStandings().first { $0.target == target.name })
    }

    @Test func `gives back what was put in, and of each alert the oldest change first`() throws {
        try record(0, [alert("a"), alert("b")], targets: [hook, am])
        try record(15, [alert("a", resolved: true)])
        let items = try ledger.queuedAlerts(for: "hook", limit: 100)
        #expect(items.map(\.alert) == [alert("a"), alert("b")] && items.map(\.queuedAt) == [Samples.start, Samples.start])
        try ledger.settle(AlertOutcome(target: "hook", at: Samples.time(20), delivered: items.map(\.id)))
        #expect(try ledger.queuedAlerts(for: "hook", limit: 100).map(\.alert) == [alert("a", resolved: true)])
        #expect(try queue(am) == ["b firing", "a resolved"])
        #expect(try ledger.remembered().alerts == [alert("b")])
        let own = Alert(
            fingerprint: "c", cluster: "", subject: .own(OwnFinding.Key(kind: .sourceStale, subject: "agents")), severity: .critical,
            since: Samples.start, firingSince: Samples.start, summary: "")
        try record(30, [own])
        #expect(try ledger.remembered().alerts == [alert("b"), own])
    }

    @Test func `tries first what was tried least, so that one that is choked on holds no other back`() throws {
        try record(0, ["a", "b", "c"].map { alert($0) }, targets: [hook, am])
        let first = try ledger.queuedAlerts(for: "hook", limit: 2)
        try ledger.settle(AlertOutcome(target: "hook", at: Samples.time(1), retried: [first[0].id], failure: "it answered 500"))
        #expect(try queue(hook) == ["b firing", "c firing", "a firing"])
        #expect(try ledger.queuedAlerts(for: "hook", limit: 3).map(\.attempts) == [0, 0, 1])
    }

    @Test func `never gives a number twice, so that what is marked late marks nothing else`() throws {
        try record(0, [alert("a")], targets: [hook, am])
        let sent = try #require(try ledger.queuedAlerts(for: "am", limit: 1).first)
        try record(15, [alert("a", resolved: true)])
        try ledger.settle(AlertOutcome(target: "am", at: Samples.time(20), delivered: [sent.id]))
        #expect(try queue(am) == ["a resolved"])
    }

    @Test func `when it is full, makes of each alert its latest state, then drops what is over, then the oldest, and counts them`() throws {
        try record(0, [alert("a"), alert("b"), alert("c", resolved: true)], targets: [hook, am], max: 4)
        try record(15, [alert("a", resolved: true), alert("d")], max: 4)
        #expect(try standing(hook).merged == 1 && standing(hook).queued == 4 && standing(hook).dropped == 0)
        #expect(try queue(hook) == ["b firing", "c resolved", "a resolved", "d firing"])
        try record(30, [alert("e")], max: 4)
        #expect(try queue(hook) == ["b firing", "a resolved", "d firing", "e firing"])
        try record(45, ["f", "g"].map { alert($0) }, max: 4)
        #expect(try queue(hook) == ["d firing", "e firing", "f firing", "g firing"])
        let hook = try standing(hook)
        #expect(hook.dropped == 3 && hook.lostAt == Samples.time(45) && hook.oldestQueuedAt == Samples.time(15))
        #expect(try ledger.history().contains { if case .audit(let entry) = $0.event { entry.kind == .alertsDropped } else { false } })
        #expect(try standing(am).queued == 4 && standing(am).merged == 1)
    }

    @Test func `knows how each target does, over a restart`() throws {
        try record(0, [alert("a"), alert("b")], targets: [hook, am])
        let ids = try ledger.queuedAlerts(for: "hook", limit: 2).map(\.id)
        try ledger.settle(AlertOutcome(target: "hook", at: Samples.time(1), retried: [ids[0]], failure: "no connection"))
        try ledger.settle(AlertOutcome(target: "hook", at: Samples.time(5), retried: [ids[0]], failure: "it answered 503"))
        try ledger.close()
        let again = try LedgerStore.open(path: folder.file("mayfly.db"), purpose: .daemon, now: Samples.time(6))
        var hook = try #require(try again.alertStandings().last)
        #expect(hook.failingSince == Samples.time(1) && hook.lastFailure == Samples.time(5) && hook.failure == "it answered 503" && hook.queued == 2)
        let refusal = AlertOutcome.Refusal(id: ids[1], alert: alert("b"), reason: "it answered 400")
        try again.settle(AlertOutcome(target: "hook", at: Samples.time(9), delivered: [ids[0]], refused: [refusal]))
        hook = try #require(try again.alertStandings().last)
        #expect(hook.failingSince == nil && hook.lastSuccess == Samples.time(9) && hook.delivered == 1 && hook.refused == 1 && hook.queued == 0)
        #expect(hook.lostAt == Samples.time(9) && hook.failure == "it answered 400")
        let audit = try again.history().compactMap { if case .audit(let entry) = $0.event { entry } else { nil } }
        #expect(audit.first { $0.kind == .alertRefused }?.details["reason"] == "it answered 400")
    }

    @Test func `is deleted with its target`() throws {
        try record(0, [alert("a")], targets: [hook, am])
        try record(15, [], targets: [am])
        #expect(try ledger.alertStandings().map(\.target) == ["am"] && queue(hook).isEmpty)
        try record(30, [], targets: [])
        let counts = Dictionary(uniqueKeysWithValues: try ledger.counts().map { ($0.table, $0.rows) })
        #expect(counts["alert"] == 0 && counts["alert_target"] == 0 && counts["open_alert"] == 0)
    }

    @Test func `keeps Mayfly's own findings as long as the retention says`() throws {
        var finding = OwnFinding(kind: .sourceStale, subject: "agents", since: Samples.start, firingSince: Samples.time(90), summary: "away")
        var entry = Samples.entry(90)
        entry.ownFindings = [finding]
        try ledger.record(entry)
        #expect(try ledger.remembered().ownFindings == [finding])
        finding.resolvedAt = Samples.time(120)
        entry = Samples.entry(120)
        entry.ownFindings = [finding]
        try ledger.record(entry)
        #expect(try ledger.remembered().ownFindings.isEmpty && ledger.ownFindings(resolved: true) == [finding])
        _ = try ledger.prune(before: Samples.time(1000))
        #expect(try ledger.ownFindings(resolved: true).isEmpty)
    }
}
