import Fleet
import Ledger
import Planning
import Replacing
import Rules

extension Working {
    /// Begins what was decided. Nothing is begun while the claim on the cluster is not known to be ours.
    mutating func start(_ situation: Situation) {
        guard work.claim.allowsActing(at: now) else { return }
        for assessment in report.plan.assessments where assessment.outcome == .decided {
            guard let node = situation.nodes[assessment.node], let order = order(of: node) else { continue }
            begin(node, order: order, assessment)
        }
    }

    /// Nil: nobody can say what the node is, so there is no order in which to replace it.
    private func order(of node: NodeStatus) -> Order? {
        switch node.vital {
        // There is no time for its successor to come first.
        case .living where node.facts.announcedEnd != nil: .living
        case .living: settings.pools.first { $0.name == node.pool }?.isLaunchFirst == true ? .launchFirst : .living
        case .dead: .dead
        case .departed: .departed
        case .stray: .stray
        case .undecided: nil
        }
    }

    private mutating func begin(_ node: NodeStatus, order: Order, _ assessment: Assessment) {
        let before = work.open(of: node.node)
        if let open = before {
            let transitions = open.superseded(by: assessment.rule)
            guard !transitions.isEmpty else { return }
            for transition in transitions { note(transition, of: open.id) }
        }
        let id = ReplacementID(work.last.number + 1)
        let request = work.requests[node.id]
        let finding = assessment.rule.flatMap { state.findings[ClockKey(rule: $0, node: node.id)] }
        var replacement = Replacement(
            id: id, node: node.id, instance: node.node.instance, agent: node.node.agent, slot: node.slot, pool: node.pool, zone: node.zone,
            subnet: subnet(of: node), rule: assessment.rule, findingClass: assessment.findingClass, askedBy: request?.who ?? "mayfly",
            reason: request?.reason ?? finding?.summary ?? "", startedAt: now, targetImage: node.pool.flatMap { state.targets[$0]?.image }, order: order,
            step: settings.playbook.orders[order]?.first ?? .validate, wasAnnounced: node.facts.announcedEnd == nil ? nil : true)
        if let before { replacement.takeOver(from: before) }
        work.last = id
        work.replacements[id] = replacement
        entry.transitions.append(TransitionEntry(replacement: id, at: now, transition: .began(replacement)))
        if let approval = work.approvals[node.id] { drop(approval, why: "it was used: replacement \(id) has begun") }
        if let request { drop(request, why: "replacement \(id) has begun") }
    }

    /// Its instance's; of one that somebody else has ended that of its pool's others in its zone, where they are all in the same one.
    private func subnet(of node: NodeStatus) -> String? {
        guard let instances = sightings.instances, let own = instances.first(where: { $0.id == node.node.instance }) else { return nil }
        if let subnet = own.subnet { return subnet }
        let others = instances.filter { other in
            other.id != own.id && other.zone == own.zone && other.state == .running
                && state.nodes[NodeID(other.id)]?.told.text(.pool) == node.pool?.rawValue
        }
        let subnets = Set(others.map(\.subnet))
        return subnets.count == 1 ? subnets.first ?? nil : nil
    }
}
