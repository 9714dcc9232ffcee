import Fleet
import Ledger
import Planning
import Replacing
import Rules

/// What gates may look at, of what a replay knows.
extension GateReplay {
    /// The plan of the live round, on what is recorded.
    func decide(_ state: State, _ judgement: Judgement, rules: RuleSet, stale: Set<Source>, capacity: Int, now: Timestamp) -> (Plan, Situation) {
        var state = state
        state.work = work
        var settings = settings
        settings.mode = .act
        settings.servicesInterval = state.sources[.services]?.interval
        let working = Working(
            state, .look, judgement: judgement, rules: rules, settings: settings, stale: stale,
            deriving: Deriving(from: state, sightings: Sightings(), settings: settings, now: now), program: ProgramStanding())
        let wishes = working.wishes().filter { begun[$0.key] == nil }
        let candidates = working.candidates(wishes)
        var situation = Situating(working).situation(candidates)
        let atWork = Set(recorded.filter { $0.startedAt <= now && ($0.endedAt.map { $0 >= now } ?? true) }.map(\.node))
        for (id, known) in situation.nodes { situation.nodes[id] = status(known, isAtWork: atWork.contains(id)) }
        situation.capacity = max(1, capacity)
        situation.services = services(situation)
        situation.apps = []
        situation.targets = targets(state, situation)
        situation.pools += pools(situation)
        situation.starts = replacements.map(\.at).filter { now - $0 < .seconds(86_400) }.sorted()
        situation.inFlight = replacements.enumerated().filter { $0.element.until > now }.map { work($0.element, number: $0.offset + 1, in: situation) }
        return (Planning.plan(candidates, in: situation, gates: Self.asked), situation)
    }

    /// A node by its recorded facts. In its group it counts as in service: what the group said is not recorded.
    ///
    /// - Parameter isAtWork: whether it was really being replaced then: that it took no more tasks was nobody else's doing.
    private func status(_ known: NodeStatus, isAtWork: Bool) -> NodeStatus {
        var facts = known.facts
        if isAtWork, let state = facts.text(.mesosState), Self.ours.contains(state) { facts[.mesosState] = .text(MesosState.active.rawValue) }
        let instance = facts.text(.instanceID).map { InstanceID($0) }
        return NodeStatus(
            node: Node(id: known.id, instance: instance, agent: facts.text(.agentID).map { AgentID($0) }, firstSeen: known.node.firstSeen), facts: facts,
            vital: known.vital, vitalReason: known.vitalReason, isUnhealthy: known.isUnhealthy && begun[known.id] == nil, members: known.members,
            resources: nil, isJoined: true, dependence: nil, canDeactivate: nil,
            inGroup: instance.map { AutoScalingGroup.GroupInstance(id: $0, lifecycle: "InService", isProtected: false) },
            replacements: known.replacements, slot: known.slot, keeps: known.keeps)
    }

    private static let ours = Set([MesosState.deactivated, .draining, .drained].map(\.rawValue))

    /// Pools that nodes were in and that the configuration does not name: each is taken to have a way to be provisioned.
    private func pools(_ situation: Situation) -> [Pool] {
        let told = Set(situation.nodes.values.compactMap(\.pool)).subtracting(situation.pools.map(\.name))
        return told.sorted().map { Pool(name: $0, selector: .init(), image: situation.targets[$0].map { .id($0.image) }) }
    }

    /// The services of all members that were told, each in one place: in-sync sets are not recorded with the rounds.
    private func services(_ situation: Situation) -> [ServiceName: ServiceStatus] {
        var members: [ServiceName: [MemberStatus]] = [:]
        for node in situation.nodes.values {
            for member in node.members ?? [] {
                members[member.service, default: []].append(
                    MemberStatus(
                        member: member, broker: nil, node: node.id, agent: node.node.agent, task: nil,
                        isRunning: node.facts.text(.mesosState) == MesosState.active.rawValue || begun[node.id] != nil, isRegistered: nil, isInSync: nil))
            }
        }
        return Dictionary(
            uniqueKeysWithValues: members.map { name, places in
                let isFresh = situation.sources[.service(name)]?.isFresh ?? false
                return (
                    name,
                    ServiceStatus(
                        name: name, settings: settings.services.settings(of: name, isKafka: isKafka(name)), readAt: situation.sources[.service(name)]?.readAt,
                        isFresh: isFresh, isQuiet: true,
                        members: places.sorted { ($0.member, $0.node ?? "") < ($1.member, $1.node ?? "") }, partitions: [], partitionsReadAt: nil)
                )
            })
    }

    /// Whether a service counts as Kafka: by its name, for its package is not recorded with the rounds.
    private func isKafka(_ name: ServiceName) -> Bool { name.rawValue.contains("kafka") }

    /// The image that the nodes of each pool were told to run, since the first of them was told so.
    private func targets(_ state: State, _ situation: Situation) -> [PoolName: TargetStatus] {
        var targets: [PoolName: TargetStatus] = [:]
        for (pool, nodes) in Dictionary(grouping: situation.nodes.values.filter { $0.pool != nil }, by: { $0.pool ?? "" }) {
            let told = nodes.compactMap { node in node.facts.text(.targetImageID).map { (ImageID($0), since(of: state.nodes[node.id])) } }
            guard let image = told.first?.0, told.allSatisfy({ $0.0 == image }) else { continue }
            let isProven =
                nodes.count { $0.image == image } * 2 >= nodes.count || replacements.contains { $0.until <= situation.now && begun[$0.node]?.image == image }
            targets[pool] = TargetStatus(
                image: image, since: told.compactMap(\.1).min() ?? situation.now, state: "available", isProven: isProven)
        }
        return targets
    }

    /// Since when a node was told its target image. One that it had when it was first seen may have stood for as long as one likes, and counts as settled.
    private func since(of known: State.NodeState?) -> Timestamp? {
        guard let known, let since = known.since(.targetImageID) else { return nil }
        return since <= known.node.firstSeen ? since - Target.settling : since
    }

    private func work(_ one: WouldBeReplacement, number: Int, in situation: Situation) -> WorkInFlight {
        let node = situation.nodes[one.node]
        return WorkInFlight(
            id: ReplacementID(Int64(number)), node: one.node, instance: node?.node.instance, agent: node?.node.agent, slot: node?.slot ?? one.node,
            pool: node?.pool ?? begun[one.node]?.pool, zone: node?.zone ?? begun[one.node]?.zone, findingClass: one.findingClass, startedAt: one.at,
            targetImage: begun[one.node]?.image, order: .living, step: .validate, members: node?.members ?? [])
    }
}
