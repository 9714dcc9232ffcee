import Fleet
import Ledger
import Planning
import Replacing
import Rules

/// What gates may look at, of what a replay knows.
extension GateReplay {
    /// The plan of the live round, on what is recorded.
    mutating func decide(_ state: State, _ judgement: Judgement, rules: RuleSet, stale: Set<Source>, capacity: Int, now: Timestamp) -> (Plan, Situation) {
        var state = state
        state.work = work
        var settings = settings
        settings.mode = .act
        settings.asksForRefresh = false
        settings.servicesInterval = state.sources[.services]?.interval
        let working = Working(
            state, .look, judgement: judgement, rules: rules, settings: settings, stale: stale,
            deriving: Deriving(from: state, sightings: Sightings(), settings: settings, now: now), program: ProgramStanding())
        let wishes = working.wishes().filter { begun[$0.key] == nil }
        let candidates = working.candidates(wishes)
        let situating = Situating(working)
        let atWork = Set(recorded.filter { $0.startedAt <= now && ($0.endedAt.map { $0 >= now } ?? true) }.map(\.node))
        nodes.look(situating, atWork: atWork, begun: Set(begun.keys))
        var situation = situating.beginning(candidates)
        (situation.nodes, situation.failures, situation.census) = (nodes.statuses, nodes.failures, nodes.census)
        situation.capacity = max(1, capacity)
        // Who has left is not recorded, so it has shrunk by nobody.
        situation.fleetMax = nodes.statuses.count
        situation.capacityOfPools = situating.capacityOfPools(present: nodes.census.pools)
        situation.services = services(situation)
        situation.apps = []
        situation.targets = targets(now)
        situation.pools += pools(situation)
        situation.starts = replacements.map(\.at).filter { now - $0 < .seconds(86_400) }.sorted()
        situation.inFlight = replacements.enumerated().filter { $0.element.until > now }.map { work($0.element, number: $0.offset + 1, in: situation) }
        return (Planning.plan(candidates, in: situation, gates: Self.asked), situation)
    }

    /// Pools that nodes were in and that the configuration does not name: each is taken to have a way to be provisioned.
    private func pools(_ situation: Situation) -> [Pool] {
        let told = Set(nodes.census.pools.keys).subtracting(situation.pools.map(\.name))
        return told.sorted().map { Pool(name: $0, selector: .init(), image: situation.targets[$0].map { .id($0.image) }) }
    }

    /// The services of all members that were told, each in one place: in-sync sets are not recorded with the rounds.
    private func services(_ situation: Situation) -> [ServiceName: ServiceStatus] {
        var members: [ServiceName: [MemberStatus]] = [:]
        for node in nodes.homes.compactMap({ situation.nodes[$0] }) {
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

    /// The image that the nodes of each pool were told to run.
    private mutating func targets(_ now: Timestamp) -> [PoolName: TargetStatus] {
        nodes.targets().mapValues { told in
            let isProven = told.isRunByHalf || replacements.contains { $0.until <= now && begun[$0.node]?.image == told.image }
            return TargetStatus(image: told.image, since: told.since ?? now, state: "available", isProven: isProven)
        }
    }

    private func work(_ one: WouldBeReplacement, number: Int, in situation: Situation) -> WorkInFlight {
        let node = situation.nodes[one.node]
        return WorkInFlight(
            id: ReplacementID(Int64(number)), node: one.node, instance: node?.node.instance, agent: node?.node.agent, slot: node?.slot ?? one.node,
            pool: node?.pool ?? begun[one.node]?.pool, zone: node?.zone ?? begun[one.node]?.zone, findingClass: one.findingClass, startedAt: one.at,
            targetImage: begun[one.node]?.image, order: .living, step: .validate, members: node?.members ?? [])
    }
}
