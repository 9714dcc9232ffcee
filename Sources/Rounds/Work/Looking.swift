import Fleet
import Planning
import Replacing
import Rules

/// Makes the look of one open replacement of what this round sees. Pure.
struct Looking {
    let working: Working
    let situation: Situation
    let homes: Homes
    let replacement: Replacement
    let known: State.NodeState?

    init(working: Working, situation: Situation, homes: Homes, replacement: Replacement) {
        self.working = working
        self.situation = situation
        self.homes = homes
        self.replacement = replacement
        known = working.currentNode(of: replacement)
    }

    var now: Timestamp { working.now }
    var state: State { working.state }
    var sightings: Sightings { working.sightings }
    var stale: Set<Source> { working.stale }
    var pool: Pool? { situation.pool(replacement.pool) }

    /// The node as gates see it; one that has left the fleet as far as is known of it still.
    var node: NodeStatus { known.flatMap { situation.nodes[$0.node.id] } ?? departed }

    func look() -> Replacing.Look {
        let node = node
        let members = known == nil ? homes.members(of: replacement.agent) : node.members
        let services = situation.services ?? [:]
        return Replacing.Look(
            now: now, vital: node.vital, vitalReason: node.vitalReason, facts: known == nil ? nil : node.facts, isAgentListed: isAgentListed,
            agent: known?.node.agent, tasksLeft: tasksLeft(node.facts), membersLeft: members,
            registeredHere: homes.registered(members, on: replacement.agent), services: services, readAt: readAt, successors: successors,
            isMesosNew: Situating.canDeactivate(sightings.master?.version), pool: pool, isStillWanted: isStillWanted,
            isSuccessorFailing: isSuccessorFailing, targetImage: targetImage, resources: resources(members ?? []),
            entrances: leading?.filter { $0.standing != .leaves }.map(\.entrance), isDetached: isDetached,
            hooks: pool.flatMap { working.settings.hooks[$0.name] } ?? [], watchedSince: state.seenSince ?? now,
            isAhead: GateQuestion(node: node, cause: cause, moment: .start).isAhead(in: situation), plan: working.terraformPlan(of: replacement),
            application: working.application(of: replacement), crowding: crowding, hasGroupItsAll: hasGroupItsAll)
    }

    /// What asks for it, as gates want to hear it: of a finding that is over, what is remembered.
    var cause: GateQuestion.Cause {
        guard let rule = replacement.rule else {
            return .person(Request(node: replacement.node, who: replacement.askedBy, reason: replacement.reason, since: replacement.startedAt))
        }
        if let finding = finding(of: rule) { return .finding(finding) }
        let identity =
            working.rules.rule(rule)?.identity
            ?? RuleIdentity(name: rule, verdict: .replace, findingClass: replacement.findingClass, mode: .act)
        return .finding(
            Finding(
                node: node.id, rule: identity, state: .firing, since: replacement.startedAt, firingSince: replacement.startedAt, summary: replacement.reason,
                evidence: [], ruleSet: working.rules.hash))
    }

    private func finding(of rule: RuleName) -> Finding? {
        state.findings[ClockKey(rule: rule, node: known?.node.id ?? replacement.node)].flatMap { $0.state == .firing ? $0 : nil }
    }

    // MARK: - The node

    private var departed: NodeStatus {
        let (vital, reason) = vitalOfDeparted
        var facts = NodeFacts(id: replacement.node)
        facts[.pool] = replacement.pool.map { .text($0.rawValue) } ?? .none
        facts[.zone] = replacement.zone.map { .text($0) } ?? .unknown
        facts[.instanceID] = replacement.instance.map { .text($0.rawValue) } ?? .none
        facts[.agentID] = replacement.agent.map { .text($0.rawValue) } ?? .none
        if isAgentListed == false { facts[.mesosState] = .text(MesosState.absent.rawValue) }
        facts[.ec2State] = vital == .undecided ? .unknown : .text(Instance.State.terminated.rawValue)
        return NodeStatus(
            node: Node(id: replacement.node, instance: replacement.instance, agent: replacement.agent, firstSeen: replacement.startedAt), facts: facts,
            vital: vital, vitalReason: reason, isUnhealthy: false, members: homes.members(of: replacement.agent), resources: nil,
            isJoined: true, dependence: nil, canDeactivate: Situating.canDeactivate(sightings.master?.version), inGroup: nil,
            replacements: working.work.replacements.values.count(inSlot: replacement.slot, at: now), slot: replacement.slot,
            keeps: NodeStatus.Keeps())
    }

    /// That sweeps list an instance no more is no proof of its end: a tag that was taken away, or an answer that was cut short, looks the same. EC2 has to have
    /// said that it ends, or to have taken our call to end it.
    private var vitalOfDeparted: (Vital, String) {
        if replacement.isTerminationAccepted { return (.dead, "it has left the fleet, as we asked") }
        guard state.departures[replacement.node]?.isExplained == true else {
            return (.undecided, "EC2 lists its instance no more, and has not said that it ends")
        }
        return replacement.hasAskedToTerminate ? (.dead, "it has left the fleet") : (.departed, "it has left the fleet")
    }

    /// Absence from one answer is no proof while a new master is finding its feet.
    private var isAgentListed: Bool? {
        guard let agent = replacement.agent else { return false }
        guard !stale.contains(.agents), sightings.agents != nil else { return nil }
        if homes.listed[agent] != nil { return true }
        if homes.recovered.contains(agent) { return nil }
        if let known, known.node.agent == agent, known.told[.mesosState].isUnknown { return nil }
        return false
    }

    private func tasksLeft(_ facts: NodeFacts) -> Int? {
        guard let agent = replacement.agent else { return 0 }
        if homes.listed[agent] != nil { return facts.integer(.tasks).map { Int($0) } }
        guard !stale.contains(.tasks), let tasks = sightings.tasks else { return nil }
        return tasks.running.count { $0.agent == agent } + tasks.unreachable.count { $0.agent == agent }
    }

    /// Of no member while a program that has just begun has not read them; and of an agent that is not listed not what lies there under no name: nobody shows it.
    private func resources(_ members: [ServiceMember]) -> [ServiceMember: [String]] {
        guard let residence = sightings.residence else { return [:] }
        let home = replacement.agent.flatMap { residence.homes[$0] }
        let isListed = replacement.agent.map { homes.listed[$0] != nil } ?? false
        let members = isListed ? members : members.filter { $0.member != ServiceMember.unnamed }
        return Dictionary(members.map { ($0, home?.resources(of: $0) ?? []) }, uniquingKeysWith: { $1 })
    }

    // MARK: - Why

    /// A node that has left the fleet has taken its finding with it; what it was for has not become well.
    private var isStillWanted: Bool? {
        guard let rule = replacement.rule else { return true }
        return known == nil || finding(of: rule) != nil
    }

    private var targetImage: ImageID? {
        guard let pool = replacement.pool, !stale.contains(.target(pool)) else { return nil }
        return state.targets[pool]?.image
    }

    // MARK: - When

    private var readAt: [Action.Scope: Timestamp] {
        var readAt: [Action.Scope: Timestamp] = [:]
        if sightings.agents != nil, sightings.tasks != nil { readAt[.mesos] = earliest([.agents, .tasks]) }
        if sightings.instances != nil, sightings.statuses != nil {
            readAt[.ec2] = earliest(working.settings.pools.groups.isEmpty ? [.instances, .statuses] : [.instances, .statuses, .groups])
        }
        if sightings.marathon != nil { readAt[.marathon] = state.sources[.services]?.lastSuccess }
        for (name, status) in situation.services ?? [:] {
            guard let at = status.readAt, status.partitions != nil else { continue }
            readAt[.service(name)] = min(at, status.partitionsReadAt ?? at)
        }
        return readAt
    }

    /// Nil where one of them was never read whole.
    private func earliest(_ sources: [Source]) -> Timestamp? {
        let times = sources.compactMap { state.sources[$0]?.lastSuccess }
        return times.count == sources.count ? times.min() : nil
    }
}
