import Fleet
import Replacing
import Rounds
import Testing

@testable import Simulation

/// Each with its twin: the same world without the trouble, in which something is started. What started nothing for another reason would show nothing.
@Suite struct `Nothing is started` {
    /// Which witnesses are asked beside Mesos and EC2.
    enum Witnesses: CaseIterable, Sendable { case none, probe, ssm, both }

    private static func settings(_ witnesses: Witnesses) -> Settings {
        RunPlan.sceneSettings(asksHosts: witnesses == .probe || witnesses == .both, readsSSM: witnesses == .ssm || witnesses == .both)
    }

    private static func expectNothing(_ plan: RunPlan) throws {
        let outcome = try Runs.outcome(of: plan)
        #expect(outcome.violations == [])
        #expect(outcome.counters.started == 0, "\(Runs.telling(outcome))")
        #expect(outcome.counters.calls == [:])
    }

    private static func expectStart(_ plan: RunPlan) throws {
        var plan = plan
        plan.ends = { $0.started > 0 }
        let outcome = try Runs.outcome(of: plan)
        #expect(outcome.violations == [])
        #expect(outcome.counters.started == 1, "\(Runs.telling(outcome))")
    }

    /// A machine that is truly dead, and that every witness calls so.
    private static let death: [(after: Duration, RunPlan.Scripted)] = [(.seconds(120), .fault(.hostFrozen(4)))]

    @Test(arguments: Witnesses.allCases) func `when a partition makes 60 % of the fleet look dead, not even for one that is`(witnesses: Witnesses) throws {
        var plan = try Runs.scene(agents: 10, within: .seconds(2400), Self.death)
        plan.settings = Self.settings(witnesses)
        try Self.expectStart(plan)
        plan.script += [0, 1, 2, 3, 5, 9].map { (.seconds(121) + .milliseconds($0), .fault(.cutOff($0))) }
        try Self.expectNothing(plan)
    }

    /// Three of each zone, so that no zone, no pool and no image has as many as trip the breaker.
    private static let fifteenPercent = 3..<12

    @Test func `when a partition below the breaker makes 15 % look dead whose machines are well`() throws {
        // Longer than a burst and a cool-down take.
        var plan = try Runs.scene(agents: 60, within: .seconds(2100), [])
        plan.settings = Self.settings(.both)
        plan.mesosEvery = .seconds(60)
        plan.script = Self.fifteenPercent.map { (.seconds(120) + .milliseconds($0), .fault(.cutOff($0))) }
        try Self.expectNothing(plan)
        // As many that are dead indeed, one after the other.
        plan.script = Self.fifteenPercent.map { (.seconds(120) + .seconds(170) * $0, .fault(.hostFrozen($0))) }
        try Self.expectStart(plan)
    }

    @Test func `while the masters list no agent at all`() throws {
        var plan = try Runs.scene(within: .seconds(3000), Self.death)
        try Self.expectStart(plan)
        plan.retells = { event, after in
            guard after > .seconds(100), case .mesos(.success(let seen)) = event else { return event }
            return .mesos(
                .success(
                    MesosSighting(
                        master: seen.master, timeouts: seen.timeouts, agents: [], recovered: [], tasks: seen.tasks, maintenance: seen.maintenance,
                        counts: seen.counts)))
        }
        try Self.expectNothing(plan)
    }

    /// A leader is lost again before the agents had their time to come back to the one before.
    @Test(arguments: 4...5) func `when Mesos fails over, and over`(seed: UInt64) throws {
        var plan = try Runs.scene(within: .seconds(3000), Self.death)
        plan.seed = seed
        try Self.expectStart(plan)
        plan.script += [60, 500, 940, 1380, 1820, 2260, 2700].map { (.seconds($0), .fault(.leaderLost)) }
        try Self.expectNothing(plan)
    }

    @Test func `while EC2 does not answer`() throws {
        var plan = try Runs.scene(within: .seconds(3000), Self.death)
        try Self.expectStart(plan)
        plan.script.append((.seconds(200), .fault(.throttled(.ec2, for: .seconds(4000)))))
        try Self.expectNothing(plan)
    }

    /// At eight in the evening; and on a Saturday.
    @Test(arguments: [10, 100] as [Int64]) func `when every node becomes outdated outside the window`(hours: Int64) throws {
        var plan = try Runs.scene(brokers: [], within: .seconds(8400), [])
        plan.script = [(.seconds(60), .fault(.imageReleased(name: "dcos-agent-2026.12.1", parameter: World.privateParameter)))]
        plan.script += [(.seconds(70), .fault(.imageReleased(name: "dcos-agent-2026.12.2", parameter: World.publicParameter)))]
        // An hour until the image is the target, and another until the rule fires.
        plan.start = World.storyStart - .seconds(3600)
        try Self.expectStart(plan)
        plan.start = World.storyStart + .seconds(hours * 3600)
        let outcome = try Runs.outcome(of: plan)
        #expect(outcome.violations == [])
        #expect(outcome.counters.started == 0)
        #expect(outcome.counters.shutGates["window", default: 0] > 0)
    }
}
