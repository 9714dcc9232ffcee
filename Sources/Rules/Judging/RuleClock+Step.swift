package import Fleet

/// What a rule's condition came to on one node at one look.
package enum RuleOutcome: Hashable, Sendable, CaseIterable {
    case holds
    case doesNotHold
    case unknown
}

/// The times of a rule by which its clocks go.
package struct ClockTimes: Hashable, Sendable {
    /// `for`.
    package let holdFor: Duration
    package let keepFiringFor: Duration
    /// The longest time without sight after which a pending clock may go on.
    package let blindMax: Duration
    /// The longest time between two looks that is no loss of sight.
    package let gapMax: Duration

    /// - Parameters:
    ///   - interval: how often looks are meant to be.
    ///   - sourceInterval: how often the slowest source that the rule reads is meant to be read; nil: at every look.
    ///
    /// Blind for longer than `for`, or than three intervals if that is less, and nobody can say that the rule held throughout. The intervals of what is
    /// unknown are its source's: one reading that is missed in a minute's rhythm is no more than one that is missed in a quarter's. A look that comes
    /// late, but within two intervals, is no loss of sight, however short `for` is: else a rule with a `for` below the interval would never fire.
    package init(holdFor: Duration, keepFiringFor: Duration, interval: Duration, sourceInterval: Duration? = nil) {
        self.holdFor = holdFor
        self.keepFiringFor = keepFiringFor
        func limit(_ interval: Duration) -> Duration { holdFor == .zero ? interval * 3 : min(holdFor, interval * 3) }
        blindMax = limit(max(interval, sourceInterval ?? interval))
        gapMax = max(limit(interval), interval * 2)
    }
}

extension RuleClock {
    /// One look: what becomes of a clock, and which changes of state that is, in order.
    ///
    /// A value machine without a clock of its own. What is unknown neither fires nor clears. A pending clock stops while it is unknown, and starts anew
    /// after it was
    /// blind for too long: by unknown facts, or because nobody looked. A firing one goes on firing through any blindness: it held for as long as it had to,
    /// nothing says that it ended, and whoever acts on it asks again for facts that are fresh.
    ///
    /// - Parameters:
    ///   - clock: as the last look left it; nil when the rule did not hold.
    ///   - previousLook: when the last look was; nil when there was none, and then a clock counts as blind.
    package static func step(
        _ clock: RuleClock?, outcome: RuleOutcome, now: Timestamp, previousLook: Timestamp?, times: ClockTimes
    ) -> (clock: RuleClock?, changes: [Transition.Change]) {
        guard var clock else { return outcome == .holds ? started(now, times) : (nil, []) }
        clock.clamp(to: now)
        let wasAway = previousLook.map { now - $0 > times.gapMax } ?? true
        return clock.firingSince == nil
            ? clock.pending(outcome, now: now, wasAway: wasAway, times: times) : clock.firing(outcome, now: now, wasAway: wasAway, times: times)
    }

    private static func started(_ now: Timestamp, _ times: ClockTimes) -> (RuleClock?, [Transition.Change]) {
        times.holdFor == .zero ? (RuleClock(since: now, firingSince: now), [.firing]) : (RuleClock(since: now), [.pending])
    }

    /// How long it has been seen to hold. What was unknown does not count.
    package func held(at now: Timestamp) -> Duration {
        let unknownNow = unknownSince.map { max(.zero, now - $0) } ?? .zero
        return max(.zero, now - since - unknownFor - unknownNow)
    }

    private mutating func pending(
        _ outcome: RuleOutcome, now: Timestamp, wasAway: Bool, times: ClockTimes
    ) -> (RuleClock?, [Transition.Change]) {
        let isBlind = wasAway || unknownSince.map { now - $0 > times.blindMax } ?? false
        switch outcome {
        case .doesNotHold:
            return (nil, [.resolved(.cleared)])
        case .unknown:
            if isBlind { return (nil, [.resolved(.blind)]) }
            unknownSince = unknownSince ?? now
            return (self, [])
        case .holds:
            if isBlind {
                let (clock, changes) = Self.started(now, times)
                return (clock, [.resolved(.blind)] + changes)
            }
            seeAgain(now)
            guard held(at: now) >= times.holdFor else { return (self, []) }
            firingSince = now
            return (self, [.firing])
        }
    }

    private mutating func firing(
        _ outcome: RuleOutcome, now: Timestamp, wasAway: Bool, times: ClockTimes
    ) -> (RuleClock?, [Transition.Change]) {
        switch outcome {
        case .unknown:
            unknownSince = unknownSince ?? now
            return (self, [])
        case .holds:
            seeAgain(now)
            clearedSince = nil
            return (self, [])
        case .doesNotHold:
            // Time without sight does not count toward `keep_firing_for` either.
            let blind = unknownSince.map { max(.zero, now - $0) } ?? .zero
            seeAgain(now)
            let cleared = wasAway ? now : clearedSince.map { $0 + blind } ?? now
            guard now - cleared < times.keepFiringFor else { return (nil, [.resolved(.cleared)]) }
            clearedSince = cleared
            return (self, [])
        }
    }

    private mutating func seeAgain(_ now: Timestamp) {
        guard let start = unknownSince else { return }
        unknownFor += max(.zero, now - start)
        unknownSince = nil
    }

    /// After the wall clock was set back, no time in a clock lies ahead: what cannot be compared is no evidence, so it counts from now.
    private mutating func clamp(to now: Timestamp) {
        if since > now {
            since = now
            unknownFor = .zero
        }
        if let time = firingSince, time > now { firingSince = now }
        if let time = unknownSince, time > now { unknownSince = now }
        if let time = clearedSince, time > now { clearedSince = now }
    }
}
