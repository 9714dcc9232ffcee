import Fleet
import Replacing
import Rounds
import Rules
import Testing

@testable import Simulation

@Suite struct `Each shipped rule that replaces` {
    /// What happens to a node, so that this rule and no other has it replaced.
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: RuleName
        var fault: World.Fault?
        var isSpot = false
        /// When it befalls.
        var after = Duration.seconds(60)
        /// So long after ten in the morning of a Tuesday.
        var begins = Duration.seconds(-3600)
        /// How many brokers its service has; without any there is none.
        var brokers: [Int] = []
        var change: @Sendable (inout RunPlan) -> Void = { _ in }
        var testDescription: String { rule.rawValue }
    }

    private static let cases = [
        // Where a host is asked too, its silence is the first to be found.
        Case(rule: "agent-lost", fault: .hostFrozen(4)),
        Case(rule: "agent-lost-silent", fault: .hostHung(4)) { $0.settings = RunPlan.sceneSettings(asksHosts: true) },
        Case(rule: "instance-system-impaired", fault: .systemImpaired(4)),
        Case(rule: "instance-status-impaired", fault: .instanceImpaired(4)),
        Case(rule: "retirement-scheduled", fault: .retirementScheduled(4, after: .seconds(5 * 86_400))),
        // At night only the one that does not wait for people.
        Case(rule: "retirement-imminent", fault: .retirementScheduled(4, after: .seconds(86_400)), begins: .seconds(11 * 3600)),
        Case(rule: "ended-with-members", fault: .terminated(0, successorJoins: true), brokers: [3]),
        // There are two minutes, and in its first ones a daemon begins nothing.
        Case(rule: "end-announced", fault: .spotInterrupted(4), isSpot: true, after: .seconds(600)) { $0.hearsEvents = true },
        Case(rule: "image-outdated") { $0.beginsOutdated = true },
    ]

    @Test(arguments: cases) func `has a node replaced, to the end`(one: Case) throws {
        var plan = try Runs.scene(brokers: one.brokers, isSpot: one.isSpot, one.fault.map { [(one.after, .fault($0))] } ?? [])
        plan.start = World.storyStart + one.begins
        one.change(&plan)
        let outcome = try Runs.outcome(of: plan)
        #expect(outcome.violations == [])
        #expect(outcome.counters.doneByRule == [one.rule.rawValue: 1], "\(Runs.telling(outcome))")
    }

    @Test func `is in the table above`() throws {
        let shipped = try Runs.shipped()
        let replacing = Set(shipped.rules.filter { $0.identity.verdict == .replace }.map(\.name))
        #expect(replacing == Set(Self.cases.map(\.rule)))
    }
}
