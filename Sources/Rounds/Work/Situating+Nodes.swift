import Fleet
import Planning
import Replacing

extension Situating {
    /// How long a fresh machine may take until its agent is there, before it counts as unhealthy: as long as a replacement's own may.
    private static let startingFor = Duration.seconds(1200)
    /// DC/OS' unreachable time-out, the longer of the usual ones: for where the master does not tell.
    static let unreachableByDefault = Duration.seconds(300)

    /// One node as gates see it.
    struct Judged {
        let status: NodeStatus
        /// Nil while it is well.
        let failingSince: Timestamp?

        /// When it failed. What was so when the node was first seen began nobody knows when: it is no burst of now.
        func failure(of node: Node) -> Timestamp? { failingSince.flatMap { $0 > node.firstSeen ? $0 : nil } }
    }

    /// What nodes are tied up in, beside what is told of them.
    struct Ties {
        /// Those of which a finding says that they fail.
        let failing: Set<NodeID>
        let work: [NodeID: Replacement]
        /// The fresh instances of replacements that are not over.
        let successors: Set<InstanceID>
    }

    var ties: Ties {
        Ties(
            failing: Set(
                state.findings.values.filter { $0.state == .firing && $0.rule.findingClass == .failing && $0.rule.verdict == .replace }.map(\.node)),
            work: Dictionary(work.open.compactMap { one in working.currentNode(of: one).map { ($0.node.id, one) } }, uniquingKeysWith: { $1 }),
            successors: Set(work.open.compactMap(\.successor)))
    }

    func status(of known: State.NodeState, _ ties: Ties) -> Judged {
        let open = ties.work[known.node.id]
        let facts = known.told.believed(stale: stale)
        let members = homes.members(facts)
        let (vital, reason) = vital(of: known, facts: facts, members: members, isTerminatedByUs: open?.hasAskedToTerminate ?? false)
        let isOurs = open != nil || (known.node.instance.map(ties.successors.contains) ?? false)
        let isLeaving = vital == .departed || known.told.announcedEnd != nil
        let failing = isOurs || isLeaving ? nil : failingSince(known, isFailing: ties.failing.contains(known.node.id))
        let status = NodeStatus(
            node: known.node, facts: facts, vital: vital, vitalReason: reason, isUnhealthy: failing != nil, members: members,
            resources: known.node.agent.flatMap { homes.listed[$0]?.resources }, isJoined: isJoined(known, facts: facts),
            dependence: dependence(facts, instance: known.node.instance), canDeactivate: Self.canDeactivate(sightings.master?.version),
            inGroup: group(of: known, facts: facts), replacements: state.replacements[known.node.id] ?? 0, slot: slots.slot(of: known.node),
            keeps: keeps[known.node.id] ?? NodeStatus.Keeps())
        return Judged(status: status, failingSince: failing)
    }

    private func vital(of known: State.NodeState, facts: NodeFacts, members: [ServiceMember]?, isTerminatedByUs: Bool) -> (Vital, String) {
        // What a registered broker says matters only where Mesos has lost the node, and costs something.
        let isActive = facts[.mesosState] == .text(MesosState.active.rawValue)
        let signs = VitalSigns(
            now: now, facts: facts, mesosStateSince: known.since(.mesosState), unreachableAfter: sightings.timeouts.unreachable ?? Self.unreachableByDefault,
            wasOnlineInSSM: settings.readsSSM ? known.wasOnlineInSSM : nil, registered: isActive ? nil : homes.registered(members, on: known.node.agent),
            isTerminatedByUs: isTerminatedByUs)
        return Vital.judge(signs, playbook: settings.playbook)
    }

    /// What cannot be seen counts as unhealthy; a machine that is just being started does not.
    ///
    /// By what was last told: a source that stays away makes no node fail, and the gate `fresh` is shut for as long.
    private func failingSince(_ known: State.NodeState, isFailing: Bool) -> Timestamp? {
        let facts = known.told
        if isStarting(known, facts: facts) { return nil }
        var since: [Timestamp] = []
        if facts[.mesosState] != .text(MesosState.active.rawValue) { since.append(known.since(.mesosState) ?? now) }
        for fact in [Fact.systemStatus, .instanceStatus]
        where facts[fact] == .unknown || facts[fact] == .text(InstanceStatus.Check.impaired.rawValue) {
            since.append(known.since(fact) ?? now)
        }
        if isFailing {
            let findings = state.findings.values.filter { $0.node == known.node.id && $0.state == .firing && $0.rule.findingClass == .failing }
            since.append(findings.compactMap(\.firingSince).min() ?? now)
        }
        return since.min()
    }

    /// Whether it is too young to count as unhealthy.
    func isStarting(_ known: State.NodeState, facts: NodeFacts) -> Bool {
        guard known.node.agent == nil, let launched = facts.integer(.launchTime) else { return false }
        return now - Timestamp(milliseconds: launched) < Self.startingFor
    }

    /// One instance and one agent, or an instance that never had one.
    private func isJoined(_ known: State.NodeState, facts: NodeFacts) -> Bool {
        guard let instance = known.node.instance, working.deriving.oddities.ambiguous[instance] == nil else { return false }
        guard let agent = known.node.agent else { return facts[.mesosState] == .text(MesosState.never.rawValue) }
        return homes.nodesOfAgents[agent].map { $0 == known.node.id } ?? true
    }

    private func dependence(_ facts: NodeFacts, instance: InstanceID?) -> String? {
        let own = working.program.ownAddresses
        let names = [facts.text(.privateIP), facts.text(.hostname), instance?.rawValue].compactMap { $0 }
        if names.contains(where: own.contains) { return "this program" }
        if names.contains(where: working.program.dependedOn.contains) { return "a host that this program asks or tells" }
        guard let master else { return nil }
        if names.contains(where: master.names.contains) { return "a master" }
        return names.contains { Address(hostname: $0).map(master.addresses.contains) ?? false } ? "a master" : nil
    }

    /// `http://10.0.0.5:5050/x` → `10.0.0.5`.
    static func host(_ url: String) -> String? {
        guard let start = url.firstRange(of: "://")?.upperBound else { return nil }
        let host = url[start...].prefix { !":/?#".contains($0) }
        return host.isEmpty ? nil : String(host)
    }

    private func group(of known: State.NodeState, facts: NodeFacts) -> AutoScalingGroup.GroupInstance? {
        guard let instance = known.node.instance, let name = facts.text(.asg) else { return nil }
        return state.groups[name]?.instances.first { $0.id == instance }
    }

    /// Mesos 1.9 brought `DEACTIVATE_AGENT` and `DRAIN_AGENT`. Nil: the version is not known.
    static func canDeactivate(_ version: String?) -> Bool? {
        let numbers = version?.split(separator: ".").prefix(2).compactMap { Int($0) } ?? []
        return numbers.count == 2 ? (numbers[0], numbers[1]) >= (1, 9) : nil
    }
}
