import Fleet
import Rounds
import Rules
import Testing

@testable import Simulation

@Suite struct `The refresh of a whole cluster` {
    @Test func `takes hardly longer than it must, moves each broker once, and has never more than one of a cluster out`() throws {
        let folder = try LedgerFolder()
        let shape = World.Shape(agents: 8, publicAgents: 0, appsPerAgent: 0, brokers: [3, 2], hasTiedApps: false, areClustersAlike: true)
        var refresh = Refresh(seed: 1, rules: try Self.soonOutdated(), shape: shape)
        // What a debug build ends within seconds: it begins shortly before the interval, and asks nobody who is not needed.
        refresh.plan.start = refresh.plan.start + .seconds(57 * 60)
        let limits = refresh.plan.settings.limits
        refresh.plan.settings = .simulated(asksHosts: false, asksHealth: false, readsSSM: false)
        refresh.plan.settings.limits = limits
        let measure = try refresh.run(openLedger: folder.open)
        #expect(measure.violations == [])
        #expect(measure.isWhole && measure.nodesLeft == 0)
        #expect(try #require(measure.ratio) <= RefreshMeasure.ratioMax, "\(measure.makespan?.text ?? "none") of at least \(measure.bound.text)")
        #expect(try #require(measure.ratio) >= 1, "nothing is faster than the least that it can take")
        #expect(measure.movesPerBroker <= RefreshMeasure.movesPerBrokerMax)
    }

    @Test func `is done by one daemon, though a run with the same seed would have two`() throws {
        let rules = try #require(Runs.rules[.utc]?.first)
        let seeds = (UInt64(1)...40).filter { RunPlan(seed: $0, rules: [.utc: [rules]]).other != nil }
        #expect(!seeds.isEmpty)
        for seed in seeds {
            #expect(Refresh(seed: seed, rules: rules).plan.other == nil)
            #expect(Refresh.withApps(seed: seed, rules: rules).plan.other == nil)
        }
    }

    @Test func `takes at least as long as the slowest cluster's brokers one after the other, and the machine of the last`() {
        let pace = World.Pace(seed: 1, shape: Refresh.shape)
        let tail = Duration.seconds(60) + (pace.rejoining.min() ?? .zero)
        let slowest = (0..<3).map { service in (0..<5).reduce(Duration.zero) { $0 + pace.placing[service][$1][0] + pace.syncing[service][$1][0] } }.max()
        #expect(Refresh.bound(pace, nodes: 19, slots: 20) == (slowest ?? .zero) + tail)
        #expect(Refresh.bound(pace, nodes: 400, slots: 2) == tail * 200)
    }

    /// The shipped rules in mode `act`, with a finding of outdated nodes that does not take an hour.
    private static func soonOutdated() throws -> RuleSet {
        let rules = try #require(Runs.rules[.utc]?.first)
        return try RuleSet.parse(
            rules.files.map { file in
                RuleFile(path: file.path, text: file.path.hasSuffix("outdated.yaml") ? file.text.replacing("for: 1h", with: "for: 1m") : file.text)
            })
    }
}
