package import Fleet
package import Planning
package import Replacing

/// What a round needs to know of the configuration.
package struct Settings: Sendable {
    package var pools: [Pool]
    /// How often the masters are polled.
    package var mesosInterval: Duration
    /// How often EC2 is polled.
    package var ec2Interval: Duration
    /// How often DC/OS' system health is polled. Nil: not at all.
    package var healthInterval: Duration?
    /// How often Marathon and the schedulers are polled. Nil: not at all.
    package var servicesInterval: Duration?
    /// What the operator says of the stateful services.
    package var services: ServicePolicies
    /// How often the hosts are asked. Nil: not at all.
    package var probeInterval: Duration?
    /// Whether SSM is asked for its agents, together with EC2.
    package var readsSSM: Bool
    /// The upper bound of what any rule may lead to.
    package var mode: Mode
    /// How much may happen at a time.
    package var limits = Limits()
    /// What must be open before anything is replaced. All of them, but in tests that show what one is for.
    package var gates = Gate.all
    /// How replacements are done.
    package var playbook = Playbook.standard
    /// The commands of its own that each pool names.
    package var hooks: [PoolName: Set<Look.Hook>] = [:]
    /// Whether outdated nodes wait until somebody has opened a refresh, besides their rules' intervals.
    package var asksForRefresh = false
    /// Whether AWS is asked if the instances that are to be replaced may be ended.
    package var asksForTerminations = false
    /// Whether plans of Terraform's are made for nodes that are to be replaced.
    package var makesPlans = false
    /// Who is told of findings. Nobody, unless the configuration names somebody.
    package var alerting = Alerting()

    package init(
        pools: [Pool], mesosInterval: Duration = .seconds(15), ec2Interval: Duration = .seconds(60), healthInterval: Duration? = nil,
        servicesInterval: Duration? = nil, services: ServicePolicies = ServicePolicies(), probeInterval: Duration? = nil, readsSSM: Bool = false,
        mode: Mode = .alert
    ) {
        self.pools = pools
        self.mesosInterval = mesosInterval
        self.ec2Interval = ec2Interval
        self.healthInterval = healthInterval
        self.servicesInterval = servicesInterval
        self.services = services
        self.probeInterval = probeInterval
        self.readsSSM = readsSSM
        self.mode = mode
    }

    /// How long the agents may go unwatched before an instance that was launched meanwhile can no longer be said to have never joined.
    ///
    /// Five minutes: the restart of a daemon fits in, the join and loss of an agent (75 s of pings at least) hardly does.
    package static let watchGapMax = Duration.seconds(300)
    /// How long an agent without an instance stays a node after it is no longer listed.
    package static let absentAgentKept = Duration.seconds(86_400)
    /// How long a machine that has ended stays a node while it cannot be seen who lived there: as long as EC2 lists it.
    package static let unknownMembersKept = Duration.seconds(3600)

    /// The sources that this configuration reads, each with its interval. Whatever is not in here makes rules idle, not unknown.
    package var intervals: [Source: Duration] {
        var intervals: [Source: Duration] = [
            .agents: mesosInterval, .tasks: mesosInterval, .maintenance: mesosInterval, .instances: ec2Interval, .statuses: ec2Interval,
            .images: ec2Interval,
        ]
        for pool in pools where pool.image != nil { intervals[.target(pool.name)] = ec2Interval }
        intervals[.health] = healthInterval
        intervals[.services] = servicesInterval
        intervals[.probe] = probeInterval
        if readsSSM { intervals[.ssm] = ec2Interval }
        if !pools.groups.isEmpty { intervals[.groups] = ec2Interval }
        if pools.contains(where: \.looksAfterEntrances) { intervals[.entrances] = ec2Interval }
        return intervals
    }

    /// `intervals` with the schedulers of the services that count: those that were found, and before anybody has looked those that are remembered.
    func intervals(services: [ServiceName: ServiceWord]?, remembered: some Sequence<Source>) -> [Source: Duration] {
        var intervals = self.intervals
        guard let servicesInterval else { return intervals }
        let known = services.map { $0.keys.map { Source.service($0) } } ?? remembered.filter(\.isService)
        for source in known {
            guard case .service(let name) = source, !self.services.isIgnored(name) else { continue }
            intervals[source] = servicesInterval
        }
        return intervals
    }

    /// `intervals`' sources as the catalogue of facts names them, with the ledger, which is always there.
    package var configured: Set<Source> {
        var configured = Set(intervals.keys).union([.ledger])
        if pools.contains(where: { $0.image != nil }) { configured.insert(Fact.targetOfOwnPool) }
        return configured
    }

    /// `intervals` with the name that the catalogue of facts has for the target image of any pool.
    var sourceIntervals: [Source: Duration] {
        var intervals = self.intervals
        if pools.contains(where: { $0.image != nil }) { intervals[Fact.targetOfOwnPool] = ec2Interval }
        return intervals
    }

    /// How many nodes the fleet is meant to have: the pools' sizes; a pool without one counts what it has, but of a group that is its alone
    /// the group's desired capacity.
    ///
    /// A group that nodes of two pools belong to, or nodes of none, counts what is there: how it is meant to be shared out nobody says.
    ///
    /// - Parameters:
    ///   - present: how many nodes there are of each pool and group; nil for none.
    ///   - desired: the desired capacities that are known, by group.
    package func capacity(present: [PoolName?: [String?: Int]], desired: [String: Int]) -> Int {
        pools.reduce(present[nil]?.values.reduce(0, +) ?? 0) { sum, pool in
            if let size = pool.size { return sum + size }
            var counts = present[pool.name] ?? [:]
            for (group, size) in desired {
                let claims = pools.filter { $0.selector.groups.contains(group) }.map(\.name)
                let holders = present.filter { $0.value[group] != nil }.keys
                guard Set(claims.map(Optional.some)).union(holders) == [pool.name] else { continue }
                counts[group] = size
            }
            return sum + counts.values.reduce(0, +)
        }
    }
}
