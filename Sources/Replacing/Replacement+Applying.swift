package import Fleet

extension Replacement {
    /// The most intents that are kept. A replacement comes to some thirty; of one that repeats a call for days the older of the same go first.
    static let intentsMax = 100

    /// What it is after a transition. A transition that does not fit what it is, an event of an attempt that is over, changes nothing.
    ///
    /// The only way in which it changes, so that what is stored comes to the same.
    package mutating func apply(_ transition: Transition, at now: Timestamp) {
        guard isOpen else { return }
        switch transition {
        case .began: break
        case .stepped(let next): if !isParked { step(to: next, at: now) }
        case .reordered(let order, let next, _): if !isParked { reorder(order, to: next, at: now) }
        case .retried(let number, _): if !isParked, number == attempt + 1 { begin(attempt: number, at: now) }
        case .intended(let intent): note(intent)
        case .answered(let number, let answer): note(answer, of: number)
        case .membersSeen(let seen): note(seen)
        case .moved(let move): if let index = moves.firstIndex(where: { $0.member == move.member }) { moves[index] = move }
        case .entrancesSeen(let seen): entrances = seen.sorted()
        case .waits(let gates): wait(for: gates, at: now)
        case .goesOn: goOn(at: now)
        case .parked(let reason, let words):
            if !isParked { standing = .parked(reason, words, since: now) }
            if reason == .probationFailed { probationFailedAt = now }
        case .unparked: if isParked { begin(attempt: attempt + 1, at: now) }
        case .successorSeen(let instance, let image):
            if successor == nil, !lostSuccessors.contains(instance) { (successor, successorImage) = (instance, image) }
        case .successorJoined(let agent): if successor != nil { (successorAgent, successorAgentSince) = (agent, now) }
        case .successorLost(let instance): lose(instance)
        case .cancelling(let who, let reason): cancel(who: who, reason: reason, at: now)
        case .ended(let outcome):
            // The step that it ended with is done only where all is.
            if outcome.kind == .done { done.append(Lap(step: step, took: now - stepSince, attempts: attempt)) }
            self.outcome = outcome
            standing = .ended(at: now)
        }
    }

    /// A replacement as its transitions make it; nil when they do not begin with its beginning.
    package init?(replaying entries: [TransitionEntry]) {
        guard let first = entries.first, case .began(var replacement) = first.transition else { return nil }
        for entry in entries.dropFirst() { replacement.apply(entry.transition, at: entry.at) }
        self = replacement
    }

    private mutating func step(to next: Step, at now: Timestamp) {
        guard next != step else { return }
        done.append(Lap(step: step, took: now - stepSince, attempts: attempt))
        step = next
        stepSince = now
        begin(attempt: 1, at: now)
    }

    private mutating func reorder(_ order: Order, to next: Step, at now: Timestamp) {
        guard order != self.order || next != step else { return }
        self.order = order
        step = next
        stepSince = now
        begin(attempt: 1, at: now)
    }

    private mutating func begin(attempt number: Int, at now: Timestamp) {
        attempt = number
        attemptSince = now
        waitedFor = .zero
        lastWait = nil
        standing = .running
    }

    private mutating func note(_ intent: Intent) {
        guard intent.number == nextIntent, intent.step == step, intent.attempt == attempt else { return }
        intents.append(intent)
        guard intents.count > Self.intentsMax else { return }
        let repeated = intents.indices.first { index in intents[(index + 1)...].contains { $0.action == intents[index].action } }
        intents.remove(at: repeated ?? 0)
    }

    private mutating func note(_ answer: Intent.Answer, of number: Int) {
        guard let index = intents.lastIndex(where: { $0.number == number }), isOfThisAttempt(intents[index]), intents[index].answer == nil else { return }
        intents[index].answer = answer
    }

    private mutating func note(_ seen: [MemberMove]) {
        let known = Set(moves.map(\.member))
        moves = (moves + seen.filter { !known.contains($0.member) }).sorted { $0.member < $1.member }
    }

    /// The time for which it waits goes on when the gates change, but begins anew when the node becomes undecided or is so no more.
    private mutating func wait(for gates: [String], at now: Timestamp) {
        switch standing {
        case .running: standing = .waiting(gates, since: now)
        case .waiting(let before, let since):
            guard before != gates else { return }
            if before.contains(Self.vitalWait) == gates.contains(Self.vitalWait) {
                standing = .waiting(gates, since: since)
            } else {
                noteWait(since: since, until: now)
                standing = .waiting(gates, since: now)
            }
        case .parked, .ended: break
        }
    }

    private mutating func goOn(at now: Timestamp) {
        guard case .waiting(_, let since) = standing else { return }
        noteWait(since: since, until: now)
        standing = .running
    }

    private mutating func noteWait(since: Timestamp, until now: Timestamp) {
        waitedFor += now - since
        let goesOn = lastWait.flatMap { $0.until == since ? $0.since : nil }
        lastWait = Wait(since: goesOn ?? since, until: now)
    }

    private mutating func lose(_ instance: InstanceID) {
        guard successor == instance else { return }
        lostSuccessors.append(instance)
        (successor, successorImage) = (nil, nil)
        (successorAgent, successorAgentSince) = (nil, nil)
    }

    private mutating func cancel(who: String, reason: String, at now: Timestamp) {
        guard cancelling == nil else { return }
        cancelling = Cancelling(who: who, reason: reason, since: now)
        begin(attempt: attempt + 1, at: now)
    }
}

extension Replacement {
    /// What stands in the list of what it waits for while its node is undecided.
    package static let vitalWait = "vital"

    var nextIntent: Int { (intents.last?.number ?? 0) + 1 }

    /// Whether an answer to it still means anything. A step that is begun anew has a later beginning, though its attempts are counted from 1 again.
    func isOfThisAttempt(_ intent: Intent) -> Bool { intent.step == step && intent.attempt == attempt && intent.at >= attemptSince }

    /// Whether something of the kind was ever asked for and not refused; it may have been done.
    func hasAsked(_ matches: (Action) -> Bool) -> Bool { intents.contains { matches($0.action) && !$0.wasRefused } }

    package var hasAskedToTerminate: Bool { hasAsked { $0.isTermination } }
    /// Whether such a call was taken.
    package var isTerminationAccepted: Bool { intents.contains { $0.action.isTermination && $0.answer?.outcome == .accepted } }
    package var hasAskedToLeave: Bool { hasAsked { if case .leave = $0 { true } else { false } } }
    var isTerminated: Bool { done.contains { $0.step == .terminate } || order == .departed }
    /// Whether it, or the one whose place it took, may have taken its node out of load balancers.
    var hasAskedToDetach: Bool { hasTakenOverCordon || hasAsked { if case .detach = $0 { true } else { false } } }
    var hasCordoned: Bool { done.contains { $0.step == .cordon } }

    /// The last intent that has put the agent out of the offers, unless one that puts it back came after it.
    var cordon: Intent? {
        let last = intents.last {
            switch $0.action {
            case .deactivate, .drain, .reactivate: true
            default: false
            }
        }
        if case .reactivate? = last?.action { return nil }
        return last
    }

    /// Whether it may have taken the agent out of the offers, and has not asked for it to be put back.
    package var isCordonedByUs: Bool { cordon != nil || (hasTakenOverCordon && !hasReactivated) }

    /// Whether it, or the one whose place it took, may have asked for anything that ends what runs on the node beside members: all harm but to keep it from
    /// offers and to move a member.
    package var isEmptying: Bool {
        hasTakenOverEmptying ?? hasTakenOverCordon
            || hasAsked {
                switch $0 {
                case .deactivate, .replaceMember: false
                default: $0.isHarmful
                }
            }
    }

    private var hasReactivated: Bool { intents.contains { if case .reactivate = $0.action { true } else { false } } }

    /// The last intent that has stopped something on the host, unless one that starts it again came after it.
    var hostStop: Intent? {
        let last = intents.last {
            switch $0.action {
            case .stopHost, .drainHost, .leave, .startHost: true
            default: false
            }
        }
        if case .startHost? = last?.action { return nil }
        return last
    }
}

extension Intent {
    package var wasRefused: Bool { if case .refused? = answer?.outcome { true } else { false } }
}

extension Action {
    var isTermination: Bool {
        switch self {
        case .terminate, .retire: true
        case .apply(let planned): !planned.isGone
        default: false
        }
    }
}
