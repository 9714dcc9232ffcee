import Fleet
import Planning
import Replacing

extension Looking {
    /// How long before the start a group may have launched the successor of a machine that somebody else has ended: until the rule that found it gone fired.
    private static let groupsLead = Duration.seconds(1800)

    /// Instances of the pool that came after the start and are nobody else's; the own one for as long as EC2 lists it.
    var successors: [Look.Successor] {
        let others = working.work.replacements.values.filter { $0.id != replacement.id }
        let taken = Set(others.flatMap { [$0.successor].compactMap { $0 } + $0.lostSuccessors } + others.filter(\.isOpen).compactMap(\.instance))
        let mayHaveCome = replacement.order == .departed || replacement.wasAnnounced == true
        let earliest = mayHaveCome ? replacement.startedAt - Self.groupsLead : replacement.startedAt
        guard let instances = sightings.instances else { return remembered.map { [$0] } ?? [] }
        return instances.compactMap { instance in
            let node = state.nodes[NodeID(instance.id)]
            if instance.id != replacement.successor {
                guard instance.id != replacement.instance, !taken.contains(instance.id), instance.launchTime >= earliest else { return nil }
                guard let pool = replacement.pool, node?.told[.pool] == .text(pool.rawValue) else { return nil }
            }
            return successor(instance.id, image: instance.image, state: instance.state, launchedAt: instance.launchTime, node: node)
        }
    }

    /// Whether the group of a machine whose end was announced has as many others as it wants: it launches none for it.
    var hasGroupItsAll: Bool {
        guard replacement.wasAnnounced == true, case .group(let name)? = pool?.provision, let group = state.groups[name] else { return false }
        return group.instances.count { $0.id != replacement.instance && !$0.lifecycle.hasPrefix("Terminating") } >= group.desired
    }

    /// The own one as the ledger has it, while EC2 has not been read by this run of the program.
    private var remembered: Look.Successor? {
        guard let mine = replacement.successor, let node = state.nodes[NodeID(mine)] else { return nil }
        let launchedAt = node.told.integer(.launchTime).map { Timestamp(milliseconds: $0) } ?? replacement.startedAt
        let last = node.told.text(.ec2State).flatMap { Instance.State(rawValue: $0) } ?? .pending
        return successor(mine, image: node.told.text(.imageID).map { ImageID($0) }, state: last, launchedAt: launchedAt, node: node)
    }

    private func successor(_ id: InstanceID, image: ImageID?, state: Instance.State, launchedAt: Timestamp, node: State.NodeState?) -> Look.Successor {
        let facts = node?.told.believed(stale: stale)
        let agent = node?.node.agent
        let listed = agent.flatMap { homes.listed[$0] }
        return Look.Successor(
            node: NodeID(id), instance: id, image: image, state: state, launchedAt: launchedAt, agent: agent,
            mesosState: facts?.text(.mesosState).flatMap { MesosState(rawValue: $0) }, dcosHealth: facts?.text(.dcosHealth),
            hasAttributes: listed.map { agent in pool?.selector.attributes.allSatisfy(agent.attributes.contains) ?? true },
            isInService: isInService(id, at: facts?.text(.privateIP)))
    }

    /// Whether a rule that finds nodes failing fires on the fresh one. Nil while that is not known, or such a rule holds and does not fire yet.
    var isSuccessorFailing: Bool? {
        guard let mine = replacement.successor, let node = state.nodes[NodeID(mine)] else { return nil }
        if stale.contains(.agents) || stale.contains(.instances) { return nil }
        let findings = state.findings.values.filter { finding in
            finding.node == node.node.id && finding.rule.verdict == .replace
                && (finding.rule.findingClass == .failing || finding.rule.name == replacement.rule)
        }
        if findings.contains(where: { $0.state == .firing }) { return true }
        return findings.contains { $0.state == .pending } ? nil : false
    }
}
