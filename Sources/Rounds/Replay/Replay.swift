package import Fleet
package import Ledger
package import Replacing
package import Rules

/// Recorded rounds, judged again: the facts database, the judging and the clocks are those of the live round, and so is what makes findings of them.
///
/// What it does of its own is to put back what was recorded: facts as intervals, staleness over them, and the few facts that are made anew. It skips
/// rounds in which nothing can come out otherwise than in the one before (`QuietSpan`).
package final class Replay {
    private var state: State
    private let facts: FactsDatabase
    private let replacements: [Replacement]
    /// Which node a number of the ledger is now.
    private var names: [Int64: NodeID] = [:]
    private var flapping: Set<NodeID> = []
    private var rules: RuleSet?
    private var quiet = QuietSpan()
    private var terms: (epoch: Int, terms: JudgingTerms)?
    private var staleBefore: Set<Source>?
    private let skips: Bool
    /// What the gates make of what is found. Nil: nobody asks.
    package private(set) var gates: GateReplay?
    /// How the rules stood when they were judged last. Not the clocks: who holds them too makes each change of them copy all.
    private var standings: [RuleStanding] = []
    /// Findings that have ended, in the order of their ends.
    package private(set) var ended: [Finding] = []
    /// How many rounds there were, and how many of them were judged.
    package private(set) var counts = (rounds: 0, judged: 0)

    /// More findings than that are no answer to anything, and would not fit into memory for ever.
    package static let findingsMax = 200_000

    /// There were more findings than anybody can read.
    package struct TooMany: Error, CustomStringConvertible {
        package var description: String {
            "replaying the ledger: there are more than \(Replay.findingsMax) findings; ask for a shorter time with --since and --until"
        }
    }

    /// - Parameters:
    ///   - replacements: all that the ledger remembers.
    ///   - skips: whether quiet rounds are skipped, and in the others what cannot come out otherwise. They are but for tests, which compare.
    ///   - gates: what the gates are to go by. Nil: they are not asked.
    ///   - remembersNodes: whether the gates remember what they saw of a node. They do but for tests, which compare.
    package init(replacements: [Replacement] = [], skips: Bool = true, gates settings: Settings? = nil, remembersNodes: Bool = true) throws {
        state = State()
        facts = try FactsDatabase(remembersOutcomes: skips)
        self.replacements = replacements
        self.skips = skips
        gates = settings.map { GateReplay(settings: $0, replacements: replacements, remembersNodes: remembersNodes) }
    }

    /// Findings that are open after the last round. By rule and node.
    package var open: [Finding] { state.findings.sorted { $0.key < $1.key }.map(\.value) }

    /// Takes in the next round, and judges it by these rules.
    package func take(_ round: RecordedRound, rules: RuleSet) throws {
        counts.rounds += 1
        let now = round.at
        let terms = terms(of: round)
        let isSame = skips && round.isQuiet && terms.isSame && rules.hash == self.rules?.hash && !isLate(now, terms.terms)
        if isSame, now < quiet.end, now < quiet.freshUntil(round.sources) {
            state.lastLook = now
            if gates?.isDue(now) == true { askGates(round, rules: rules, stale: noteSources(of: round)) }
            return
        }
        counts.judged += 1
        try judge(round, rules: rules, terms: terms.terms)
    }

    private func askGates(_ round: RecordedRound, rules: RuleSet, stale: Set<Source>) {
        gates?.ask(state, Judgement(rules: standings), rules: rules, stale: stale, capacity: round.capacity, now: round.at)
    }

    /// The sources as they stood in a round; those that were stale.
    private func noteSources(of round: RecordedRound) -> Set<Source> {
        state.sources = Dictionary(
            round.sources.map { ($0.source, SourceState(source: $0.source, interval: $0.interval, lastSuccess: $0.lastRead)) }, uniquingKeysWith: { $1 })
        return Set(state.sources.values.filter { !$0.isFresh(at: round.at) }.map(\.source))
    }

    /// Whether a look comes so late that clocks may have lost sight.
    private func isLate(_ now: Timestamp, _ terms: JudgingTerms) -> Bool { state.lastLook.map { now - $0 > terms.interval * 2 } ?? true }

    private func terms(of round: RecordedRound) -> (terms: JudgingTerms, isSame: Bool) {
        if let terms, terms.epoch == round.epoch { return (terms.terms, true) }
        var intervals = Dictionary(round.sources.map { ($0.source, $0.interval) }, uniquingKeysWith: { $1 })
        // The catalogue of facts has one name for the target image of any pool.
        if let target = round.sources.first(where: { if case .target = $0.source { true } else { false } }) {
            intervals[Fact.targetOfOwnPool] = target.interval
        }
        let made = JudgingTerms(
            interval: round.interval, configured: Set(intervals.keys).union([.ledger]), sourceIntervals: intervals, capacity: round.capacity)
        terms = (round.epoch, made)
        return (made, false)
    }

    private func judge(_ round: RecordedRound, rules: RuleSet, terms: JudgingTerms) throws {
        let now = round.at
        let stale = noteSources(of: round)
        var recording = Recording(now: now, interval: terms.interval)
        state.noteRules(rules, before: self.rules, isFirst: self.rules == nil, now: now, recording: &recording)
        var retelling = Retelling(state: state, names: names, flapping: flapping, replacements: replacements, now: now)
        // Only one holds the nodes: they are changed in place.
        state.nodes = [:]
        retelling.run(round)
        (state, names, flapping) = (retelling.state, retelling.names, retelling.flapping)
        let fleet = retelling.fleet
        try facts.begin(now: now)
        do {
            try facts.take(fleet, of: state, stale: stale, staleBefore: staleBefore)
            standings = try state.judge(rules, on: facts, fleet, stale: stale, terms: terms, recording: &recording).rules
        } catch {
            facts.rollback()
            throw error
        }
        try facts.commit()
        state.lastLook = now
        (self.rules, staleBefore) = (rules, stale)
        ended += recording.findings.filter { $0.state == .resolved }
        // As in the ledger, what was found of a node is found under the name that it has.
        if !retelling.called.isEmpty { ended = ended.map { finding in retelling.called[finding.node].map { finding.of($0) } ?? finding } }
        guard ended.count + state.findings.count <= Self.findingsMax else { throw TooMany() }
        gates?.note(fleet)
        gates?.rename(retelling.called)
        // As long as nothing fires that asks for a replacement, only a finding that changes can.
        if gates?.isIdle == false || !recording.findings.isEmpty { askGates(round, rules: rules, stale: stale) }
        guard skips else { return }
        quiet = QuietSpan(
            state, facts: facts, flapping: flapping, rules: rules, terms: terms, stale: stale, replacements: replacements, now: now)
    }
}

extension Finding {
    /// The same finding under another name of its node.
    fileprivate func of(_ node: NodeID) -> Finding {
        Finding(
            node: node, rule: rule, state: state, since: since, firingSince: firingSince, resolvedAt: resolvedAt, resolution: resolution, summary: summary,
            evidence: evidence, ruleSet: ruleSet, runbook: runbook)
    }
}
