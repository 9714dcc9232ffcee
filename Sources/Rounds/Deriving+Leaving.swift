import Fleet
import Ledger
import Replacing

/// Who leaves the fleet, and who stays although the machine is no more.
extension Deriving {
    /// Whether the machine is no more, and Mesos has let go of it.
    mutating func leaves(_ node: inout State.NodeState, wasOver: Bool, isListed: Bool, isInstanceListed: Bool, stale: Set<Source>) -> Bool {
        if isListed { return false }
        if node.node.instance == nil {
            guard !stale.contains(.agents), node.told[.mesosState] == .text(MesosState.absent.rawValue), let since = node.since(.mesosState) else {
                return false
            }
            return now - since >= Settings.absentAgentKept
        }
        guard sightings.instances != nil, !stale.contains(.instances) else {
            node.missingSince = nil
            return false
        }
        if isInstanceListed {
            node.missingSince = nil
            // EC2 lists what is terminated for an hour more; the machine is gone at once.
            return node.told[.ec2State] == .text(Instance.State.terminated.rawValue)
        }
        // Only sweeps that have succeeded say that an instance is gone, and only when they say so for a while; one that was on its way out needs no while.
        // From sweep to sweep, not to now: a sweep that failed meanwhile has not missed it.
        let swept = state.lastRead(.instances, now: now)
        let since = node.missingSince ?? swept
        node.missingSince = since
        return wasOver || swept - since >= settings.ec2Interval * 3
    }

    /// Whether somebody has still to look after what was on a machine that is no more: members of services have their home there, or may have for all that is
    /// known for a while, or a person has asked for it. Until then it stays, so that rules, gates and people see it.
    func isTiedUp(_ node: State.NodeState) -> Bool {
        if state.work.requests[node.node.id] != nil { return true }
        guard settings.servicesInterval != nil, node.node.agent != nil else { return false }
        switch node.told[.members] {
        case .text(let members):
            // What lay there under no name is gone with it, and nobody can look after it.
            return ServiceMember.list(members)?.contains { $0.member != ServiceMember.unnamed } ?? true
        case .unknown:
            // Of one that we have replaced it was known when it ended.
            let isReplaced = state.work.replacements.values.contains { $0.node == node.node.id && $0.outcome?.kind == .done }
            return !isReplaced && node.isOver && node.since(.ec2State).map { now - $0 < Settings.unknownMembersKept } ?? true
        case .none, .integer: return false
        }
    }

    mutating func depart(_ node: State.NodeState) {
        let id = node.node.id
        state.departures[id] = State.Departure(firstSeen: node.node.firstSeen, at: now, isExplained: node.isOver)
        state.nodes.removeValue(forKey: id)
        departed.insert(id)
        changed.remove(id)
        nodeChanges.append(.departed(id))
    }
}
