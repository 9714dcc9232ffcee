import Fleet
import Foundation
import Replacing
import Rules
import Testing

@testable import Simulation

/// Runs of the real round, as tests want them: the shipped rules, and a ledger in a folder of its own.
enum Runs {
    /// Where the shipped rules are.
    static let ruleFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../rules").standardizedFileURL.path

    static let rules: [RunPlan.BusinessZone: [RuleSet]] = {
        let files = (try? RuleSet.files(paths: [ruleFolder])) ?? []
        return Dictionary(
            RunPlan.BusinessZone.allCases.map { ($0, (try? RunPlan.actingSets(files, in: $0)) ?? []) }, uniquingKeysWith: { first, _ in first })
    }()

    /// A run that a debug build ends within seconds: some hours of a small cluster.
    static func plan(_ seed: UInt64) throws -> RunPlan {
        try #require(rules.values.allSatisfy { $0.count == 2 }, "the shipped rules cannot be read")
        var plan = RunPlan(seed: seed, rules: rules)
        plan.troubledFor = .seconds(2400)
        plan.calmFor = .seconds(3000)
        return plan
    }

    /// A small cluster on a working day, in which nothing goes wrong but what its script says.
    static func quiet(_ seed: UInt64, agents: Int = 8, brokers: [Int] = [3]) throws -> RunPlan {
        var plan = try plan(seed)
        plan.shape = World.Shape(agents: agents, publicAgents: 1, appsPerAgent: 1, brokers: brokers, hasTiedApps: false)
        plan.troubles = []
        plan.start = World.storyStart
        plan.troubledFor = .seconds(4800)
        plan.calmFor = .seconds(600)
        plan.beginsOutdated = false
        plan.mesosEvery = .seconds(15)
        plan.settings = .simulated()
        return plan
    }

    /// A scene with the shipped rules, in mode act.
    static func scene(
        agents: Int = 6, brokers: [Int] = [3], sharesAgents: Bool = false, isSpot: Bool = false, done: Int = 1, within: Duration = .seconds(4 * 3600),
        _ script: [(after: Duration, RunPlan.Scripted)]
    ) throws -> RunPlan {
        let shape = RunPlan.sceneShape(agents: agents, brokers: brokers, sharesAgents: sharesAgents, isSpot: isSpot)
        var plan = RunPlan.scene(try shipped(), shape: shape, done: done, script)
        plan.troubledFor = within
        return plan
    }

    static func shipped() throws -> RuleSet { try #require(rules[.utc]?.first, "the shipped rules cannot be read") }

    static func outcome(of plan: RunPlan) throws -> RunOutcome {
        let folder = try LedgerFolder()
        return try SimulatedRun(plan, openLedger: folder.open).run()
    }

    /// What has come of a run's replacements, and what held the others, for whoever reads a failure.
    static func telling(_ outcome: RunOutcome) -> String {
        let works = outcome.replacements.map { "\($0.node) for \($0.rule?.rawValue ?? "a person"), \($0.order): \($0.step) \($0.standing)" }
        return (works + ["shut, by look: \(outcome.counters.shutGates)"]).joined(separator: "; ")
    }
}
