import Fleet
import Replacing
import Simulation
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Spot instances that AWS takes back` {
    private func outcome(taking positions: [Int], brokers: [Int]) throws -> RunOutcome {
        // In its first minutes a daemon begins nothing.
        let script = positions.map { (Duration.seconds(600 + 5 * $0), RunPlan.Scripted.fault(.spotInterrupted($0))) }
        var plan = try Runs.scene(agents: 12, brokers: brokers, isSpot: true, done: positions.count, within: .seconds(2 * 3600), script)
        plan.hearsEvents = true
        return try Runs.outcome(of: plan)
    }

    @Test(arguments: [[3], [5, 3]]) func `are replaced from the warning on, their members moved as their services can bear`(brokers: [Int]) throws {
        let outcome = try outcome(taking: [0], brokers: brokers)
        #expect(outcome.violations == [])
        #expect(outcome.counters.doneByRule == ["end-announced": 1], "\(Runs.telling(outcome))")
        let replacement = try #require(outcome.replacements.first)
        #expect(replacement.wasAnnounced == true && replacement.order == .departed && replacement.done.contains { $0.step == .cordon })
    }

    @Test func `are not all begun with at once: limits and what protects services hold for them too`() throws {
        let outcome = try outcome(taking: [0, 1, 2], brokers: [5])
        #expect(outcome.violations == [])
        #expect(outcome.replacements.count { $0.wasAnnounced == true } >= 1, "\(Runs.telling(outcome))")
    }
}
