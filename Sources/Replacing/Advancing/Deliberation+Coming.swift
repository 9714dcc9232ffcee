import Fleet

/// The steps of the fresh machine.
extension Deliberation {
    func provision() -> Proposal {
        if let mine = state.successor {
            guard let seen = successor else {
                // An answer that does not name it is no proof that it is gone; that none does for so long is.
                return hasLasted(playbook.deadlines[.provision]) ? .lose(mine, "\(mine) is not seen any more") : .wait("\(mine) is not seen")
            }
            switch seen.state {
            case .running:
                // Checked again: of one that was launched it is known only now.
                return hasWantedImage(seen) ? .done : .park(.provisionFailed, "\(mine) has image \(seen.image?.rawValue ?? "unknown"), \(wanted) is wanted")
            case .pending, .stopping, .stopped: return .wait("\(mine) is \(seen.state.rawValue)")
            case .shuttingDown, .terminated: return .lose(mine, "\(mine) is \(seen.state.rawValue)")
            }
        }
        if isByTerraform { return createByTerraform() }
        guard isLaunching else {
            let others = look.successors.filter { !hasWantedImage($0) }
            // A group that was made smaller. Its own word may be a little behind what it has just begun.
            if others.isEmpty, look.hasGroupItsAll, hasLasted(Self.groupsDelay) { return .done }
            return .wait(others.isEmpty ? "none has come" : "\(others[0].instance) has image \(others[0].image?.rawValue ?? "unknown"), \(wanted) is wanted")
        }
        guard let pool = state.pool, look.pool?.provision != nil else { return .wait("its pool has no way to be provisioned") }
        return call(.launch(pool, image: state.targetImage ?? look.targetImage, zone: state.zone, token: token))
    }

    private static let groupsDelay = Duration.seconds(120)

    private var wanted: String { (state.targetImage ?? look.targetImage)?.rawValue ?? "none" }

    /// The same until what it has launched is lost: a repeated call finds the first one's instance.
    private var token: String { "mayfly-\(state.id)-\(state.startedAt.milliseconds)-\(state.lostSuccessors.count + 1)" }

    func join() -> Proposal {
        guard let mine = state.successor else {
            if look.hasGroupItsAll { return .done }
            return playbook.goesBack.contains(.provision) ? .reorder(state.order, to: .provision, "it has no successor") : .wait("it has no successor")
        }
        guard let seen = successor else { return .wait("\(mine) is not seen") }
        if [.shuttingDown, .terminated].contains(seen.state) { return .lose(mine, "\(mine) is \(seen.state.rawValue)") }
        guard let agent = seen.agent else { return .wait("no agent has come on \(mine)") }
        if agent == state.agent { return .wait("the agent on \(mine) has the old one's id") }
        if look.hooks.contains(.ready), !wasAccepted(.ready(seen.node)) { return call(.ready(seen.node)) }
        if let unwell = unwell(seen) { return .wait(unwell) }
        guard seen.mesosState == .active, let hasAttributes = seen.hasAttributes else { return .wait("what Mesos says of \(agent) is not known") }
        if !isHealthy(seen) { return .wait("DC/OS does not call \(agent) healthy yet") }
        if !hasAttributes { return .wait("\(agent) does not have the attributes that its pool requires") }
        switch seen.isInService {
        case true?: return .done
        case false?: return state.instance.map { call(.attach(seen.instance, like: $0)) } ?? .done
        case nil: return .wait("whether it is in its load balancers is not known")
        }
    }

    /// Where DC/OS is not asked, its word is not waited for. That it could not reach a node is no word about it.
    private func isHealthy(_ seen: Look.Successor) -> Bool { seen.dcosHealth == nil || seen.dcosHealth == NodeHealth.Health.healthy.rawValue }

    /// Why the fresh node is seen not to be well; nil when it is well, or not known.
    private func unwell(_ seen: Look.Successor) -> String? {
        if ![.running, .pending].contains(seen.state) { return "\(seen.instance) is \(seen.state.rawValue)" }
        if let state = seen.mesosState, state != .active { return "Mesos calls \(seen.instance) \(state.rawValue)" }
        if seen.dcosHealth == NodeHealth.Health.unhealthy.rawValue { return "DC/OS calls \(seen.instance) unhealthy" }
        return nil
    }

    /// Well for the whole time. What is seen unwell once begins again, with a while to become well in; a second time it is for a person.
    func probation() -> Proposal {
        guard let mine = state.successor else { return .done }
        guard let seen = successor else {
            return hasLasted(playbook.deadlines[.probation].map { $0 * 4 })
                ? .park(.probationFailed, "\(mine) is not seen any more") : .wait("\(mine) is not seen")
        }
        let isAgain = state.attempt > 1
        let bake = (playbook.deadlines[.probation] ?? .zero) + (isAgain ? Self.grace : .zero)
        if let unwell = unwell(seen) ?? (look.isSuccessorFailing == true ? "the symptom shows on \(mine)" : nil) {
            if isAgain, !hasLasted(Self.grace) { return .wait(unwell) }
            return .again(unwell)
        }
        guard hasLasted(bake) else { return .wait("\(mine) is on probation") }
        // With another agent than it came with it has begun anew, whatever became of the first one.
        if let since = state.successorAgentSince, look.now - since <= bake { return .wait("\(mine) is on probation, with its agent since \(since)") }
        if seen.mesosState == .active, isHealthy(seen), look.isSuccessorFailing == false { return .done }
        return hasLasted(bake * 4) ? .park(.probationFailed, "whether \(mine) is well is not known") : .wait("whether \(mine) is well is not known")
    }

    /// How long a fresh node that was seen unwell has to become well again.
    private static let grace = Duration.seconds(300)
}
