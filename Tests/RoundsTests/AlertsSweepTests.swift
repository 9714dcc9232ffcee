import Fleet
import Ledger
import Rules
import Testing

@testable import Rounds

/// The same numbers for the same seed, everywhere.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }
}

@Suite struct `Whatever happens, a target that wants every change` {
    private let hook = AlertTarget(name: "hook", wantsLatestOnly: false)
    private let am = AlertTarget(name: "am", wantsLatestOnly: true)

    /// Agents come and go, polls fail, rules change, rounds are lost, the program is started again, and some of what is told is taken now and then.
    @Test(arguments: 1...6 as ClosedRange<UInt64>) func `is told of each alert that it fires and that it is over, in turn, and at last of what is so`(
        seed: UInt64
    ) throws {
        var numbers = Numbers(state: seed)
        var settings = Samples.settings
        settings.alerting = Alerting(cluster: "prod", targets: [hook, am])
        let sets = [
            try Samples.rules("there", "mesos_state = 'active'"), try Samples.rules("there", "mesos_state = 'active'", "verdict: replace", "class: failing"),
            try Samples.rules("gone", "mesos_state = 'inactive'", "limit: 2"),
        ]
        let watch = try Watch(settings: settings, rules: sets[0])
        let instances = (1...5).map { Samples.instance($0) }
        var (hooked, latest): ([Alert], [AlertFingerprint: Alert]) = ([], [:])
        for step in 1...120 {
            let seconds = step * 15
            let agents = (1...5).map { Samples.agent($0, isActive: Bool.random(using: &numbers)) }
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0: try watch.take(.rules(sets[Int.random(in: 0..<3, using: &numbers)]), at: seconds)
            case 1: _ = try watch.take(.mesos(.failure(Samples.failure)), at: seconds)
            case 2: try watch.restart(at: seconds)
            case 3:
                try watch.ledger.close()
                _ = try? watch.take(.rules(sets[Int.random(in: 0..<3, using: &numbers)]), at: seconds)
                try watch.restart(isOpen: false, at: seconds)
            default: break
            }
            try watch.look(seconds, Samples.mesos(agents), Samples.ec2(instances))
            if Bool.random(using: &numbers) {
                hooked += try take(watch, hook, all: false)
                for alert in try take(watch, am, all: false) { latest[alert.fingerprint] = alert }
            }
        }
        hooked += try take(watch, hook, all: true)
        for alert in try take(watch, am, all: true) { latest[alert.fingerprint] = alert }
        var last: [AlertFingerprint: Alert.State] = [:]
        for alert in hooked {
            #expect(alert.state == (last[alert.fingerprint] == .firing ? .resolved : .firing), "seed \(seed): \(alert.name) \(alert.subject)")
            last[alert.fingerprint] = alert.state
        }
        let open = watch.round.state.openAlerts.map(\.fingerprint)
        #expect(last.filter { $0.value == .firing }.keys.sorted() == open && hooked.count > 50, "seed \(seed)")
        #expect(latest.values.filter { $0.state == .firing }.map(\.fingerprint).sorted() == open, "seed \(seed)")
        #expect(try watch.ledger.remembered(now: Samples.time(1800)).alerts.map(\.fingerprint) == open)
        let firing = watch.round.state.findings.values.count { $0.state == .firing } + watch.round.state.own.open.count
        #expect(open.count == firing, "seed \(seed)")
    }

    private func take(_ watch: Watch, _ target: AlertTarget, all: Bool) throws -> [Alert] {
        var taken: [Alert] = []
        repeat {
            let items = try watch.ledger.queuedAlerts(for: target.name, limit: all ? 100 : 3)
            if items.isEmpty { return taken }
            taken += items.map(\.alert)
            try watch.ledger.settle(AlertOutcome(target: target.name, at: Samples.start, delivered: items.map(\.id)))
        } while all
        return taken
    }
}
