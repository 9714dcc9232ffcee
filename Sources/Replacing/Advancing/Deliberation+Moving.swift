import Fleet

/// Moving members: one at a time.
extension Deliberation {
    func move() -> Proposal {
        if let open = state.moves.first(where: \.isOpen) { return goOn(with: open) }
        guard let next = state.moves.first(where: { !$0.isDone }) else { return allMoved() }
        if let notYet = mayNotAsk(next) { return isOverdue(next) ? .park(.memberNotPlaced, "\(next.member): \(notYet.words)") : notYet.proposal }
        if let lost = lastCopyProposal([next], evenIfOthersAreBehind: false) { return lost }
        return isOverdue(next) ? .park(.memberNotPlaced, "\(next.member): what its move rests on could not be read again") : ask(next)
    }

    private func allMoved() -> Proposal {
        guard !isOver else { return .done }
        guard let left = look.membersLeft else { return .unknown("who lives on it") }
        guard let first = left.first else { return .done }
        let words = "\(first) was moved, and is seen here all the same"
        return hasPassed(playbook.deadlines[.move], since: movingSince) ? .park(.memberNotPlaced, words) : .wait(words)
    }

    /// Whether the machine or its agent is no more, so that what was on it is known to be down.
    private var isOver: Bool { ![.living, .launchFirst].contains(state.order) }

    private func goOn(with move: MemberMove) -> Proposal {
        if hasComeBack(move) { return .park(.memberNotPlaced, "\(move.member) came back to this node") }
        if move.placedAt == nil {
            if mayAskAgain(move), !isOverdue(move) { return mayNotAsk(move)?.proposal ?? ask(move) }
            return isOverdue(move) ? notPlaced(move) : .wait("\(move.member) is not placed yet")
        }
        let since = max(move.placedAt ?? look.now, move.progressAt ?? look.now - .seconds(1 << 40), state.attemptSince, look.watchedSince ?? state.attemptSince)
        let behind = move.behind.map { "\($0) partitions behind" } ?? "how far it is is not known"
        if look.now - since > playbook.syncStall { return .park(.memberNotSyncing, "\(move.member): no progress for \(playbook.syncStall.text), \(behind)") }
        return .wait("\(move.member) is not in sync yet: \(behind)")
    }

    private func notPlaced(_ move: MemberMove) -> Proposal {
        .park(.memberNotPlaced, "\(move.member) is not placed elsewhere within \(playbook.deadlines[.move]?.text ?? "its time")")
    }

    /// Whether it is stuck for good, as far as the deadlines say.
    func isStuck(_ move: MemberMove) -> Bool { if case .park = goOn(with: move) { true } else { false } }

    /// Written ahead with what it was, as it is seen now: after a crash that is all there is to tell what has become of it.
    private func ask(_ move: MemberMove) -> Proposal {
        let now = seen(move.member)
        var record = MemberMove(
            member: move.member, task: now.task ?? move.task, agent: now.agent, broker: now.broker ?? move.broker,
            resources: now.resources.isEmpty ? move.resources : now.resources,
            baseline: move.asked > 0 ? move.baseline ?? now.baseline : now.baseline ?? move.baseline,
            askedAt: look.now, asked: move.asked + 1)
        record.behind = nil
        return .act(.replaceMember(move.member, task: record.task, agent: record.agent), asking: [move.member], record: record)
    }

    private func mayNotAsk(_ move: MemberMove) -> (proposal: Proposal, words: String)? {
        func wait(_ words: String) -> (Proposal, String) { (.wait("\(move.member): \(words)"), words) }
        func unknown(_ what: String) -> (Proposal, String) { (.unknown(what), "it is not known \(what)") }
        if !isOver, let stranger, !state.hasAskedToLeave { return (.park(.identityChanged, stranger), stranger) }
        if move.member.member == ServiceMember.unnamed { return wait("something of it lies here, and nobody says for which member") }
        guard let service = look.services[move.member.service], service.isFresh, service.readAt != nil else { return unknown("what its scheduler says") }
        if service.settings.policy != .guarded { return wait("nobody knows how to move it") }
        if !isOver, !isWithoutCordon {
            guard let isCordoned else { return unknown("what Mesos says of the node") }
            if !isCordoned, playbook.goesBack.contains(.cordon) {
                return (.reorder(state.order, to: .cordon, "it takes offers again"), "the node takes offers")
            }
        }
        if !newPlaces(of: move).isEmpty { return wait("its scheduler places it by itself") }
        if isOver, mayMoveItself { return wait("its scheduler may place it by itself") }
        return nil
    }

    /// Whether Mesos has been told lately that the agent is gone: newer schedulers then place its members by themselves.
    private var mayMoveItself: Bool {
        let told = state.intents.last { if case .markGone = $0.action { $0.answer?.outcome == .accepted } else { false } }
        return told.map { look.now - $0.at < playbook.pauses.settling } ?? false
    }

    // After an interruption

    /// Whether the last call for it has had no effect for certain, so that it may be made again: not idempotent, it would kill the new one.
    private func mayAskAgain(_ move: MemberMove) -> Bool {
        let calls = state.intents.filter { if case .replaceMember(move.member, _, _) = $0.action { true } else { false } }
        guard let last = calls.last else { return false }
        if !playbook.looksBeforeRepeating { return last.answer?.outcome != .accepted && look.now - last.at >= playbook.pauses.silent }
        switch last.answer?.outcome {
        case .refused?:
            let refusals = calls.count { $0.wasRefused && state.isOfThisAttempt($0) }
            let since = last.answer?.at ?? last.at
            return look.now - since >= pause(after: last, refusals: refusals) && showsNoEffect(move, after: since)
        case .accepted?, .launched?:
            // A person has said: again.
            return last.attempt != state.attempt && showsNoEffect(move, after: last.at + playbook.pauses.settling)
        case .unanswered?, nil:
            return showsNoEffect(move, after: last.at + playbook.pauses.settling)
        }
    }

    /// Whether its scheduler and Mesos show, by looks from after that time, the old task in the old place and no other.
    private func showsNoEffect(_ move: MemberMove, after time: Timestamp) -> Bool {
        guard let service = look.services[move.member.service], service.isFresh, let readAt = service.readAt, readAt >= time else { return false }
        guard let mesosAt = look.readAt[.mesos], mesosAt >= time, newPlaces(of: move).isEmpty else { return false }
        guard let here = place(of: move.member) else { return isOver || state.hasAskedToLeave }
        guard here.task == move.task else { return false }
        // One that runs and was told to go is killed at once, and then its scheduler is busy with it.
        return here.isRunning == true ? service.isQuiet == true : here.isRunning == false
    }

    // Deadlines

    private func hasPassed(_ deadline: Duration?, since: Timestamp) -> Bool { deadline.map { look.now - since > $0 } ?? false }

    /// Since when the present member is the one that is being moved.
    private var movingSince: Timestamp {
        let last = state.moves.compactMap(\.inSyncAt).max() ?? state.attemptSince
        var waited = state.waitedFor
        if case .waiting(_, let since) = state.standing { waited += look.now - since }
        return max(max(state.attemptSince, last) + waited, look.watchedSince ?? state.attemptSince)
    }

    private func isOverdue(_ move: MemberMove) -> Bool {
        let accepted = state.intents.last {
            if case .replaceMember(move.member, _, _) = $0.action { state.isOfThisAttempt($0) && $0.answer?.outcome == .accepted } else { false }
        }
        return hasPassed(playbook.deadlines[.move], since: max(movingSince, accepted?.at ?? movingSince))
    }
}
