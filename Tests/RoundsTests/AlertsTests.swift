import CSQLite
import Fleet
import Ledger
import Rules
import Testing

@testable import Rounds

private let two = (1...2).map { Samples.agent($0) }
private let twoInstances = (1...2).map { Samples.instance($0) }
private let lostOne = [Samples.agent(1, isActive: false), Samples.agent(2)]

private let am = AlertTarget(name: "am", wantsLatestOnly: true)
private let hook = AlertTarget(name: "hook", wantsLatestOnly: false)

private func settings(_ targets: AlertTarget..., cluster: String = "prod") -> Settings {
    var settings = Samples.settings
    settings.alerting = Alerting(cluster: cluster, targets: targets)
    return settings
}

private func lost(_ more: String...) throws -> RuleSet {
    try Samples.rules("lost", "mesos_state IN ('inactive', 'absent')", more.first ?? "verdict: notify", "for: 30s")
}

extension Watch {
    /// What waits for a target: `lost i-1 firing`, in the order of the queue.
    fileprivate func queue(_ target: AlertTarget) throws -> [String] {
        try ledger.queuedAlerts(for: target.name, limit: 100).map { item in
            guard case .rule(let rule, let node, _) = item.alert.subject else { return "\(item.alert.name) \(item.alert.state)" }
            return "\(rule.name) \(node) \(item.alert.state)"
        }
    }

    fileprivate func drain(_ target: AlertTarget) throws -> [Alert] {
        var all: [Alert] = []
        while case let items = try ledger.queuedAlerts(for: target.name, limit: 100), !items.isEmpty {
            all += items.map(\.alert)
            try ledger.settle(AlertOutcome(target: target.name, at: Samples.start, delivered: items.map(\.id)))
        }
        return all
    }
}

@Suite struct `What people are told` {
    @Test func `is that a finding fires, and that it is over, and nothing of what is pending`() throws {
        let watch = try Watch(settings: settings(am, hook), rules: try lost("runbook: https://wiki.example.com/lost"))
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.look(15, Samples.mesos(lostOne))
        #expect(try watch.queue(am).isEmpty)
        try watch.keepLooking(Samples.mesos(lostOne), from: 15, to: 60)
        #expect(try watch.queue(am) == ["lost i-1 firing"] && watch.queue(hook) == ["lost i-1 firing"])
        let alert = try #require(try watch.ledger.queuedAlerts(for: "hook", limit: 1).first?.alert)
        #expect(alert.since == Samples.time(15) && alert.firingSince == Samples.time(45) && alert.runbook == "https://wiki.example.com/lost")
        #expect(alert.evidence.map(\.fact) == [.mesosState] && watch.round.state.openAlerts == [alert])
        #expect(
            alert.labels.map { "\($0.name)=\($0.value)" } == [
                "alertname=lost", "cluster=prod", "node=i-1", "origin=rule", "pool=private", "severity=warning", "verdict=notify",
            ])
        try watch.look(75, Samples.mesos(two))
        #expect(try watch.queue(am) == ["lost i-1 resolved"], "an Alertmanager wants only the latest")
        let told = try watch.drain(hook)
        #expect(told.map(\.state) == [.firing, .resolved] && told.map(\.fingerprint) == [alert.fingerprint, alert.fingerprint])
        #expect(told.last?.resolvedAt == Samples.time(75) && told.last?.resolution == .cleared && watch.round.state.openAlerts.isEmpty)
    }

    @Test func `is nothing of a node that is as it is meant to be`() throws {
        let watch = try Watch(settings: settings(hook), rules: try Samples.rules("kept", "mesos_state = 'active'", "verdict: keep"))
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(watch.findings.count == 2)
        #expect(try watch.queue(hook).isEmpty)
    }

    @Test(arguments: [
        ("verdict: notify", "class: failing", "warning"), ("verdict: replace", "class: failing", "critical"), ("verdict: replace", "class: outdated", "info"),
    ])
    func `is how urgent it is`(verdict: String, findingClass: String, severity: String) throws {
        let watch = try Watch(settings: settings(hook), rules: try Samples.rules("there", "mesos_state = 'active'", verdict, findingClass))
        try watch.look(0, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1)]))
        #expect(try watch.drain(hook).map(\.severity.rawValue) == [severity])
    }

    @Test func `is no more of a long text than people read`() throws {
        let watch = try Watch(settings: settings(hook), rules: try Samples.rules("long", "tags LIKE '%xxx%'", "summary: '{{tags}}'"))
        try watch.look(0, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1, role: String(repeating: "x", count: 9000))]))
        let alert = try #require(try watch.drain(hook).first)
        let texts = alert.evidence.compactMap { if case .text(let text) = $0.reading { text.count } else { nil } }
        #expect(texts == [501] && alert.summary.count == 2001)
        #expect(watch.round.state.findings.values.first?.summary.count ?? 0 > 9000, "the finding has all of it")
    }

    @Test func `is what Mayfly finds about itself too`() throws {
        let watch = try Watch(settings: settings(hook), rules: try Samples.rules("there", "mesos_state = 'active'", "limit: 1"))
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(try watch.queue(hook) == ["mayfly-rule-limited firing"])
        let alert = try #require(try watch.drain(hook).first)
        #expect(
            alert.labels.map { "\($0.name)=\($0.value)" } == [
                "alertname=mayfly-rule-limited", "cluster=prod", "origin=mayfly", "severity=warning", "subject=there",
            ])
    }

    @Test func `keeps its labels when the node's pool changes, and begins anew when the rule says something else is to be done`() throws {
        let watch = try Watch(settings: settings(hook), rules: try Samples.rules("there", "mesos_state = 'active'"))
        try watch.look(0, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1)]))
        try watch.look(15, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1, role: "other")]))
        #expect(watch.fact(.pool, of: "i-1") == .none && watch.round.state.openAlerts.count == 1)
        try watch.take(.rules(try Samples.rules("there", "mesos_state = 'active'", "verdict: replace", "class: failing")), at: 30)
        let told = try watch.drain(hook).filter { $0.name == "there" }
        // Of another fingerprint, and so with an order of its own.
        #expect(Set(told.map(\.fingerprint)).count == 2 && told.filter { $0.state == .firing }.count == 2)
        #expect(watch.round.state.openAlerts.filter { $0.name == "there" }.map(\.severity) == [.critical])
        try watch.restart(at: 40)
        try watch.look(45, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1, role: "other")]))
        #expect(try watch.queue(hook).isEmpty, "told of before")
    }

    @Test func `is told to a target that is new, and no longer kept for one that is gone`() throws {
        let watch = try Watch(settings: settings(hook), rules: try Samples.rules("there", "mesos_state = 'active'"))
        try watch.look(0, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1)]))
        #expect(try watch.queue(hook).count == 1)
        try watch.restart(settings: settings(am), at: 10)
        try watch.look(15, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1)]))
        #expect(try watch.queue(am) == ["there i-1 firing"] && watch.queue(hook).isEmpty && watch.ledger.alertStandings().map(\.target) == ["am"])
        try watch.restart(settings: settings(), at: 20)
        try watch.look(30, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1)]))
        #expect(try watch.ledger.alertStandings().isEmpty && watch.round.state.openAlerts.isEmpty)
        try watch.restart(settings: settings(hook), at: 40)
        try watch.look(45, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1)]))
        #expect(try watch.queue(hook) == ["there i-1 firing"], "of what has fired since before it was there")
    }

    @Test func `is nothing new after a restart, but what ended meanwhile`() throws {
        let watch = try Watch(settings: settings(hook), rules: try Samples.rules("there", "mesos_state = 'active'"))
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(try watch.drain(hook).count == 2)
        try watch.restart(rules: try Samples.rules("other", "mesos_state = 'absent'"), at: 10)
        try watch.look(15, Samples.mesos(two), Samples.ec2(twoInstances))
        let told = try watch.drain(hook)
        #expect(told.map(\.state) == [.resolved, .resolved] && told.map(\.resolution) == [.ruleRemoved, .ruleRemoved])
    }

    @Test func `is not told when the round could not be recorded, and told by the next one`() throws {
        let watch = try Watch(settings: settings(hook), rules: try Samples.rules("there", "mesos_state = 'active'"))
        try watch.look(0, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1)]))
        #expect(try watch.drain(hook).count == 1)
        let open = watch.round.state.openAlerts
        try watch.ledger.close()
        #expect(throws: LedgerError.self) { try watch.take(.mesos(.success(Samples.mesos(two))), at: 15) }
        #expect(watch.round.state.openAlerts == open)
        try watch.restart(isOpen: false, at: 20)
        try watch.look(30, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(try watch.queue(hook) == ["there i-2 firing"])
    }
}
