import Fleet
import Foundation
import Ledger
import Planning
import Replacing
import Rounds
import Rules
import Testing

@testable import Simulation

/// Back-tests through the gates, of what a daemon that acted on the invented cluster has recorded.
@Suite struct `A back-test through the gates` {
    private static let rules = """
        version: 1
        time_intervals:
          - {name: not-yet, time_intervals: [{years: ['2031']}]}
        rules:
          - {name: impaired, when: "'impaired' IN (system_status, instance_status)", for: 2m, verdict: replace, class: failing, mode: act, summary: "{{id}} is impaired"}
          - {name: absent, when: "mesos_state = 'absent'", for: 3m, verdict: replace, class: failing, mode: act, during: not-yet, summary: "{{id}} is absent"}
          - {name: told, when: "mesos_state <> 'active'", verdict: notify, summary: "{{id}} is not active"}
        """

    private static func set(_ text: String) throws -> RuleSet { try RuleSet.parse([RuleFile(path: "rules/gated.yaml", text: text)]) }

    /// Two machines are called impaired by EC2, one after the other, and the agent of a third ends for good.
    private func recorded() throws -> (folder: Folder, outcome: RunOutcome, settings: Settings) {
        var plan = try Runs.quiet(5)
        plan.rules = try Self.set(Self.rules)
        plan.otherRules = []
        plan.troubledFor = .seconds(2400)
        plan.calmFor = .seconds(60)
        plan.script = [
            (.seconds(400), .fault(.systemImpaired(3))), (.seconds(430), .fault(.systemImpaired(4))), (.seconds(900), .fault(.agentBroken(5))),
        ]
        // Three of eight would trip it.
        plan.settings.limits.breaker.atLeast = 6
        let folder = try Folder()
        let outcome = try SimulatedRun(plan, openLedger: folder.open).run()
        try #require(outcome.violations == [])
        try #require(outcome.replacements.count == 2, "\(outcome.replacements.map { "\($0.node) \($0.startedAt) \($0.step) \($0.standing)" })")
        return (folder, outcome, plan.settings)
    }

    @Test func `says of each node when it would have been replaced, as it was, or what held it and for how long`() throws {
        let (folder, outcome, settings) = try recorded()
        let ledger = try folder.read()
        let backtest = try Backtest.run(ledger, gates: settings)
        let gates = try #require(backtest.gates)
        let fired = backtest.findings.filter { $0.rule.verdict == .replace && $0.firingSince != nil }
        #expect(!fired.isEmpty && Set(fired.map(\.gateKey)) == Set(gates.findings.map(\.key)))
        let real = outcome.replacements.sorted { $0.startedAt < $1.startedAt }
        #expect(gates.replacements.map(\.node) == real.map(\.node), "\(gates.findings)")
        let first = try #require(gates.replacements.first)
        #expect(first.rule == "impaired" && abs((first.at - real[0].startedAt).inSeconds) <= 60, "\(first.at), and really \(real[0].startedAt)")
        // The second waits for the slot of the first, of which it is known from both how long it is held.
        let second = try #require(gates.replacements.last)
        #expect(abs((second.at - real[1].startedAt).inSeconds) <= 240, "\(second.at), and really \(real[1].startedAt)")
        let held = try #require(gates.findings.first { $0.rule == "absent" && $0.replacedAt == nil })
        let window = try #require(held.held.first { $0.gate == .window })
        #expect(window.took >= .seconds(600) && window.took <= backtest.to - held.firingSince && !window.wasUnknown && window.reason.contains("never opens"))
        let waiting = try #require(gates.findings.first { $0.node == real[1].node && $0.rule == "impaired" })
        #expect(waiting.held.contains { $0.gate == .inFlight } && waiting.replacedAt == second.at, "\(waiting)")
        try ledger.close()

        let later = Self.rules.replacing("for: 2m", with: "for: 5m").replacing(", during: not-yet", with: "")
        let again = try folder.read()
        let other = try Backtest.run(again, others: try Self.set(later), gates: settings)
        let difference = ReplacementsDifference(before: other.gates?.replacements ?? [], after: other.otherGates?.replacements ?? [])
        let node = first.node
        #expect(difference.items.contains { $0.kind == .later && $0.node == node && $0.before?.at == first.at }, "\(difference)")
        let same = ReplacementsDifference(before: gates.replacements, after: gates.replacements)
        #expect(same.items.isEmpty && same.same == 2)

        let whole = try #require(try Backtest.run(again, gates: settings, skips: false).gates)
        #expect(whole.replacements.map(\.node) == gates.replacements.map(\.node) && whole.findings.map(\.key) == gates.findings.map(\.key))
        for (one, all) in zip(gates.replacements, whole.replacements) { #expect(one.at >= all.at && one.at - all.at <= .seconds(60)) }

        var narrow = settings
        narrow.limits.rate = [Limits.Rate(1, in: .seconds(86_400))]
        let few = try #require(try Backtest.run(again, gates: narrow).gates)
        #expect(few.replacements.count == 1 && few.findings.contains { $0.held.contains { $0.gate == .rate } })
        #expect(try Backtest.run(again).gates == nil, "nobody asked")
        try again.close()
    }

    @Test func `of what was not read then opens nothing, and says so`() throws {
        let run = try LiveRun(World.demo(at: LiveRun.start), rules: try Self.set(Self.rules.replacing(", during: not-yet", with: "")))
        try run.watch(for: .seconds(3600))
        let gates = try #require(try Backtest.run(try run.finish(), gates: LiveRun.settings).gates)
        #expect(gates.replacements.isEmpty && !gates.findings.isEmpty)
        // Nobody asked Marathon and the schedulers.
        #expect(gates.findings.allSatisfy { $0.held.contains { $0.gate == .fresh && $0.wasUnknown && $0.reason.contains("services") } })
        #expect(GateReplay.notAsked == [.pause, .mode, .identity, .successor, .capacity])
    }

    @Test func `looks again only at nodes of which something is other than before, and comes to the same`() throws {
        var held: Set<Gate.Name> = []
        var replaced = 0
        for seed in UInt64(61)...68 {
            let run = try LiveRun.random(
                seed: seed, with: StoryRules.asking + (seed % 3 == 0 ? StoryRules.restless : ""), others: seed % 2 == 0 ? Set(LiveRun.Other.allCases) : [])
            let ledger = try run.finish()
            var settings = LiveRun.settings
            if seed % 4 > 1 { settings.limits.breaker.atLeast = 7 }
            func gates(remembersNodes: Bool) throws -> Backtest.GateOutcome {
                try #require(try Backtest.run(ledger, gates: settings, remembersNodes: remembersNodes).gates)
            }
            let (remembered, whole) = (try gates(remembersNodes: true), try gates(remembersNodes: false))
            #expect(remembered.findings == whole.findings, "seed \(seed)")
            #expect(remembered.replacements == whole.replacements, "seed \(seed)")
            replaced += whole.replacements.count
            for finding in whole.findings { held.formUnion(finding.held.map(\.gate)) }
        }
        #expect(replaced > 0 && held.isSuperset(of: [.hold, .fresh, .breaker, .inFlight]), "\(replaced) replaced, held by \(held)")
    }

    /// A folder with one ledger, which is gone when nobody needs it any more.
    private final class Folder {
        private let url: URL
        private var path: String { url.appendingPathComponent("mayfly.db").path }

        init() throws {
            url = FileManager.default.temporaryDirectory.appendingPathComponent("mayfly-gated-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(at: url) }

        func open(_ now: Timestamp) throws -> LedgerStore { try LedgerStore.open(path: path, purpose: .daemon, now: now) }
        func read() throws -> LedgerStore { try LedgerStore.open(path: path, purpose: .reading, now: World.storyStart) }
    }
}
