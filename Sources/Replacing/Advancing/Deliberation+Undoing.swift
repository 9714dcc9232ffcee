import Fleet

/// Undo: per step, and only while it helps.
extension Deliberation {
    private enum Undoing {
        case nothing
        case act(Action)
        case wait(String)
    }

    /// How long undoing may take before it is for a person. As long as a drain, which has to be over first.
    private static let undoWithin = Duration.seconds(1800)

    /// Ends one that is cancelled, once nothing is left to be undone. A member that is on its way is seen to its place first.
    mutating func undo() {
        guard let cancelling = state.cancelling else { return }
        if state.moves.contains(where: { $0.isOpen && !isStuck($0) }), !state.isTerminated { return }
        switch undoing() {
        case .nothing:
            let survived: Bool? = state.probationFailedAt == nil ? nil : false
            note(.ended(Replacement.Outcome(kind: .cancelled, reason: "\(cancelling.who): \(cancelling.reason)", survivedProbation: survived)))
        case .act(let action):
            guard !hasLasted(Self.undoWithin) else { return giveUpUndoing("asked in vain") }
            intend(action)
        case .wait(let why):
            if hasLasted(Self.undoWithin) { giveUpUndoing(why) }
        }
    }

    private mutating func giveUpUndoing(_ why: String) {
        note(.parked(state.hostStop == nil ? .cordonFailed : .leaveFailed, "cannot be undone: \(why)"))
    }

    private mutating func intend(_ action: Action) {
        note(.intended(Intent(number: state.nextIntent, step: state.step, attempt: state.attempt, action: action, at: look.now)))
    }

    /// One that is parked goes on by itself when what it waited for has happened; an outdated node takes offers again meanwhile, a failing one does not.
    mutating func lookAfterParked() {
        guard case .parked(let reason, _, _) = state.standing, state.cancelling == nil else { return }
        if hasHappened(reason) {
            note(.unparked(who: "mayfly", reason: "what it waited for has happened"))
            return
        }
        guard state.findingClass == .outdated, !state.moves.contains(where: \.isOpen), case .act(let action) = undoing() else { return }
        intend(action)
    }

    private func hasHappened(_ reason: ParkReason) -> Bool {
        let change = changeOfOrder()
        if case .reorder(let order, _, _)? = change, order == .dead || order == .departed {
            return ![.lastCopy, .identityChanged, .cannotCordon].contains(reason)
        }
        switch reason {
        case .undecided: return look.vital != .undecided
        case .memberNotPlaced, .memberNotSyncing:
            guard change == nil, state.step == .move, !state.moves.contains(where: \.isOpen) else { return false }
            switch move() {
            case .done, .act: return true
            case .doneIfAllowed, .wait, .unknown, .undecided, .park, .reorder, .lose, .cancel, .again: return false
            }
        case .drainStuck, .leaveFailed, .terminateFailed:
            guard change == nil else { return false }
            switch proposal() {
            case .done: return true
            // It was parked while its instance was not terminated yet.
            case .act(.markGone(let agent), _, _):
                return unseen == nil && !state.intents.contains { $0.action == .markGone(agent) && $0.at >= state.stepSince }
            case .act, .doneIfAllowed, .wait, .unknown, .undecided, .park, .reorder, .lose, .cancel, .again: return false
            }
        case .cordonFailed, .cannotCordon, .lastCopy, .provisionFailed, .joinFailed, .probationFailed, .identityChanged: return false
        }
    }

    private func undoing() -> Undoing {
        if state.isTerminated || look.vital == .departed { return .nothing }
        // An agent that comes back after all comes back as it was, out of the offers.
        if look.vital == .dead { return state.isCordonedByUs ? .wait("it is dead, and kept from offers if it should come back") : .nothing }
        // What it is now says whether anything came of that, but not at once.
        if let asked = state.intents.last(where: { $0.action.isTermination && !$0.wasRefused }), look.now - asked.at < playbook.pauses.settling {
            return .wait("its instance was asked to be terminated")
        }
        if let host = undoingHost() { return host }
        let cordon = undoingCordon()
        guard case .nothing = cordon else { return cordon }
        return undoingDetachment()
    }

    /// A node that goes on working is put back where it was taken out.
    private func undoingDetachment() -> Undoing {
        let entrances = (state.entrances ?? []).filter(\.isBalanced)
        guard let instance = state.instance, look.vital == .living, state.hasAskedToDetach, !entrances.isEmpty else { return .nothing }
        guard let seen = look.entrances else { return .wait("which load balancers lead to it is not known") }
        return entrances.allSatisfy(seen.contains) ? .nothing : due(.attach(instance, like: instance))
    }

    /// Nil: nothing on the host is stopped by us.
    private func undoingHost() -> Undoing? {
        let start = Action.startHost(state.node)
        if state.hostStop != nil { return due(start) }
        guard let last = state.intents.last(where: { $0.action == start }) else { return nil }
        guard last.answer?.outcome == .accepted else { return due(start) }
        return look.isAgentListed == true ? nil : .wait("its agent was started, and is not back")
    }

    private func undoingCordon() -> Undoing {
        let calls = state.intents.filter {
            switch $0.action {
            case .deactivate, .drain, .reactivate: true
            default: false
            }
        }
        guard let asked = calls.last?.at ?? (state.hasTakenOverCordon ? state.startedAt : nil), let agent = state.agent else { return .nothing }
        guard let seen = mesosState else { return .wait("what Mesos says of it is not known") }
        switch seen {
        case .deactivated, .drained:
            // A master may crash on the reactivation of an agent whose connection is lost.
            let isConnected = look.vital == .living && look.isAgentListed == true && look.facts?[.probe] != .text(ProbeSighting.Answer.silent.rawValue)
            return isConnected ? due(.reactivate(agent)) : .wait("it is not known to be connected, and must not be reactivated")
        case .draining: return .wait("it is still draining")
        // A machine that is down for maintenance is not listed, and comes back as it was.
        case .maintenance where look.isAgentListed != true: return .wait("Mesos does not list it")
        case .active, .inactive, .maintenance:
            guard let readAt = look.readAt[.mesos], readAt >= asked + playbook.pauses.settling else { return .wait("the cordon may still come") }
            return .nothing
        case .absent, .recovered, .never: return .wait("Mesos does not list it")
        }
    }

    private func due(_ action: Action) -> Undoing {
        switch call(action) {
        case .act: .act(action)
        default: .wait("\(action) was asked for")
        }
    }
}
