import Fleet
import Foundation
import Running
import Testing

@testable import Simulation

@Suite struct `A run of the real round over the invented world` {
    /// As a seed draws them, but so that each has something to do in the short time that a debug build has.
    @Test(arguments: [1, 3, 4, 7, 8]) func `breaks no invariant`(seed: UInt64) throws {
        var plan = try Runs.plan(seed)
        plan.troubles.insert(.requested)
        plan.causeEvery = .seconds(400)
        plan.calmFor = .seconds(14_400)
        plan.start = World.storyStart
        let outcome = try Runs.outcome(of: plan)
        #expect(outcome.violations == [])
        #expect(outcome.leftSick + outcome.leftParked == [])
        #expect(outcome.counters.started > 0, "\(outcome.counters.summary)")
    }

    @Test func `is the same byte for byte each time that its seed is run`() throws {
        var plan = try Runs.plan(77)
        plan.keepsLog = true
        let first = try Runs.outcome(of: plan)
        let second = try Runs.outcome(of: plan)
        #expect(first.log.count > 5)
        #expect(first.log == second.log)
        #expect(first.counters == second.counters)
    }

    /// Sets and dictionaries are in another order in each process.
    @Test func `is the same byte for byte in another process`() async throws {
        var logs: [[Substring]] = []
        for _ in 0..<2 {
            let ended = try await Program(["--seed", "77", "--log", "--rules", Runs.ruleFolder], of: "simulate").end()
            #expect(ended.code == 0, "\(ended.errors)")
            logs.append(ended.output.split(separator: "\n").filter { !$0.hasPrefix("took ") })
        }
        #expect(logs[0].count > 20)
        #expect(logs[0] == logs[1])
    }

    @Test(arguments: regressions) func `does not do again what it once did`(regression: Regression) throws {
        let outcome = try Runs.outcome(of: RunPlan(seed: regression.seed, rules: Runs.rules))
        #expect(outcome.violations == [] && outcome.leftSick == [], "\(regression.sentence); make simulate SEED=\(regression.seed) COUNT=1 LOG=1")
    }

    struct Regression: Sendable, CustomTestStringConvertible {
        let seed: UInt64
        let sentence: String
        var testDescription: String { "\(seed): \(sentence)" }
    }

    /// `regressions.txt`: a seed and a sentence on each line.
    private static let regressions: [Regression] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("regressions.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let seed = UInt64(words[0]) else { return nil }
            return Regression(seed: seed, sentence: String(words[1]))
        }
    }()
}
