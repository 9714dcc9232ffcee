import Fleet

/// The steps that end a machine.
extension Deliberation {
    /// One restart that went through; then it is waited for.
    func restartAgent() -> Proposal {
        if let stranger { return .park(.identityChanged, stranger) }
        let restart = Action.restartAgent(state.node)
        return wasAccepted(restart) ? .wait("its agent was started again, and is not back") : call(restart)
    }

    func stopHost() -> Proposal {
        if let stranger { return .park(.identityChanged, stranger) }
        let stop = Action.stopHost(state.node)
        let staying = state.moves.filter { !$0.isDone }
        if wasAccepted(stop) { return fenced ?? .done }
        if let lost = lastCopyProposal(staying, evenIfOthersAreBehind: false) { return lost }
        if staying.contains(where: { !lastCopies(of: $0, evenIfOthersAreBehind: true).isEmpty }) { return .wait("the others are behind one of its members") }
        return call(stop, asking: staying.map(\.member))
    }

    /// What keeps a stopped host from counting as dead: nil when nothing of it is seen.
    private var fenced: Proposal? {
        guard let registered = look.registeredHere else { return .unknown("which brokers on it are registered") }
        if let first = registered.first { return .wait("still registered with its cluster: \(first)") }
        guard let isListed = look.isAgentListed else { return .unknown("whether Mesos lists its agent") }
        return isListed ? .wait("Mesos still lists its agent") : nil
    }

    func terminate() -> Proposal {
        guard let isGone = isInstanceGone else { return .unknown("what EC2 says of its instance") }
        if isGone { return .done }
        if let stranger { return .park(.identityChanged, stranger) }
        guard let instance = state.instance else { return .park(.terminateFailed, "no instance of it is known") }
        if look.facts?[.ec2State] == .text(Instance.State.shuttingDown.rawValue) { return .wait("its instance is shutting down") }
        let staying = state.moves.filter { !$0.isDone }
        if let notYet = mayNotTerminate(staying) { return notYet }
        if let console = keepConsole(instance) { return console }
        let asking = state.order == .living || state.order == .launchFirst ? [] : staying.map(\.member)
        return isByTerraform ? replaceByTerraform(asking: asking) : call(termination(of: instance), asking: asking)
    }

    private func mayNotTerminate(_ staying: [MemberMove]) -> Proposal? {
        switch state.order {
        case .living, .launchFirst:
            guard let isListed = look.isAgentListed else { return .unknown("whether Mesos lists its agent") }
            if isListed, playbook.goesBack.contains(.leave) { return .reorder(state.order, to: .leave, "its agent is back") }
            if let back = backToMembers() { return back }
            guard let tasks = look.tasksLeft else { return .unknown("which tasks are left on it") }
            return tasks == 0 ? nil : .wait("\(tasks) tasks are left on it")
        case .stray:
            let isStopped = state.intents.contains { $0.action == .stopHost(state.node) && $0.answer?.outcome == .accepted }
            if !isStopped, playbook.goesBack.contains(.stopHost) { return .reorder(.stray, to: .stopHost, "its host was not stopped") }
            return fenced ?? lastCopyProposal(staying, evenIfOthersAreBehind: true)
        case .dead:
            guard look.vital == .dead else { return .undecided }
            guard look.membersLeft != nil else { return .unknown("who lives on it") }
            return lastCopyProposal(staying, evenIfOthersAreBehind: true)
        case .departed: return .wait("its instance is being terminated")
        }
    }

    /// What it said last is kept; a machine that cannot be asked is not waited for.
    private func keepConsole(_ instance: InstanceID) -> Proposal? {
        let keep = Action.keepConsole(instance)
        guard let last = state.intents.last(where: { $0.action == keep }) else { return .act(keep) }
        if last.answer == nil, look.now - last.at < playbook.pauses.silent { return .wait("its console output is being read") }
        return nil
    }

    private func termination(of instance: InstanceID) -> Action {
        guard case .group(let group)? = look.pool?.provision else { return .terminate(instance, group: nil) }
        let isOnTop = state.hasAsked { if case .launch = $0 { true } else { false } } && state.successor != nil
        return isOnTop ? .retire(instance, group: group) : .terminate(instance, group: group)
    }

    /// Tells Mesos, and through it the schedulers, that the machine does not come back; not before that is so.
    func gone() -> Proposal {
        guard let isGone = isInstanceGone else { return .unknown("what EC2 says of its instance") }
        if !isGone { return .wait("its instance is not terminated yet") }
        guard let agent = state.agent else { return .done }
        guard let isListed = look.isAgentListed else { return .unknown("whether Mesos lists its agent") }
        let gone = Action.markGone(agent)
        let refusals = state.intents.count { $0.action == gone && $0.at >= state.stepSince && $0.wasRefused }
        // Mesos refuses what it does not know any more, and before 1.5 it knows no such call: the members are moved without it.
        if !isListed, wasAccepted(gone) || refusals >= (hasLeft ? 1 : Self.refusalsOfGone) { return .done }
        return call(gone, asking: state.moves.filter { !$0.isDone }.map(\.member))
    }

    /// Whether the agent was asked to leave, and that went through: an agent that has left is not known any more. One that was lost at that moment, or came
    /// back and was lost, is in no list either, and Mesos waits for it.
    private var hasLeft: Bool { state.intents.last { $0.action == .leave(state.node) }?.answer?.outcome == .accepted }

    /// After how many refusals an agent that is not listed is taken to be gone.
    private static let refusalsOfGone = 3
}
