package import Fleet

/// Keeps the claim on a cluster: times and answers in, calls and the standing out.
///
/// One call at a time. It needs a store in which a write with a version is one act, and a read shows every write that was answered before the read began.
///
/// A claim that was not this run's own (nobody's, another's, or an earlier run's of this ledger on this machine) is acted on only once it has settled.
/// A claim in our own name that this run did not write, after it held one, is another's: a copy of this ledger and this machine. What this run wrote it
/// knows by its own name in it, however late the write takes effect.
package struct ClaimKeeper: Sendable {
    private let ledger: String
    private let machine: String
    private let run: String
    private let timing: ClaimTiming
    package private(set) var standing = ClaimStanding.unknown

    private var calls = 0
    private var pending: ClaimCall?
    private var lastTime: Timestamp?
    private var lastCallAt: Timestamp?
    private var isRetrying = false
    /// Until when a person's word to take it over counts.
    private var wishEndsAt: Timestamp?

    private var seen = Seen.nothing
    /// Another's claim, and since when it is unchanged by our clock.
    private var watched: (version: ClaimVersion, since: Timestamp)?
    private var own: Own?
    private var hasHeld = false
    private var attempts: [Attempt] = []

    /// What the store was last seen to hold.
    private enum Seen: Hashable {
        /// It is to be read before anything else.
        case nothing
        case nobody
        case ours
        /// An earlier run's of the same ledger on the same machine.
        case earlier(ClaimVersion)
        case others(ClaimVersion)
    }

    /// The newest writing by this run that is known to have taken effect.
    private struct Own: Hashable {
        let version: ClaimVersion
        /// When the write was begun. Nil: too long ago to tell.
        var writtenAt: Timestamp?
        /// When this run learnt that it holds the claim, which it has held since.
        var since: Timestamp
    }

    /// A write of which nobody knows yet whether it took effect, for telling whether what is found has been held on to from the version before.
    private struct Attempt: Hashable {
        let claim: Claim
        let over: ClaimVersion?
    }

    /// Enough for five minutes of a store that does not say what it did. One that is forgotten and took effect settles anew.
    private static let attemptsMax = 10

    /// - Parameter run: another with every start of the daemon.
    package init(ledger: String, machine: String, run: String, timing: ClaimTiming = ClaimTiming()) {
        self.ledger = ledger
        self.machine = machine
        self.run = run
        self.timing = timing
    }

    /// A person's word. It counts for an hour, and waits as long as the owner lives.
    package mutating func takeOver(at now: Timestamp) { wishEndsAt = now + timing.wishedFor }

    /// To be called every few seconds, and in any case more often than `ClaimTiming.tickedWithin`.
    ///
    /// - Returns: the call that is to be made now, if any.
    package mutating func tick(at now: Timestamp) -> ClaimCall? {
        note(now)
        if let pending {
            guard now - pending.begunAt >= timing.callsEndWithin else { return nil }
            giveUp(pending)
        }
        if let end = wishEndsAt, now >= end { wishEndsAt = nil }
        guard let action = next(at: now) else { return nil }
        calls += 1
        let call = ClaimCall(number: calls, action: action, begunAt: now)
        if case .write(let claim, let over) = action { attempts = (attempts + [Attempt(claim: claim, over: over)]).suffix(Self.attemptsMax) }
        pending = call
        lastCallAt = now
        isRetrying = false
        return call
    }

    /// What came of a call. One that was given up is not heard: what it did is seen by reading.
    package mutating func take(_ answer: ClaimAnswer, of number: Int, at now: Timestamp) {
        note(now)
        guard let call = pending, call.number == number else { return }
        guard now - call.begunAt < timing.callsEndWithin else { return giveUp(call) }
        pending = nil
        switch (call.action, answer) {
        case (.read, .found(let held)): see(held, begunAt: call.begunAt, at: now)
        case (.write(let claim, _), .wrote(let version)): see(HeldClaim(claim, version), begunAt: call.begunAt, at: now)
        case (.write(let claim, _), .conflict):
            attempts.removeAll { $0.claim == claim }
            seen = .nothing
            forget()
        default:
            giveUp(call)
            isRetrying = true
        }
    }
}

// MARK: - Calls

extension ClaimKeeper {
    private func next(at now: Timestamp) -> ClaimCall.Action? {
        let idle = lastCallAt.map { now - $0 }
        func isDue(_ interval: Duration) -> Bool { idle.map { $0 >= interval } ?? true }
        guard !isRetrying || isDue(timing.retriedAfter) else { return nil }
        switch seen {
        case .nothing: return .read
        case .nobody: return write(over: nil, at: now)
        case .earlier(let version): return write(over: version, at: now)
        case .others(let version):
            if wishEndsAt != nil, let watched, now - watched.since >= timing.takenOverAfter { return write(over: version, at: now) }
        case .ours:
            if let own, own.writtenAt.map({ now - $0 >= timing.rewrittenEvery }) ?? true { return write(over: own.version, at: now) }
        }
        return isDue(timing.readEvery) ? .read : nil
    }

    private func write(over version: ClaimVersion?, at now: Timestamp) -> ClaimCall.Action {
        .write(Claim(ledger: ledger, machine: machine, run: run, writtenAt: now), ifVersion: version)
    }

    /// After a write whose effect is not known the store is looked at before it is written to again.
    private mutating func giveUp(_ call: ClaimCall) {
        pending = nil
        if case .write = call.action { seen = .nothing }
    }

    /// That the claim is ours has to be seen again.
    private mutating func forget() {
        switch standing {
        case .ours, .settling: standing = .unknown
        case .none, .foreign, .unknown: break
        }
    }

    /// What was confirmed, and what is waited for, are worth nothing once the clock was set.
    private mutating func note(_ now: Timestamp) {
        defer { lastTime = now }
        guard let last = lastTime, now < last || now - last > timing.tickedWithin else { return }
        if let pending { giveUp(pending) }
        lastCallAt = nil
        own?.since = now
        own?.writtenAt = nil
        forget()
        watched?.since = now
        if wishEndsAt != nil { wishEndsAt = now + timing.wishedFor }
    }
}

// MARK: - What is seen

extension ClaimKeeper {
    private mutating func see(_ held: HeldClaim?, begunAt: Timestamp, at now: Timestamp) {
        let mine = held.flatMap { held in attempts.first { $0.claim == held.claim } }
        let before = own?.version
        // What would have written over another version can take effect no more.
        attempts.removeAll { $0.over != held?.version }
        guard let held else {
            own = nil
            seen = .nobody
            standing = .unknown
            return
        }
        if held.version == before {
            confirm(begunAt, at: now)
        } else if held.claim.run == run, isOurs(held.claim) {
            let isHeldOn = before != nil && mine?.over == before
            own = Own(version: held.version, writtenAt: held.claim.writtenAt, since: isHeldOn ? own?.since ?? now : now)
            confirm(begunAt, at: now)
        } else if isOurs(held.claim), !hasHeld {
            seen = .earlier(held.version)
            standing = .unknown
        } else {
            lose(to: held, at: now)
        }
    }

    private func isOurs(_ claim: Claim) -> Bool { claim.ledger == ledger && claim.machine == machine }

    private mutating func confirm(_ begunAt: Timestamp, at now: Timestamp) {
        seen = .ours
        hasHeld = true
        wishEndsAt = nil
        let settlesAt = (own?.since ?? now) + timing.settlesAfter
        standing = now >= settlesAt ? .ours(confirmedAt: begunAt) : .settling(until: settlesAt)
    }

    private mutating func lose(to held: HeldClaim, at now: Timestamp) {
        own = nil
        seen = .others(held.version)
        if watched?.version != held.version { watched = (held.version, now) }
        standing = .foreign(held.claim, seenAt: now)
    }
}
