import Fleet

/// Who leaves the fleet, and who stays although the machine is no more.
extension NodeDeriving {
    /// Whether the machine is no more, and Mesos has let go of it.
    mutating func leaves() -> Bool {
        if isListed { return false }
        if node.node.instance == nil {
            guard !times.areAgentsStale, node.told[.mesosState] == .text(MesosState.absent.rawValue), let since = node.since(.mesosState) else {
                return false
            }
            return times.now - since >= Settings.absentAgentKept
        }
        guard let sweptAt = times.sweptAt else {
            node.missingSince = nil
            return false
        }
        if words.instance != nil {
            node.missingSince = nil
            // EC2 lists what is terminated for an hour more; the machine is gone at once.
            return node.told[.ec2State] == .text(Instance.State.terminated.rawValue)
        }
        // Only sweeps that have succeeded say that an instance is gone, and only when they say so for a while; one that was on its way out needs no while.
        // From sweep to sweep, not to now: a sweep that failed meanwhile has not missed it.
        let since = node.missingSince ?? sweptAt
        node.missingSince = since
        return before.isOver || sweptAt - since >= settings.ec2Interval * 3
    }

    /// Whether somebody has still to look after what was on a machine that is no more: members of services have their home there, or may have for all that is
    /// known for a while, or a person has asked for it. Until then it stays, so that rules, gates and people see it.
    var isTiedUp: Bool {
        if words.isRequested { return true }
        guard settings.servicesInterval != nil, node.node.agent != nil else { return false }
        switch node.told[.members] {
        case .text(let members):
            // What lay there under no name is gone with it, and nobody can look after it.
            return ServiceMember.list(members)?.contains { $0.member != ServiceMember.unnamed } ?? true
        case .unknown:
            // Of one that we have replaced it was known when it ended.
            return !words.isReplaced && node.isOver && node.since(.ec2State).map { times.now - $0 < Settings.unknownMembersKept } ?? true
        case .none, .integer: return false
        }
    }
}
