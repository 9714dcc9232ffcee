package import Fleet
package import Ledger
package import Rules

/// A ledger's rounds, judged again: by the rules that were in use then, and by others if there are any.
package struct Backtest: Sendable {
    package let from: Timestamp
    package let to: Timestamp
    /// By the rules that were in use. By beginning, rule and node.
    package let findings: [Finding]
    /// By the other rules; nil when there were none.
    package let others: [Finding]?
    package let rounds: Int
    /// How many of the rounds had to be judged; in the others nothing could come out otherwise than before.
    package let judged: Int
    /// Rules that are left out, in words: what they read is not replayed. Sorted.
    package let notReplayable: [String]
    /// What the gates would have made of them, and which replacements would have begun. Nil where the gates were not asked.
    package let gates: GateOutcome?
    /// The same by the other rules.
    package let otherGates: GateOutcome?
    /// The hashes of the recorded rule sets that were in use, in the order of their first use.
    package let ruleSets: [RuleSetHash]

    /// What came of the gates.
    package struct GateOutcome: Sendable {
        /// By the time at which they fired, rule and node.
        package let findings: [GatedFinding]
        /// By their beginning.
        package let replacements: [WouldBeReplacement]
    }

    /// How long before the time that is asked for the replay begins, so that clocks, flaps and changes have come as far as they had.
    package static let warmUp = Duration.seconds(2 * 86_400)

    /// Why there is nothing to replay, in words.
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameters:
    ///   - since: findings that were open at this time or later are given; nil: from the first round that can be replayed.
    ///   - others: rules to compare with.
    ///   - gates: the pools, limits and services that the gates go by. Nil: the gates are not asked.
    ///   - remembersNodes: whether the gates remember what they saw of a node. They do but for tests, which compare.
    /// - Throws: a `Refusal`, `LedgerError`, `FactsFailure` or `Replay.TooMany`.
    package static func run(
        _ ledger: LedgerStore, since: Timestamp? = nil, until: Timestamp? = nil, others: RuleSet? = nil, gates: Settings? = nil, skips: Bool = true,
        remembersNodes: Bool = true
    ) throws -> Backtest {
        guard let span = try ledger.replayable() else {
            throw Refusal(
                description: "the ledger \(ledger.path) has no round that can be replayed: this version records what that needs from its first round on")
        }
        let from = max(since ?? span.from, span.from)
        let to = min(until ?? span.to, span.to)
        guard from <= to else {
            throw Refusal(
                description: "there is no round to replay between \(since ?? from) and \(until ?? to): the ledger has those from \(span.from) to \(span.to)")
        }
        var run = try BacktestRun(ledger: ledger, others: others)
        let replacements = try ledger.replacements()
        func replay() throws -> Replay { try Replay(replacements: replacements, skips: skips, gates: gates, remembersNodes: remembersNodes) }
        let own = try replay()
        let other = try others.map { _ in try replay() }
        try ledger.replay(since: from - warmUp, until: to) { stream in
            while let round = try stream.next() {
                try own.take(round, rules: try run.rules(round.ruleSet))
                if let others = run.others { try other?.take(round, rules: others) }
            }
        }
        return Backtest(
            from: from, to: to, findings: shown(own, since: from), others: other.map { shown($0, since: from) }, rounds: own.counts.rounds,
            judged: own.counts.judged + (other?.counts.judged ?? 0), notReplayable: run.notReplayable.sorted(), gates: outcome(own, since: from),
            otherGates: other.flatMap { outcome($0, since: from) },
            ruleSets: run.used)
    }

    /// What the gates would have made of each finding, by `Finding.gateKey`.
    package var gated: [GatedFinding.Key: GatedFinding] { Dictionary((gates?.findings ?? []).map { ($0.key, $0) }, uniquingKeysWith: { $1 }) }

    private static func outcome(_ replay: Replay, since: Timestamp) -> GateOutcome? {
        guard let gates = replay.gates else { return nil }
        let shown = Set(shown(replay, since: since).map(\.gateKey))
        return GateOutcome(
            findings: gates.gated.filter { shown.contains($0.key) },
            replacements: gates.replacements.filter { $0.at >= since })
    }

    private static func shown(_ replay: Replay, since: Timestamp) -> [Finding] {
        (replay.ended.filter { $0.resolvedAt.map { $0 >= since } ?? true } + replay.open).sorted {
            ($0.since, $0.rule.name, $0.node, $0.resolvedAt ?? $0.since) < ($1.since, $1.rule.name, $1.node, $1.resolvedAt ?? $1.since)
        }
    }
}

/// The rule sets of one back-test, each read once.
struct BacktestRun {
    let ledger: LedgerStore
    let others: RuleSet?
    private(set) var notReplayable: Set<String> = []
    private(set) var used: [RuleSetHash] = []
    private let recorded: [RuleSetHash: RecordedRuleSet]
    private var sets: [RuleSetHash: RuleSet] = [:]

    /// More rule sets than that in one ledger are no rules.
    private static let ruleSetsMax = 10_000

    init(ledger: LedgerStore, others: RuleSet?) throws {
        self.ledger = ledger
        recorded = Dictionary(try ledger.ruleSets(limit: Self.ruleSetsMax).map { ($0.hash, $0) }, uniquingKeysWith: { $1 })
        self.others = others?.replayable
        note(others)
    }

    /// The rules of a round, without those that cannot be replayed.
    mutating func rules(_ hash: RuleSetHash) throws -> RuleSet {
        if let set = sets[hash] { return set }
        guard let text = recorded[hash] else {
            throw Backtest.Refusal(
                description: "replaying the ledger \(ledger.path): it no longer has the rule set \(hash); ask for a shorter time with --since")
        }
        let set = try parsed(text)
        note(set)
        used.append(hash)
        sets[hash] = set.replayable
        return set.replayable
    }

    private func parsed(_ text: RecordedRuleSet) throws -> RuleSet {
        do throws(RuleFileErrors) {
            return try RuleSet.parse(text.files.map { RuleFile(path: $0.path, text: $0.text) })
        } catch {
            throw Backtest.Refusal(description: "replaying the ledger \(ledger.path): this version refuses its rule set \(text.hash): \(error)")
        }
    }

    private mutating func note(_ set: RuleSet?) {
        for rule in set?.rules ?? [] where !rule.isReplayable {
            notReplayable.insert("\(rule.name): \(rule.unrecorded.joined(separator: ", ")) is not replayed")
        }
    }
}

extension RuleSet {
    /// The same without the rules that read what is not recorded.
    var replayable: RuleSet {
        rules.allSatisfy(\.isReplayable)
            ? self : RuleSet(rules: rules.filter(\.isReplayable), intervals: intervals, hash: hash, files: files, warnings: warnings)
    }
}
