import Fleet

extension Deliberation {
    /// Whether EC2 says that the instance is no more; nil where it cannot be said.
    var isInstanceGone: Bool? {
        // Of one that EC2 lists no more, without having said that it ends, nobody knows.
        guard let facts = look.facts else { return look.readAt[.ec2] == nil || look.vital == .undecided ? nil : true }
        switch facts[.ec2State] {
        case .text(Instance.State.terminated.rawValue): return true
        case .unknown: return nil
        case .text, .integer, .none: return false
        }
    }

    var mesosState: MesosState? { if case .text(let text)? = look.facts?[.mesosState] { MesosState(rawValue: text) } else { nil } }
    /// Whether the agent is out of the offers. Nil: not known.
    var isCordoned: Bool? { mesosState.map { [.deactivated, .draining, .drained].contains($0) } }

    /// The node is looked at before each step: another order, if it is not any more what the present one is for. Nil: the order holds.
    ///
    /// What we have done to it ourselves is no reason: once the agent was asked to leave it is lost to Mesos. That the instance was asked to be
    /// terminated is no reason to look away: the call may have come to nothing, and a node that lives after all is not ended as a dead one.
    func changeOfOrder() -> Proposal? {
        if state.isTerminated, state.order != .departed || state.step != .validate { return nil }
        switch (state.order, look.vital) {
        case (.living, .living), (.launchFirst, .living), (.dead, .dead), (.stray, .stray), (.departed, .departed): return nil
        case (_, .departed) where state.hasAskedToTerminate: return nil
        case (_, .departed): return .reorder(.departed, to: state.step == .validate ? .validate : .gone, look.vitalReason)
        case (.living, _) where isGoneByUs, (.launchFirst, _) where isGoneByUs: return nil
        case (.stray, .undecided) where isStoppedByUs: return nil
        case (_, .undecided): return state.step == .validate ? .unknown("what it is: \(look.vitalReason)") : .undecided
        case (_, .dead): return .reorder(.dead, to: state.step == .validate ? .validate : .terminate, look.vitalReason)
        case (_, .stray): return .reorder(.stray, to: state.step == .validate ? .validate : .restartAgent, look.vitalReason)
        case (_, .living): return .reorder(look.pool?.isLaunchFirst == true ? .launchFirst : .living, to: .validate, look.vitalReason)
        }
    }

    private var isGoneByUs: Bool { state.hasAskedToLeave && [.leave, .move, .terminate].contains(state.step) }
    private var isStoppedByUs: Bool {
        [.stopHost, .terminate].contains(state.step) && state.hasAsked { if case .stopHost = $0 { true } else { false } }
    }

    /// Why the machine is another than the one that was decided for; nil when it is the same, as far as is known.
    var stranger: String? {
        if case .text(let instance)? = look.facts?[.instanceID], let mine = state.instance, instance != mine.rawValue {
            return "its instance is \(instance), not \(mine)"
        }
        if let agent = look.agent, agent != state.agent { return "its agent is \(agent), not \(state.agent?.rawValue ?? "none")" }
        return nil
    }

    // Calls

    /// Proposes a call, unless it was made so lately that its effect may still come.
    func call(_ action: Action, asking members: [ServiceMember] = [], record: MemberMove? = nil) -> Proposal {
        let calls = state.intents.filter { state.isOfThisAttempt($0) && $0.action == action }
        guard let last = calls.last else { return .act(action, asking: members, record: record) }
        let refusals = calls.count(where: \.wasRefused)
        let since = last.answer?.at ?? last.at
        guard look.now - since < pause(after: last, refusals: refusals) else { return .act(action, asking: members, record: record) }
        switch last.answer?.outcome {
        case nil: return .wait("nothing was heard of the call")
        case .accepted?, .launched?: return .wait("the call was accepted, and shows no effect")
        case .refused(let words)?: return .wait("the call was refused: \(words)")
        case .unanswered(let words)?: return .wait("the call was not answered: \(words)")
        }
    }

    func pause(after intent: Intent, refusals: Int) -> Duration {
        switch intent.answer?.outcome {
        case nil: return playbook.pauses.silent
        case .unanswered?: return playbook.pauses.unanswered
        case .accepted?, .launched?: return playbook.pauses.accepted
        case .refused?:
            // Doubled at most sixteen times: far above what the most may be.
            let factor = 1 << min(max(refusals - 1, 0), 16)
            return min(playbook.pauses.refused * factor, playbook.pauses.refusedMax)
        }
    }

    /// Whether the call was ever answered with a yes since the step began.
    func wasAccepted(_ action: Action) -> Bool {
        state.intents.contains { $0.action == action && $0.at >= state.stepSince && ($0.answer?.outcome == .accepted) }
    }

    /// Partitions that would be lost with the member's disk, unless somebody has said that they may be. Sorted.
    ///
    /// - Parameter isAlone: also those of which others have a copy that is behind.
    func lastCopies(of move: MemberMove, evenIfOthersAreBehind isAlone: Bool) -> [String] {
        guard let broker = move.broker ?? places(of: move.member).lazy.compactMap(\.broker).first,
            let partitions = look.services[move.member.service]?.partitions
        else { return [] }
        return partitions.filter { partition in
            !partition.isExpendable && partition.inSync == [broker] && (isAlone || (partition.baseline ?? [broker]).allSatisfy { $0 == broker })
        }.map(\.id)
    }

    func lastCopyProposal(_ moves: [MemberMove], evenIfOthersAreBehind isAlone: Bool) -> Proposal? {
        for move in moves {
            let lost = lastCopies(of: move, evenIfOthersAreBehind: isAlone)
            guard let first = lost.first else { continue }
            return .park(.lastCopy, "\(move.member) has the last copy of \(lost.count == 1 ? first : "\(lost.count) partitions, \(first) among them")")
        }
        return nil
    }
}
