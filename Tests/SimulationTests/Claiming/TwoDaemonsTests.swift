import Fleet
import Replacing
import Testing

@testable import Simulation

/// Two daemons on one world: whole rounds, ledgers and calls, not their keepers alone.
@Suite struct `Two daemons on one cluster` {
    /// An hour of a small cluster that has much to replace, and is taken over again and again.
    private static func plan(_ seed: UInt64) throws -> RunPlan {
        var plan = try Runs.quiet(seed)
        plan.beginsOutdated = true
        plan.mesosEvery = .seconds(30)
        plan.settings = .simulated(mesosEvery: .seconds(30), asksHosts: false, asksHealth: false, readsSSM: false)
        plan.troubles = [.takenOver, .frozen, .claimCallsLost, .claimWritesLost, .claimUnconfirmed, .systemImpaired, .requested]
        plan.troubleEvery = .seconds(400)
        plan.troubledFor = .seconds(4200)
        plan.calmFor = .seconds(300)
        plan.addDaemon()
        return plan
    }

    @Test(arguments: [1...2, 3...4, 5...6]) func `break no invariant`(seeds: ClosedRange<UInt64>) throws {
        var counters = RunCounters()
        for seed in seeds {
            let outcome = try Runs.outcome(of: Self.plan(seed))
            #expect(outcome.violations == [], "seed \(seed)")
            counters += outcome.counters
        }
    }

    @Test func `act both at once if a claim does not settle, and that is seen`() throws {
        let found = try (UInt64(1)...4).map { seed in
            var plan = try Self.plan(seed)
            plan.claimTiming.settlesAfter = .zero
            return Set(try Runs.outcome(of: plan).violations.map(\.checker))
        }
        #expect(found.contains { $0.contains("one-acts") })
    }

    @Test func `act both at once if a claim is believed that was confirmed long ago, and that is seen`() throws {
        let found = try (UInt64(1)...4).map { seed in
            var plan = try Self.plan(seed)
            plan.believesOldClaims = true
            return Set(try Runs.outcome(of: plan).violations.map(\.checker))
        }
        #expect(found.contains { $0.contains("one-acts") })
    }
}
