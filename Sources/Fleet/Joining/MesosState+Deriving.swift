extension MesosState {
    /// Whether it says something of the agent itself: `recovered` says only that the master is another.
    package var isOfAgent: Bool { self != .recovered }

    /// The state of a listed agent. What an operator has said comes before what its connection does; of that, what binds the agent the most comes first.
    package init(of agent: Agent, inMaintenance: Bool) {
        if let drain = agent.drain {
            self = drain == .drained ? .drained : .draining
        } else if agent.isDeactivated {
            self = .deactivated
        } else if inMaintenance {
            self = .maintenance
        } else {
            self = agent.isActive ? .active : .inactive
        }
    }

    /// What it means that a node's agent is neither listed nor recovered.
    ///
    /// - Parameters:
    ///   - wasKnown: whether this ledger has ever seen an agent on the node.
    ///   - wasListed: whether the present master has listed that agent since it leads: then its absence is no matter of a failover.
    ///   - isDown: whether its machine is down for maintenance.
    ///   - master: since when the present master leads, as far as is known; until `reregister` has passed since then absence means nothing.
    ///   - launchTime: when its instance was launched; nil without one.
    ///   - watchedSince: since when the agents have been watched without a gap.
    package static func unlisted(
        wasKnown: Bool, wasListed: Bool, isDown: Bool, masterSince: Timestamp, reregister: Duration, launchTime: Timestamp?, watchedSince: Timestamp?,
        now: Timestamp
    ) -> Reading {
        if isDown { return .text(MesosState.maintenance.rawValue) }
        if !wasListed, now - masterSince < reregister { return .unknown }
        if wasKnown { return .text(MesosState.absent.rawValue) }
        guard let launchTime, let watchedSince, watchedSince <= launchTime else { return .unknown }
        return .text(MesosState.never.rawValue)
    }
}

extension MesosSighting.Maintenance {
    /// Whether a machine with this hostname or address is in a schedule or down. The addresses are only looked up when there is any such machine.
    package func covers(hostname: String?, addresses: @autoclosure () -> [Address]) -> Bool {
        let machines = draining + down
        if machines.isEmpty { return false }
        let addresses = addresses()
        return machines.contains { $0.matches(hostname: hostname, addresses: addresses) }
    }

    package func isDown(hostname: String?, addresses: [Address]) -> Bool {
        down.contains { $0.matches(hostname: hostname, addresses: addresses) }
    }
}

extension MesosSighting.Machine {
    func matches(hostname: String?, addresses: [Address]) -> Bool {
        // A schedule must name both as the agent gave them; one that matches by either is respected: this can only make us stand back.
        if let mine = self.hostname, mine == hostname { return true }
        guard let mine = ip.flatMap({ Address($0) }) else { return false }
        return addresses.contains(mine)
    }
}
