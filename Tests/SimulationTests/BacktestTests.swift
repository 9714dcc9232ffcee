import Fleet
import Foundation
import Ledger
import Replacing
import Rounds
import Rules
import Testing

@testable import Simulation

@Suite struct `A back-test` {
    private static let shippedRules = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../rules").standardizedFileURL.path

    private func courses(_ ledger: LedgerStore, others: RuleSet? = nil, skips: Bool = true) throws -> (backtest: Backtest, courses: [Course]) {
        let backtest = try Backtest.run(ledger, others: others, skips: skips)
        return (backtest, backtest.findings.map { Course($0) }.sorted())
    }

    private func difference(_ left: [Course], _ right: [Course]) -> String {
        let (live, replayed) = (Set(left), Set(right))
        return (live.subtracting(replayed).sorted().map { "live only: \($0)" } + replayed.subtracting(live).sorted().map { "replayed only: \($0)" })
            .joined(separator: "\n")
    }

    @Test func `of the demo's story finds what the live rounds found, in few of its rounds`() throws {
        let rules = try RuleSet.load(directory: Self.shippedRules)
        let run = try LiveRun(World.demo(at: LiveRun.start), rules: rules)
        try run.watch(for: World.storyDuration)
        let ledger = try run.finish()
        let left = Set(rules.rules.filter { !$0.isReplayable }.map(\.name))
        let live = try LiveRun.found(in: ledger).filter { !left.contains($0.rule) }
        let (backtest, replayed) = try courses(ledger)
        #expect(live.count > 20 && live.contains { $0.firingSince != nil } && live.contains { $0.resolvedAt != nil })
        #expect(live == replayed, "\(difference(live, replayed))")
        #expect(backtest.ruleSets == [rules.hash] && backtest.notReplayable.count == left.count)
        #expect(backtest.judged < backtest.rounds, "\(backtest.judged) of \(backtest.rounds) rounds were judged")
        let summaries = try ledger.findings().filter { !left.contains($0.finding.rule.name) }.map {
            "\($0.finding.rule.name) \($0.finding.node) \($0.finding.since) \($0.finding.summary)"
        }
        #expect(Set(summaries) == Set(backtest.findings.map { "\($0.rule.name) \($0.node) \($0.since) \($0.summary)" }))
    }

    @Test func `finds what the live rounds found in any story`() throws {
        for seed in UInt64(1)...12 {
            let run = try LiveRun.random(seed: seed, with: seed % 3 == 0 ? StoryRules.restless : "")
            let ledger = try run.finish()
            let live = try LiveRun.found(in: ledger)
            let (_, whole) = try courses(ledger, skips: false)
            #expect(live == whole, "seed \(seed):\n\(difference(live, whole))")
            let (_, skipping) = try courses(ledger)
            #expect(whole == skipping, "seed \(seed), live is without skipping:\n\(difference(whole, skipping))")
        }
    }

    @Test func `finds what DC/OS, SSM, the hosts and the services told the live rounds, in the demo's story`() throws {
        let rules = try StoryRules.set(with: StoryRules.wide)
        let run = try LiveRun(World.demo(at: LiveRun.start), rules: rules, others: Set(LiveRun.Other.allCases))
        try run.watch(for: World.storyDuration)
        let ledger = try run.finish()
        let live = try LiveRun.found(in: ledger)
        let (backtest, replayed) = try courses(ledger)
        #expect(live == replayed, "\(difference(live, replayed))")
        #expect(backtest.notReplayable.isEmpty && backtest.judged < backtest.rounds, "\(backtest.judged) of \(backtest.rounds) rounds were judged")
        // All of them come in the story, and but for what lies there all of them end as well.
        let fired = Set(live.filter { $0.firingSince != nil }.map(\.rule.rawValue))
        #expect(
            fired.isSuperset(of: ["unhealthy", "unit", "unheard", "silent", "cut-off", "unmanaged", "online", "state", "broker", "broker-lost"]), "\(fired)")
    }

    @Test func `finds what they told the live rounds in any story, whichever of them fail`() throws {
        var fired: [RuleName: Int] = [:]
        for seed in UInt64(41)...44 {
            let run = try LiveRun.random(seed: seed, with: StoryRules.wide + (seed % 3 == 0 ? StoryRules.restless : ""), others: Set(LiveRun.Other.allCases))
            let ledger = try run.finish()
            let live = try LiveRun.found(in: ledger)
            for course in live where course.firingSince != nil { fired[course.rule, default: 0] += 1 }
            let (_, whole) = try courses(ledger, skips: false)
            #expect(live == whole, "seed \(seed):\n\(difference(live, whole))")
            let (_, skipping) = try courses(ledger)
            #expect(whole == skipping, "seed \(seed), live is without skipping:\n\(difference(whole, skipping))")
        }
        for name in ["unhealthy", "unit", "silent", "cut-off", "unmanaged", "online", "state", "broker", "broker-lost"] as [RuleName] {
            #expect(fired[name, default: 0] > 0, "\(name) fired \(fired[name, default: 0]) times")
        }
    }

    @Test func `counts replacements as they come and go, whether it skips or not`() throws {
        let rules = try StoryRules.set(with: StoryRules.again)
        for seed in UInt64(21)...24 {
            let ledger = try LiveRun.random(seed: seed).finish()
            let nodes = Set(try ledger.findings().map(\.finding.node)).sorted()
            // Each slot has one that is soon counted no more, and one that is counted later on.
            var starts: [(node: NodeID, at: Timestamp)] = []
            for (place, node) in nodes.enumerated() {
                starts.append((node, LiveRun.start + .seconds(1500 + 300 * place - 30 * 86_400)))
                starts.append((node, LiveRun.start + .seconds(700 * place)))
            }
            func courses(skips: Bool) throws -> [Course] {
                let replay = try Replay(
                    replacements: starts.map { start in
                        Replacement(
                            id: ReplacementID(1), node: start.node, instance: nil, agent: nil, slot: start.node, pool: nil, zone: nil, rule: "lost",
                            findingClass: .failing, askedBy: "mayfly", reason: "a test", startedAt: start.at, targetImage: nil, order: .dead)
                    }, skips: skips)
                try ledger.replay(since: LiveRun.start, until: nil) { stream in
                    while let round = try stream.next() { try replay.take(round, rules: rules) }
                }
                return (replay.ended + replay.open).map { Course($0) }.sorted()
            }
            let (whole, skipping) = (try courses(skips: false), try courses(skips: true))
            #expect(whole == skipping, "seed \(seed), live is without skipping:\n\(difference(whole, skipping))")
            let again = whole.filter { $0.rule == "again" }
            #expect(again.contains { $0.resolvedAt != nil })
            #expect(again.contains { course in starts.contains { $0.node == course.node && $0.at <= course.since && course.since - $0.at < .seconds(20) } })
        }
    }

    @Test func `by a rule that was altered differs in that rule alone`() throws {
        let run = try LiveRun(World.demo(at: LiveRun.start), rules: try StoryRules.set())
        try run.watch(for: .seconds(5400))
        let ledger = try run.finish()
        let (backtest, _) = try courses(ledger, others: try StoryRules.set(lostFor: "4m"))
        let difference = RulesDifference(before: backtest.findings, after: try #require(backtest.others))
        // Each that has fired, and no other, fires later or not at all.
        let fired = Set(backtest.findings.filter { $0.rule.name == "lost" && $0.firingSince != nil }.map { "\($0.node) \($0.since)" })
        #expect(!fired.isEmpty && difference.items.allSatisfy { $0.rule == "lost" })
        #expect(Set(difference.items.compactMap { item in item.before.map { "\($0.node) \($0.since)" } }) == fired && difference.items.count == fired.count)
        for item in difference.items {
            let before = try #require(item.before)
            let after = try #require(item.after)
            #expect([.firesLater, .noLongerFires].contains(item.kind) && before.since == after.since)
            if let firing = after.firingSince, let old = before.firingSince { #expect(firing - old >= .seconds(105) && firing - old <= .seconds(135)) }
        }
        let (same, _) = try courses(ledger, others: try StoryRules.set())
        let none = RulesDifference(before: same.findings, after: try #require(same.others))
        #expect(none.items.isEmpty && none.same == same.findings.count)
    }

    @Test func `leaves out rules that read what is not recorded, and says so`() throws {
        let run = try LiveRun(World.demo(at: LiveRun.start), rules: try StoryRules.set(with: StoryRules.tasks))
        try run.watch(for: .seconds(600))
        let (backtest, replayed) = try courses(try run.finish())
        #expect(backtest.notReplayable == ["busy: tasks is not replayed", "task: table task is not replayed"])
        #expect(!replayed.contains { $0.rule == "busy" || $0.rule == "task" })
    }

    @Test func `of a part of the time gives what was open in it`() throws {
        let run = try LiveRun(World.demo(at: LiveRun.start), rules: try StoryRules.set())
        try run.watch(for: World.storyDuration)
        let ledger = try run.finish()
        let (since, until) = (LiveRun.start + .seconds(5000), LiveRun.start + .seconds(6000))
        let part = try Backtest.run(ledger, since: since, until: until)
        let live = try LiveRun.found(in: ledger).filter { $0.since <= until && ($0.resolvedAt ?? until) >= since }
        #expect(Set(live.map { "\($0.rule) \($0.node) \($0.since)" }) == Set(part.findings.map { "\($0.rule.name) \($0.node) \($0.since)" }))
        #expect(throws: Backtest.Refusal.self) { try Backtest.run(ledger, since: run.now + .seconds(3600)) }
    }
}
