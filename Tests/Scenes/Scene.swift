package import Fleet
package import Planning

/// A situation in which every gate is open for every node, at the start: to be changed in one thing, and asked again.
///
/// Twenty nodes in four zones, all in pool `private` of one group, all on the old image; five brokers of `prod/kafka`, one on each of the first five nodes.
package enum Scene {
    package static let now = Timestamp(iso8601: "2026-11-23T10:00:00Z")!
    package static let pool: PoolName = "private"
    package static let group = "dcos-agents"
    package static let kafka: ServiceName = "prod/kafka"
    package static let old: ImageID = "ami-old"
    package static let target: ImageID = "ami-new"
    package static let size = 20

    package static func open() -> Situation {
        var situation = Situation(
            now: now, mode: .act,
            pools: [
                Pool(
                    name: pool, selector: .init(groups: [group]), image: .parameter("/ami"), provision: .group(group))
            ])
        situation.claim = .ours(confirmedAt: now - .seconds(5))
        situation.isAlertingProven = true
        situation.readsServices = true
        situation.areDependencesKnown = true
        situation.capacity = size
        situation.capacityOfPools = [pool: size]
        situation.fleetMax = size
        for number in 0..<size { situation.nodes[id(number)] = node(number) }
        let sources: [Source] = [
            .agents, .tasks, .maintenance, .instances, .statuses, .services, .service(kafka), .groups, .target(pool),
        ]
        for source in sources { situation.sources[source] = SourceStatus(interval: .seconds(15), readAt: now - .seconds(10), isFresh: true) }
        situation.targets = [pool: TargetStatus(image: target, since: now - .seconds(86_400), state: "available", isProven: true)]
        situation.launchImages = [pool: target]
        situation.groups = [
            group: AutoScalingGroup(
                name: group, desired: size, min: 0, max: size + 5, instances: (0..<size).map { inGroup($0) })
        ]
        situation.services = [kafka: service()]
        situation.apps = [AppStatus(id: "/web", instances: 4, minimumHealthCapacity: 0.5, running: [id(0): 1, id(6): 1, id(7): 1, id(8): 1])]
        situation.windows = [
            rule: Window(
                .open, closes: now + .seconds(4 * 3600), opened: now - .seconds(3600), coming: [Window.Opening(opens: now + .seconds(86_400), closes: nil)])
        ]
        return situation
    }

    package static let rule: RuleName = "agent-lost"

    package static func id(_ number: Int) -> NodeID { NodeID("i-\(number < 10 ? "0" : "")\(number)") }
    package static func agent(_ number: Int) -> AgentID { AgentID("m-S\(number)") }
    package static func zone(_ number: Int) -> String { ["a", "b", "c", "d"][number % 4] }
    package static func inGroup(_ number: Int, _ lifecycle: String = "InService", isProtected: Bool = false) -> AutoScalingGroup.GroupInstance {
        .init(id: InstanceID(id(number).rawValue), lifecycle: lifecycle, isProtected: isProtected)
    }
    package static func broker(_ number: Int) -> ServiceMember { ServiceMember(kafka, MemberName("kafka-\(number)")) }

    package static func facts(_ number: Int) -> NodeFacts {
        var facts = NodeFacts(id: id(number))
        facts[.pool] = .text(pool.rawValue)
        facts[.zone] = .text(zone(number))
        facts[.imageID] = .text(old.rawValue)
        facts[.imageOutdated] = .boolean(true)
        facts[.mesosState] = .text("active")
        facts[.ec2State] = .text("running")
        facts[.tags] = .text(#"{"Role":"dcos-agent"}"#)
        facts[.asg] = .text(group)
        facts[.public] = .boolean(false)
        return facts
    }

    /// A node; each argument is what is otherwise as in the open situation.
    package static func node(
        _ number: Int, facts: NodeFacts? = nil, vital: Vital = .living, isUnhealthy: Bool = false, members: [ServiceMember]?? = nil,
        resources: AgentResources?? = nil, isJoined: Bool = true, dependence: String? = nil, inGroup: AutoScalingGroup.GroupInstance?? = nil,
        replacements: Int = 0, keeps: NodeStatus.Keeps?? = nil, canDeactivate: Bool = true
    ) -> NodeStatus {
        let allocated = AgentResources(total: .init(cpus: 4, mem: 16_000, disk: 100_000), allocated: .init(cpus: 2, mem: 8000, disk: 1000))
        return NodeStatus(
            node: Node(id: id(number), instance: InstanceID(id(number).rawValue), agent: agent(number), firstSeen: now - .seconds(9_000_000)),
            facts: facts ?? self.facts(number), vital: vital, vitalReason: "as the test says", isUnhealthy: isUnhealthy,
            members: members ?? (number < 5 ? [broker(number)] : []), resources: resources ?? allocated, isJoined: isJoined, dependence: dependence,
            canDeactivate: canDeactivate, inGroup: inGroup ?? self.inGroup(number), replacements: replacements, slot: id(number), keeps: keeps ?? .init())
    }

    /// Five brokers in sync; three topics of which each partition has three copies and needs two.
    package static func service(
        policy: ServiceSettings.Policy = .guarded, maxInFlight: Int = 1, isFresh: Bool = true, isQuiet: Bool? = true, members: [MemberStatus]? = nil,
        partitions: [PartitionStatus]?? = nil
    ) -> ServiceStatus {
        ServiceStatus(
            name: kafka, settings: ServiceSettings(policy: policy, maxInFlight: maxInFlight), readAt: now - .seconds(10), isFresh: isFresh, isQuiet: isQuiet,
            members: members ?? (0..<5).map { member($0) }, partitions: partitions ?? self.partitions(), partitionsReadAt: now - .seconds(10))
    }

    package static func member(
        _ number: Int, on node: Int? = nil, isRunning: Bool? = true, isRegistered: Bool? = true, isInSync: Bool? = true
    ) -> MemberStatus {
        let place = node ?? number
        return MemberStatus(
            member: broker(number), broker: number, node: id(place), agent: agent(place), task: TaskID("kafka-\(number)__t"), isRunning: isRunning,
            isRegistered: isRegistered, isInSync: isInSync)
    }

    /// Without the brokers that are `out`.
    package static func partitions(out: Set<Int> = [], minInSync: Int = 2) -> [PartitionStatus] {
        (0..<5).map { first in
            let replicas = [first, (first + 1) % 5, (first + 2) % 5]
            return PartitionStatus(
                topic: "orders", number: first, hasLeader: true, inSync: replicas.filter { !out.contains($0) }, baseline: replicas, minInSync: minInSync)
        }
    }

    package static func finding(
        _ number: Int, _ findingClass: FindingClass = .failing, mode: Mode = .act, since: Timestamp = now - .seconds(1200), evidence: [Evidence]? = nil
    ) -> Finding {
        let shown = evidence ?? [Evidence(fact: .mesosState, reading: .text("inactive"), since: since, source: .agents, readAt: now - .seconds(10))]
        return Finding(
            node: id(number), rule: RuleIdentity(name: rule, verdict: .replace, findingClass: findingClass, mode: mode), state: .firing, since: since,
            firingSince: since, summary: "lost", evidence: shown, ruleSet: "0000000000000000")
    }

    package static func request(_ number: Int) -> GateQuestion.Cause {
        .person(Request(node: id(number), who: "ada", reason: "odd disk", since: now - .seconds(60)))
    }

    package static func question(
        _ number: Int, in situation: Situation, cause: GateQuestion.Cause? = nil, moment: GateQuestion.Moment = .start, work: WorkInFlight? = nil
    ) -> GateQuestion {
        GateQuestion(node: situation.nodes[id(number)]!, cause: cause ?? .finding(finding(number)), moment: moment, work: work)
    }

    package static func work(
        _ number: Int, id replacement: Int64 = 7, _ findingClass: FindingClass = .failing, order: Order = .living, step: Step = .cordon,
        isParked: Bool = false, makesRoom: Bool = false, holdsSlot: Bool = true, isCordoning: Bool = false, isEmptying: Bool = false,
        members: [ServiceMember]? = nil, moving: [ServiceMember] = [], image: ImageID? = target, successor: InstanceID? = nil
    ) -> WorkInFlight {
        WorkInFlight(
            id: ReplacementID(replacement), node: id(number), instance: InstanceID(id(number).rawValue), agent: agent(number), slot: id(number), pool: pool,
            zone: zone(number), findingClass: findingClass, startedAt: now - .seconds(600), targetImage: image, order: order, step: step,
            isParked: isParked, makesRoom: makesRoom, holdsSlot: holdsSlot, isCordoning: isCordoning, isEmptying: isEmptying,
            members: members ?? (number < 5 ? [broker(number)] : []), moving: moving,
            successor: successor)
    }
}

extension Situation {
    package mutating func change(_ number: Int, _ fact: Fact, _ reading: Reading) {
        var facts = nodes[Scene.id(number)]!.facts
        facts[fact] = reading
        nodes[Scene.id(number)] = Scene.node(number, facts: facts)
    }

    /// As `plan` and `harmRefused` do before they ask.
    package mutating func settle() { latches = Planning.latches(in: self) }
}
