import Fleet
import Rules
import Windows

extension State {
    /// What this round finds about Mayfly itself; what began or ended is recorded, and told.
    mutating func noteOwn(
        _ judgement: Judgement, rules: RuleSet, settings: Settings, stale: Set<Source>, deriving: Deriving, program: ProgramStanding,
        recording: inout Recording
    ) {
        let now = deriving.now
        // What was away while nobody asked is not held against it: the machine was asleep, or rounds could not be recorded.
        if let last = lastLook, now - last > settings.mesosInterval * 3 { began = now }
        unknown.take(judgement.rules, now: now)
        lookAhead(rules, now: now)
        let conditions = OwnConditions(
            state: self, judgement: judgement, rules: rules, settings: settings, stale: stale, oddities: deriving.oddities,
            targets: deriving.sightings.targets, program: program, now: now)
        for finding in own.take(conditions.all(), now: now) { recording.add(finding) }
    }

    /// The time that something was last so, or when this program began to look, whichever is later.
    func sinceBegan(_ time: Timestamp?) -> Timestamp? {
        guard let began else { return time }
        return time.map { max($0, began) } ?? began
    }

    /// Which windows never open: looked up when the rules change and once a day, for the calendar is searched far ahead.
    private mutating func lookAhead(_ rules: RuleSet, now: Timestamp) {
        if let last = lookedAhead, last.ruleSet == rules.hash, now - last.at < Self.lookAheadAgain { return }
        lookedAhead = (now, rules.hash)
        var shut: [String: Bool] = [:]
        for name in Set(rules.rules.compactMap(\.during)).sorted() {
            shut[name] = rules.intervals[name].map { !$0.contains(now) && $0.nextOpening(after: now) == nil } ?? false
        }
        longestWindows = longest(rules, now: now)
        shutForGood = Dictionary(
            uniqueKeysWithValues: rules.rules.compactMap { rule in rule.during.flatMap { shut[$0] == true ? (rule.name, $0) : nil } })
    }

    private func longest(_ rules: RuleSet, now: Timestamp) -> [RuleName: Duration] {
        var longest: [RuleName: Duration] = [:]
        for rule in rules.rules where rule.identity.verdict == .replace {
            guard let interval = rules.interval(of: rule) else { continue }
            longest[rule.name] = interval.windows(from: now, to: now + Self.windowsLookedAt).map { $0.1 - $0.0 }.max()
        }
        return longest
    }

    /// Two weeks, as `mayfly check` shows.
    private static let windowsLookedAt = Duration.seconds(14 * 86_400)
    private static let lookAheadAgain = Duration.seconds(86_400)
}
