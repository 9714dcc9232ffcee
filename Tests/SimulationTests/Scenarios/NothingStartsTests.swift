import Fleet
import Replacing
import Rounds
import Testing

@testable import Simulation

@Suite struct `Nothing is started` {
    /// Which witnesses are asked beside Mesos and EC2.
    enum Witnesses: CaseIterable, Sendable { case none, probe, ssm, both }

    private static func settings(_ witnesses: Witnesses) -> Settings {
        .simulated(asksHosts: witnesses == .probe || witnesses == .both, readsSSM: witnesses == .ssm || witnesses == .both)
    }

    private static func expectNothing(_ plan: RunPlan) throws {
        let outcome = try Runs.outcome(of: plan)
        #expect(outcome.violations == [])
        #expect(outcome.counters.started == 0, "\(outcome.replacements.map { "\($0.node) for \($0.rule?.rawValue ?? "a person"): \($0.reason)" })")
        #expect(outcome.counters.calls == [:])
    }

    @Test(arguments: Witnesses.allCases) func `when a partition makes 60 % of the fleet look dead`(witnesses: Witnesses) throws {
        var plan = try Runs.quiet(1, agents: 20, brokers: [5, 3])
        plan.settings = Self.settings(witnesses)
        plan.script = (0..<12).map { (.seconds(300) + .milliseconds($0), .fault(.cutOff($0))) }
        try Self.expectNothing(plan)
    }

    @Test(arguments: Witnesses.allCases) func `when a partition below the breaker makes 15 % look dead whose machines are well`(witnesses: Witnesses) throws {
        var plan = try Runs.quiet(2, agents: 20, brokers: [5, 3])
        plan.settings = Self.settings(witnesses)
        plan.script = [0, 6, 10].map { (.seconds(300) + .milliseconds($0), .fault(.cutOff($0))) }
        try Self.expectNothing(plan)
    }

    @Test func `while the masters list no agent at all`() throws {
        var plan = try Runs.quiet(3)
        plan.retells = { event, after in
            guard after > .seconds(600), after < .seconds(3600), case .mesos(.success(let seen)) = event else { return event }
            return .mesos(
                .success(
                    MesosSighting(
                        master: seen.master, timeouts: seen.timeouts, agents: [], recovered: [], tasks: seen.tasks, maintenance: seen.maintenance,
                        counts: seen.counts)))
        }
        try Self.expectNothing(plan)
    }

    @Test(arguments: 4...6) func `when Mesos fails over`(seed: UInt64) throws {
        var plan = try Runs.quiet(seed)
        plan.script = [600, 2000].map { (.seconds($0), .fault(.leaderLost)) }
        try Self.expectNothing(plan)
    }

    @Test func `while EC2 does not answer`() throws {
        var plan = try Runs.quiet(7)
        plan.script = [(.seconds(300), .fault(.throttled(.ec2, for: .seconds(4000)))), (.seconds(600), .fault(.agentKilled(0)))]
        try Self.expectNothing(plan)
    }

    @Test(arguments: [10, 100] as [Int64]) func `when every node becomes outdated outside the window`(hours: Int64) throws {
        var plan = try Runs.quiet(8)
        // At eight in the evening; and on a Saturday.
        plan.start = World.storyStart + .seconds(hours * 3600)
        // An hour until the image is the target, and another until the rule fires.
        plan.troubledFor = .seconds(9000)
        plan.mesosEvery = .seconds(60)
        plan.script = [(.seconds(60), .fault(.imageReleased(name: "dcos-agent-2026.12.1", parameter: World.privateParameter)))]
        plan.script += [(.seconds(70), .fault(.imageReleased(name: "dcos-agent-2026.12.2", parameter: World.publicParameter)))]
        let outcome = try Runs.outcome(of: plan)
        #expect(outcome.violations == [])
        #expect(outcome.counters.started == 0)
        #expect(outcome.counters.shutGates["window", default: 0] > 0)
    }
}
