import Fleet

/// One look at work: what it comes to, transition by transition, each applied before the next is thought of.
///
/// First what is seen is noted (members, moves, the successor). Then the step says what is to be done, and that passes, in this order: the gates, the
/// second look, the intent. At most one intent comes of a look, so that nothing is done on a view that an action of ours has just changed.
struct Deliberation {
    private(set) var state: Replacement
    let look: Look
    let refuses: HarmVerdict
    let playbook: Playbook
    private(set) var advance = Advance()

    /// The most steps that one look can complete; more than any order has.
    private static let stepsMax = 16

    /// What a step has to say.
    enum Proposal {
        /// Seen done.
        case done
        /// As `done`, if the gates are open and what it rests on was seen just now.
        case doneIfAllowed
        /// To be done now. `asking`: the members that it takes away. `record`: what is written of a move with it.
        case act(Action, asking: [ServiceMember] = [], record: MemberMove? = nil)
        /// Something is on its way: the deadline goes on.
        case wait(String)
        /// It cannot be seen: as `wait`, but while a gate is shut, for it is seldom one thing that cannot be seen, the deadline stands still.
        case unknown(String)
        /// It cannot be said what the node is: its deadline stands still, and in the end it is for a person. A gate that is shut comes first.
        case undecided
        case park(ParkReason, String)
        case reorder(Order, to: Step, String)
        case lose(InstanceID, String)
        /// What was seen begins the attempt anew, as often as the step may be tried again.
        case again(String)
        case cancel(String)
    }

    init(_ state: Replacement, look: Look, refuses: @escaping HarmVerdict, playbook: Playbook) {
        self.state = state
        self.look = look
        self.refuses = refuses
        self.playbook = playbook
    }

    /// Whether the transition changed anything.
    @discardableResult mutating func note(_ transition: Transition) -> Bool {
        let before = state
        state.apply(transition, at: look.now)
        guard state != before else { return false }
        advance.transitions.append(transition)
        return true
    }

    mutating func run() {
        guard state.isOpen else { return }
        observe()
        if state.isParked { return lookAfterParked() }
        if state.cancelling != nil { return undo() }
        for _ in 0..<Self.stepsMax {
            let (order, step) = (state.order, state.step)
            observeSuccessor()
            settle(changeOfOrder() ?? proposal())
            guard state.isOpen, !state.isParked, state.cancelling == nil, (state.order, state.step) != (order, step) else { break }
        }
        if state.cancelling != nil, state.isOpen, !state.isParked { undo() }
    }

    func proposal() -> Proposal {
        switch state.step {
        case .validate: validate()
        case .cordon: cordon()
        case .move: move()
        case .restartAgent: restartAgent()
        case .stopHost: stopHost()
        case .drain: drain()
        case .leave: leave()
        case .terminate: terminate()
        case .gone: gone()
        case .provision: provision()
        case .join: join()
        case .probation: probation()
        }
    }

    private mutating func settle(_ proposal: Proposal) {
        switch proposal {
        case .done: finish()
        case .doneIfAllowed:
            guard allowed(asking: []) else { return }
            finish()
        case .act(let action, let asking, let record): act(action, asking: asking, record: record)
        case .wait(let why):
            note(.goesOn)
            if isOverdue { overdue(why) }
        case .unknown(let what): unknown(what)
        case .undecided: undecided()
        case .park(let reason, let words):
            note(.goesOn)
            note(.parked(reason, words))
        case .reorder(let order, let step, let reason):
            note(.goesOn)
            note(.reordered(order, to: step, reason: reason))
        case .lose(let instance, let reason): lose(instance, reason)
        case .again(let reason): if !tryAgain(reason) { note(.parked(state.step == .provision ? .provisionFailed : .probationFailed, reason)) }
        case .cancel(let reason):
            for transition in state.cancelled(who: "mayfly", reason: reason) { note(transition) }
        }
    }

    private mutating func finish() {
        note(.goesOn)
        guard let next = next(after: state.step) else {
            note(.ended(outcome))
            return
        }
        note(.stepped(to: next))
    }

    private var outcome: Replacement.Outcome {
        Replacement.Outcome(
            kind: .done, reason: "replaced by \(state.successor?.rawValue ?? "nobody")", isSymptomGone: look.isSuccessorFailing.map { !$0 },
            survivedProbation: true)
    }

    /// Nil after the last step of the order.
    private func next(after step: Step) -> Step? {
        let usual = playbook.orders[state.order] ?? []
        var steps = usual
        if let other = playbook.ordersWithoutCordon[state.order] {
            let isBeforeCordon = (usual.firstIndex(of: step) ?? usual.endIndex) < (usual.firstIndex(of: .cordon) ?? 0)
            if isBeforeCordon ? look.isMesosNew == false : isWithoutCordon { steps = other }
        }
        guard let index = steps.firstIndex(of: step) else {
            let done = Set(state.done.map(\.step))
            return steps.first { !done.contains($0) }
        }
        return index + 1 < steps.endIndex ? steps[index + 1] : nil
    }

    /// Whether it is done as below Mesos 1.9, once it is past where that is decided.
    var isWithoutCordon: Bool {
        playbook.ordersWithoutCordon[state.order] != nil && !state.hasCordoned && state.step != .cordon
    }

    // Acting

    private mutating func act(_ action: Action, asking: [ServiceMember], record: MemberMove?) {
        if action.isHarmful {
            guard allowed(asking: taken(by: action) ?? asking.map { .member($0) }) else { return }
            if let what = unseen {
                if isOverdue { overdue("it is not known \(what)") }
                return
            }
        } else {
            note(.goesOn)
        }
        if isOverdue, overdue("\(lastWords)") { return }
        if let record { note(.moved(record)) }
        note(.intended(Intent(number: state.nextIntent, step: state.step, attempt: state.attempt, action: action, at: look.now)))
    }

    /// The one instance that a call of Marathon's ends.
    private func taken(by action: Action) -> [Taken]? { if case .moveInstance(let instance) = action { [.instance(of: instance.app)] } else { nil } }

    /// Gates first, for they cost nothing; then the second look, after which the gates are asked again.
    private mutating func allowed(asking taken: [Taken]) -> Bool {
        let shut = taken.isEmpty ? refuses(state.step, nil) : taken.flatMap { refuses(state.step, $0) }
        guard shut.isEmpty else {
            note(.waits(Set(shut).sorted()))
            if hasMissedItsTurn {
                for transition in state.cancelled(who: "mayfly", reason: "it was not its turn within \(playbook.turnWithin.text)") { note(transition) }
            }
            return false
        }
        let old = tooOld(taken.compactMap { if case .member(let member) = $0 { member } else { nil } })
        guard old.isEmpty else {
            note(.goesOn)
            advance.looks = old
            if isOverdue { overdue("what it rests on could not be read again: \(old.map { "\($0)" }.joined(separator: ", "))") }
            return false
        }
        note(.goesOn)
        return true
    }

    /// Whether one that has begun ahead, and has only kept its node from offers so far, has waited for long enough.
    private var hasMissedItsTurn: Bool {
        guard look.isAhead, state.step == .move, state.isWaitingForTurn, case .waiting(_, let since) = state.standing else { return false }
        return look.now - max(since, look.watchedSince ?? since) > playbook.turnWithin
    }

    /// What must be known before anything harmful, and is not.
    var unseen: String? {
        if look.membersLeft == nil { return "who lives on it" }
        if look.isAgentListed == nil { return "whether Mesos lists its agent" }
        if !state.isTerminated, look.registeredHere == nil { return "which brokers on it are registered" }
        let isLiving = state.order == .living || state.order == .launchFirst
        if isLiving, !state.hasAskedToLeave, look.tasksLeft == nil { return "which tasks are left on it" }
        let staying = Set(state.moves.filter { !$0.isDone }.map(\.member.service) + (look.membersLeft ?? []).map(\.service))
        let unread = staying.filter { look.services[$0]?.isFresh != true || look.services[$0]?.readAt == nil }.min()
        return unread.map { "what the scheduler of \($0) says" }
    }

    /// What a harmful call of the step rests on and was read too long ago. Sorted.
    private func tooOld(_ members: [ServiceMember]) -> [Action.Scope] {
        guard let second = playbook.secondLooks[state.step] else { return [] }
        var scopes: Set<Action.Scope> = []
        for kind in second.scopes {
            switch kind {
            case .mesos: scopes.insert(.mesos)
            case .ec2: scopes.insert(.ec2)
            case .services: for service in services(of: members) { scopes.insert(.service(service)) }
            case .marathon: if look.readAt[.marathon] != nil { scopes.insert(.marathon) }
            }
        }
        return scopes.filter { scope in
            guard let readAt = look.readAt[scope] else { return true }
            let age = look.now - readAt
            return age < .zero || age > second.within
        }.sorted()
    }

    /// In `move` that of the member, else those of all that live on the node or have gone from it.
    private func services(of members: [ServiceMember]) -> Set<ServiceName> {
        if state.step == .move { return Set(members.map(\.service)) }
        return Set((state.moves.map(\.member) + (look.membersLeft ?? [])).map(\.service))
    }

    // Deadlines

    /// For how long the attempt has gone on, without what it waited for gates, and without what nobody saw.
    private var elapsed: Duration {
        var since = state.attemptSince + state.waitedFor
        if let watched = look.watchedSince {
            // Both can be so, one after the other: a program that is back, and for which a gate is shut until it has seen everything again.
            let waited = state.lastWait.map { max(.zero, $0.until - max($0.since, watched)) } ?? .zero
            since = max(since, watched + waited)
        }
        if case .waiting(_, let waiting) = state.standing { return waiting - since }
        return look.now - since
    }

    var isOverdue: Bool {
        // Each move has deadlines of its own, and a shut window keeps nobody from looking on.
        guard state.step != .move, state.step != .probation, let deadline = playbook.deadlines[state.step] else { return false }
        return elapsed > deadline
    }

    /// Whether the present attempt has lasted longer.
    func hasLasted(_ duration: Duration?) -> Bool { duration.map { elapsed > $0 } ?? false }

    @discardableResult private mutating func overdue(_ why: String) -> Bool {
        let words = "not within \(playbook.deadlines[state.step]?.text ?? "its time"): \(why)"
        switch state.step {
        case .validate: for transition in state.cancelled(who: "mayfly", reason: words) { note(transition) }
        case .restartAgent: finish()
        case .provision, .join: if !tryAgain(words) { note(.parked(state.step == .provision ? .provisionFailed : .joinFailed, words)) }
        case .cordon: note(.parked(.cordonFailed, words))
        case .drain: note(.parked(.drainStuck, words))
        case .stopHost, .leave, .gone: note(.parked(.leaveFailed, words))
        case .terminate: note(.parked(.terminateFailed, words))
        case .move: note(.parked(.memberNotPlaced, words))
        case .probation: note(.parked(.probationFailed, words))
        }
        return true
    }

    private mutating func tryAgain(_ reason: String) -> Bool {
        guard state.attempt <= playbook.retries[state.step] ?? 0 else { return false }
        return note(.retried(attempt: state.attempt + 1, reason: reason))
    }

    private mutating func unknown(_ what: String) {
        let shut = refuses(state.step, nil)
        if !shut.isEmpty {
            note(.waits(Set(shut).sorted()))
            return
        }
        note(.goesOn)
        if isOverdue { overdue("it is not known \(what)") }
    }

    /// What was launched or adopted is no more: once more, then for a person.
    private mutating func lose(_ instance: InstanceID, _ reason: String) {
        let isProvisioning = state.step == .provision
        note(.successorLost(instance))
        if state.lostSuccessors.count > playbook.retries[state.step] ?? 0 {
            note(.parked(isProvisioning ? .provisionFailed : .joinFailed, reason))
        } else if isProvisioning || !playbook.goesBack.contains(.provision) {
            note(.retried(attempt: state.attempt + 1, reason: reason))
        } else {
            note(.reordered(state.order, to: .provision, reason: reason))
        }
    }

    private mutating func undecided() {
        let shut = refuses(state.step, nil)
        if !shut.isEmpty {
            note(.waits(Set(shut).sorted()))
            return
        }
        note(.waits([Replacement.vitalWait]))
        guard case .waiting(_, let since) = state.standing, look.now - max(since, look.watchedSince ?? since) > playbook.undecidedFor else { return }
        note(.goesOn)
        note(.parked(.undecided, look.vitalReason))
    }

    /// What the last call of this attempt was told, for people.
    private var lastWords: String {
        switch state.intents.last(where: { state.isOfThisAttempt($0) })?.answer?.outcome {
        case .refused(let words)?: "refused: \(words)"
        case .unanswered(let words)?: "no answer: \(words)"
        case .accepted?, .launched?: "accepted, without effect"
        case nil: "nothing was heard"
        }
    }
}
