import Dispatch
import Fleet
import Rules
import Simulation
import Synchronization

/// The same cluster and the same failures heard in several ways, compared at rest: `simulate --at-rest`.
struct AtRest {
    let rules: [RunPlan.BusinessZone: [RuleSet]]

    struct Tally: Sendable {
        var runs = 0
        var started = 0
        var done = 0
        var rounds: [String: Int] = [:]
        var found: [String] = []
    }

    /// By polls alone; with every event as it should be; with all that can go wrong with them; and with what the seed draws of that.
    private static func hearings(_ seed: UInt64) -> [(name: String, hearing: Hearing?)] {
        [
            ("by polls alone", nil), ("with events", Hearing(seed: seed, troubles: [])),
            ("with events that go wrong", Hearing(seed: seed, troubles: Set(Hearing.Trouble.allCases))), ("with some that go wrong", Hearing(seed: seed)),
        ]
    }

    func compare(from seed: UInt64, count: Int) -> Tally {
        let tally = Mutex(Tally())
        DispatchQueue.concurrentPerform(iterations: count) { place in
            let own = seed &+ UInt64(place)
            var atRest: [String]?
            for (name, hearing) in Self.hearings(own) {
                do {
                    var plan = RunPlan.atRest(seed: own, rules: rules)
                    plan.hearing = hearing
                    plan.hearing?.hearsAWS = false
                    plan.keepsLog = keepsLog
                    let folder = try LedgerFolder()
                    let outcome = try SimulatedRun(plan, openLedger: folder.open).run()
                    let other = atRest.map { Self.difference($0, outcome.rest) } ?? []
                    atRest = atRest ?? outcome.rest
                    tally.withLock { tally in
                        if keepsLog { print((["", "\(name):"] + outcome.log + outcome.rest).joined(separator: "\n")) }
                        tally.runs += 1
                        tally.started += outcome.counters.started
                        tally.done += outcome.counters.ended["done", default: 0]
                        tally.rounds[name, default: 0] += outcome.counters.rounds
                        tally.found += outcome.violations.prefix(3).map { "seed \(own), \(name): \($0)" }
                        tally.found += other.map { "seed \(own), \(name): \($0)" }
                    }
                } catch { tally.withLock { $0.found.append("seed \(own), \(name): \(error)") } }
            }
        }
        return tally.withLock { $0 }
    }

    private static func difference(_ polled: [String], _ heard: [String]) -> [String] {
        polled.filter { !heard.contains($0) }.map { "by polls alone: \($0)" } + heard.filter { !polled.contains($0) }.map { "here: \($0)" }
    }
}
