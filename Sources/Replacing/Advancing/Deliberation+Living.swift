import Fleet

/// The steps on a node that lives.
extension Deliberation {
    func validate() -> Proposal {
        guard state.instance != nil else { return .cancel("no instance of it is known") }
        if let stranger { return .cancel(stranger) }
        // What it was wanted for went with the machine; its members are to be looked after all the same.
        if state.order != .departed {
            guard let isStillWanted = look.isStillWanted else { return .unknown("whether it is still wanted") }
            if !isStillWanted { return .cancel("it is no longer wanted") }
        }
        guard look.membersLeft != nil || state.order == .departed else { return .unknown("who lives on it") }
        if state.order == .living || state.order == .launchFirst {
            guard let isNew = look.isMesosNew else { return .unknown("which Mesos it is") }
            if !isNew, let words = cannotMoveAfterLeave { return .park(.cannotCordon, words) }
        }
        return .doneIfAllowed
    }

    /// Why a node with members cannot be done where Mesos cannot keep it from offers; nil when it can, or none lives on it.
    private var cannotMoveAfterLeave: String? {
        guard let members = look.membersLeft, !members.isEmpty else { return nil }
        let services = Set(members.map(\.service))
        guard services.count == members.count else { return "Mesos cannot keep it from offers, and it has several members of one service" }
        return look.canMoveAfterLeave == true ? nil : "Mesos cannot keep it from offers, and it is not known that its members can be moved without"
    }

    func cordon() -> Proposal {
        if let stranger { return .park(.identityChanged, stranger) }
        guard let agent = state.agent else { return .park(.cordonFailed, "it has no agent") }
        guard let isCordoned else { return .unknown("what Mesos says of it") }
        // One that somebody else has left deactivated is asked for again, so that it has an owner who undoes it.
        if isCordoned, state.isCordonedByUs { return .done }
        if look.isStillWanted == false, !state.isCordonedByUs { return .cancel("it is no longer wanted") }
        return call(.deactivate(agent))
    }

    func drain() -> Proposal {
        if let stranger { return .park(.identityChanged, stranger) }
        if isWithoutCordon { return drainHost() }
        if let back = backToMembers() { return back }
        guard let agent = state.agent else { return .park(.drainStuck, "it has no agent") }
        guard let isCordoned else { return .unknown("what Mesos says of it") }
        if !isCordoned, playbook.goesBack.contains(.cordon) { return .reorder(state.order, to: .cordon, "it takes offers again") }
        if let before = beforeDrain() { return before }
        guard let tasks = look.tasksLeft else { return .unknown("which tasks are left on it") }
        if tasks == 0 { return .done }
        if let spread = spread() { return spread }
        if mesosState == .deactivated { return call(.drain(agent)) }
        return .wait("\(tasks) tasks are left on it")
    }

    /// Instances of apps that could not all go at once go one at a time first, those of different apps side by side; nil when there are none. Where the drain
    /// has begun they are going already.
    private func spread() -> Proposal? {
        guard mesosState == .deactivated else { return nil }
        guard let crowding = look.crowding else { return .unknown("which apps run on it") }
        let calls = crowding.map { (instance: $0, call: call(.moveInstance($0))) }
        let due = calls.filter { if case .act = $0.call { true } else { false } }
        return (due.first { refuses(state.step, .instance(of: $0.instance.app)).isEmpty } ?? due.first ?? calls.first)?.call
    }

    /// Where Mesos has no drain: what is left when the commands have run is for those who leave to end.
    private func drainHost() -> Proposal {
        if let before = beforeDrain() { return before }
        if let tasks = look.tasksLeft, tasks == 0 { return .done }
        let drain = Action.drainHost(state.node)
        return wasAccepted(drain) ? .done : call(drain)
    }

    private func beforeDrain() -> Proposal? {
        let hook = Action.beforeDrain(state.node)
        if look.hooks.contains(.beforeDrain), !wasAccepted(hook) { return call(hook) }
        switch look.isDetached {
        case true?: return nil
        case false?: return state.instance.map { call(.detach($0)) }
        case nil: return .unknown("whether a load balancer leads to it")
        }
    }

    /// Back to the members when one is on the node; nil when it is known that none is.
    func backToMembers() -> Proposal? {
        guard playbook.goesBack.contains(.move) else { return nil }
        guard let members = look.membersLeft else { return .unknown("who lives on it") }
        guard let registered = look.registeredHere else { return .unknown("which brokers on it are registered") }
        if !members.isEmpty || state.moves.contains(where: { !$0.isDone }) {
            return .reorder(state.order, to: .move, "members are left on it")
        }
        return registered.isEmpty ? nil : .wait("registered with its cluster: \(registered[0])")
    }

    func leave() -> Proposal {
        guard let isListed = look.isAgentListed else { return .unknown("whether Mesos lists its agent") }
        if !isListed { return .done }
        if let stranger { return .park(.identityChanged, stranger) }
        let leave = Action.leave(state.node)
        if isWithoutCordon {
            let staying = state.moves.filter { !$0.isDone }
            return lastCopyProposal(staying, evenIfOthersAreBehind: false) ?? call(leave, asking: staying.map(\.member))
        }
        if let back = backToMembers() { return back }
        if !state.hasAskedToLeave, playbook.goesBack.contains(.drain) {
            guard let tasks = look.tasksLeft else { return .unknown("which tasks are left on it") }
            if tasks > 0 || isCordoned == false { return .reorder(state.order, to: .drain, "\(tasks) tasks are left on it") }
        }
        return call(leave)
    }
}
