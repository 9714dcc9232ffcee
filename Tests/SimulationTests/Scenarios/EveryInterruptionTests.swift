import Fleet
import Replacing
import Rounds
import Testing

@testable import Simulation

/// A sample of what `make simulate-interruptions` tries all of.
@Suite struct `Wherever the program ends, and whatever becomes of a call` {
    /// How many of each order are tried here: together they take most of a minute.
    private static let tried = 4

    @Test(arguments: Order.allCases) func `the end is done`(order: Order) throws {
        try tryAll(RunPlan.course(order, try Runs.shipped()), order)
    }

    @Test(arguments: Order.allCases.filter { $0 != .launchFirst }) func `the end is done, and by Terraform's plan`(order: Order) throws {
        let plan = RunPlan.courseByTerraform(order, try Runs.shipped())
        try tryAll(plan, order)
        let whole = try Runs.outcome(of: plan)
        #expect(whole.counters.calls["apply"] == 1 && whole.counters.calls["terminate"] == nil && whole.counters.calls["launch"] == nil)
    }

    private func tryAll(_ plan: RunPlan, _ order: Order) throws {
        let whole = try Runs.outcome(of: plan)
        #expect(whole.violations == [])
        #expect(whole.replacements.map { $0.outcome?.kind } == [.done], "\(Runs.telling(whole))")
        #expect(whole.visited.isSuperset(of: plan.settings.playbook.orders[order] ?? []), "\(whole.visited)")

        let all = Interruption.all(of: whole)
        let calls = whole.counters.calls.values.reduce(0, +)
        #expect(all.count == whole.storingRounds.count + whole.handingRounds + 5 * calls + 1)
        #expect(whole.storingRounds.count >= whole.visited.count && whole.handingRounds > 0 && calls > 0)
        // Another place in each order, so that they are of every kind.
        let first = (Order.allCases.firstIndex(of: order) ?? 0) * 2 + 1
        for place in stride(from: first, to: all.count, by: max(1, all.count / Self.tried)) {
            let interruption = all[place]
            let outcome = try Runs.outcome(of: interruption.interrupting(plan))
            #expect(interruption.complaints(about: outcome) == [], "\(interruption)")
        }
    }
}
