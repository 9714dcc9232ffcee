import Fleet
import Replacing

extension Work {
    /// The node with which the chain of successors began that this instance is the last of, as far back as replacements are remembered.
    var slots: Slots { Slots(bySuccessor: Dictionary(grouping: replacements.values.filter { $0.successor != nil }) { $0.successor ?? InstanceID("") }) }

    /// The slots of nodes, looked up by the fresh instances of replacements.
    struct Slots {
        fileprivate let bySuccessor: [InstanceID: [Replacement]]

        func slot(of node: Node) -> NodeID {
            guard let instance = node.instance else { return node.id }
            return bySuccessor[instance]?.filter { $0.node != node.id }.max { $0.id < $1.id }?.slot ?? node.id
        }
    }

    /// How often the slot of each node was replaced within 30 days; absent means never.
    func counts(of nodes: some Collection<State.NodeState>, at now: Timestamp) -> [NodeID: Int] {
        if replacements.isEmpty { return [:] }
        var bySlot: [NodeID: Int] = [:]
        for slot in Set(replacements.values.map(\.slot)) { bySlot[slot] = replacements.values.count(inSlot: slot, at: now) }
        var counts: [NodeID: Int] = [:]
        let slots = slots
        for node in nodes {
            guard let count = bySlot[slots.slot(of: node.node)], count > 0 else { continue }
            counts[node.node.id] = count
        }
        return counts
    }

    /// The open replacement of a node, by whatever name the node goes now.
    func open(of node: Node) -> Replacement? { open.first { $0.isOf(node) } }

    /// Members that open replacements have seen on their nodes, and that are not placed elsewhere yet: their place is known, whoever does not tell it any more.
    var placed: Set<ServiceMember> {
        Set(replacements.values.lazy.filter(\.isOpen).flatMap(\.moves).filter { !$0.isDone && $0.placedAt == nil }.map(\.member))
    }

    /// Members whose volumes and reservations on an agent count no more: they are placed and in sync elsewhere, and what lies here was written down.
    func abandoned(_ members: Set<ServiceMember>, on agent: AgentID, home: Residence.Home?) -> Set<ServiceMember> {
        Self.abandoned(members, by: replacements.values.filter { $0.agent == agent }.flatMap(\.moves).filter(\.isDone), home: home)
    }

    /// - Parameter ended: the moves away from that agent that are done.
    static func abandoned(_ members: Set<ServiceMember>, by ended: [MemberMove], home: Residence.Home?) -> Set<ServiceMember> {
        if ended.isEmpty { return [] }
        let ids = Set(ended.flatMap(\.resources))
        return members.filter { member in
            guard let home else { return member.member == ServiceMember.unnamed && ended.contains { $0.member.service == member.service } }
            guard home.members.contains(member) else { return ended.contains { $0.member.service == member.service } }
            // What Mesos has lost with the agent is the very task that was moved away.
            let isLost = home.lost[member].map { lost in lost.isSubset(of: ended.lazy.filter { $0.member == member }.compactMap(\.task)) } ?? false
            guard isLost || home.lying.contains(member) || member.member == ServiceMember.unnamed else { return false }
            let here = home.resources(of: member)
            return (isLost || !here.isEmpty) && here.allSatisfy(ids.contains)
        }
    }
}

extension Replacement {
    /// Whether this is its node: by its id, else, after a rename, by its instance or its agent.
    func isOf(_ other: Node) -> Bool {
        if node == other.id { return true }
        if let instance { return other.instance == instance }
        return agent != nil && other.agent == agent
    }
}
