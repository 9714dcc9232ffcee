import Fleet
import Ledger
import Replacing
import Rules

/// Until when judging again must come out as it did, as long as nothing is recorded and no source grows stale.
///
/// By the passing of time alone change: ages, which conditions compare with numbers; clocks, which have been pending, unknown or cleared for long
/// enough; flaps and replacements, which are counted for a while. A rule whose text does not show with which numbers its ages are compared is judged
/// in every round. What is not sure is judged too often, never too seldom.
struct QuietSpan {
    /// The first moment at which something may be otherwise.
    private(set) var end = Timestamp(milliseconds: .min)
    /// The sources that were stale, in the order of the round's list.
    private var stale: Set<Source> = []
    private let now: Timestamp

    /// Nothing is quiet before the first round.
    init() { now = Timestamp(milliseconds: .min) }

    /// - Parameters:
    ///   - facts: as they were judged.
    ///   - flapping: the nodes that have flaps.
    init(
        _ state: State, facts: FactsDatabase, flapping: Set<NodeID>, rules: RuleSet, terms: JudgingTerms, stale: Set<Source>, replacements: [Replacement],
        now: Timestamp
    ) {
        self.now = now
        self.stale = stale
        end = Timestamp(milliseconds: .max)
        var marks: [Fact: Set<Int64>] = [:]
        for rule in rules.rules where rule.idleReason(configured: terms.configured) == nil {
            if let quiet = facts.quietUntil(rule) {
                if quiet <= now { end = now } else { bound(quiet) }
            } else if let own = AgeMarks.of(rule) {
                marks.merge(own) { $0.union($1) }
            } else {
                end = now
            }
            if end == now { return }
        }
        if !marks.isEmpty {
            for node in state.nodes.values {
                for (fact, numbers) in marks { note(fact, numbers, of: node) }
            }
        }
        for id in flapping {
            if let flap = state.nodes[id]?.flaps.first { bound(flap + State.NodeState.flapsCounted) }
        }
        for replacement in replacements {
            bound(replacement.startedAt)
            bound(replacement.startedAt + Replacement.countedFor)
        }
        var times: [RuleName: ClockTimes] = [:]
        for (key, clock) in state.clocks {
            if times[key.rule] == nil, let rule = rules.rule(key.rule) {
                times[key.rule] = Look.times(of: rule, interval: terms.interval, sourceIntervals: terms.sourceIntervals)
            }
            if let times = times[key.rule] { note(clock, times) }
        }
    }

    /// The first moment at which another set of sources is stale than was; now, where it is another already.
    func freshUntil(_ sources: [RecordedSource]) -> Timestamp {
        var first = Timestamp(milliseconds: .max)
        for source in sources {
            let end = source.lastRead.map { $0 + source.interval * 3 + .milliseconds(1) } ?? Timestamp(milliseconds: .min)
            if stale.contains(source.source) {
                if end > now { return Timestamp(milliseconds: .min) }
            } else {
                first = min(first, end)
            }
        }
        return first
    }

    /// What is due after now ends the span; what was due before has been judged.
    private mutating func bound(_ time: Timestamp) { if time > now { end = min(end, time) } }

    /// An age passes a number within a second of it, on either side: the whole time around it is judged.
    private mutating func note(_ age: Fact, _ numbers: Set<Int64>, of node: State.NodeState) {
        let base: Timestamp?
        switch age.origin {
        case .age(of: let time): if case .integer(let value) = node.told[time] { base = Timestamp(milliseconds: value) } else { base = nil }
        case .ageOfValue(let fact): base = node.since(fact)
        case .observed, .derived: base = nil
        }
        guard let base else { return }
        guard abs(base.milliseconds / 2) < Self.reckonable else { return end = now }
        for number in numbers {
            guard number < Self.reckonable / 1000 else { continue }
            let passes = age == .scheduledEventIn ? base - .seconds(number) : base + .seconds(number)
            let (low, high) = (passes - .seconds(1), passes + .milliseconds(1001))
            if now < low { bound(low) } else if now <= high { end = now }
        }
    }

    /// Times beyond that are no times, and adding to them could overflow.
    private static let reckonable: Int64 = 1 << 52

    private mutating func note(_ clock: RuleClock, _ times: ClockTimes) {
        if clock.firingSince == nil {
            if let unknown = clock.unknownSince {
                bound(unknown + times.blindMax + .milliseconds(1))
            } else {
                bound(clock.since + clock.unknownFor + times.holdFor)
            }
        } else if let cleared = clock.clearedSince {
            // Blind time moves it; it is then judged a little too early.
            bound(cleared + times.keepFiringFor)
        }
    }
}
