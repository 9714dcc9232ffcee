import Fleet

/// The last good answer of every source since the program started. Values; a source that failed keeps its last word, and grows stale.
struct Sightings {
    var master: MesosSighting.Master?
    var timeouts = MesosSighting.Timeouts()
    var agents: [Agent]? { didSet { (listed, rosters) = (Dictionary((agents ?? []).map { ($0.id, $0) }, uniquingKeysWith: { $1 }), rosters + 1) } }
    var recovered: [RecoveredAgent] = [] {
        didSet { (known, rosters) = (Dictionary(recovered.map { ($0.id, $0) }, uniquingKeysWith: { $1 }), rosters + 1) }
    }
    /// `agents` and `recovered`, by id.
    private(set) var listed: [AgentID: Agent] = [:]
    private(set) var known: [AgentID: RecoveredAgent] = [:]
    var tasks: MesosSighting.Tasks? { didSet { tasksRead += 1 } }
    /// How often tasks were taken in: while it is the same they are.
    private(set) var tasksRead = 0
    /// How often it was told anew who there is, by Mesos or by EC2.
    private(set) var rosters = 0
    /// What the event stream told of tasks since.
    var heard = HeardTasks()
    var maintenance: MesosSighting.Maintenance?
    var counts: MesosSighting.Counts?
    var instances: [Instance]? {
        didSet { (swept, rosters) = (Dictionary((instances ?? []).map { ($0.id, $0) }, uniquingKeysWith: { $1 }), rosters + 1) }
    }
    /// The same, by id.
    private(set) var swept: [InstanceID: Instance] = [:]
    var statuses: [InstanceID: InstanceStatus]?
    /// When instances were last looked at by themselves, between two sweeps.
    var lookedAt: [InstanceID: Timestamp] = [:]
    /// What AWS has said of spot instances, as of this round.
    var warnings: [InstanceID: SpotWarning] = [:]
    var images: [ImageID: Image]?
    var targets: [PoolName: EC2Sighting.TargetImage] = [:]
    /// The image that a fresh instance would get, by pool, where that is known and asked.
    var launchImages: [PoolName: ImageID] = [:]
    var pings: [InstanceID: SSMPing]?
    /// By name.
    var groups: [String: AutoScalingGroup]?
    var entrances: EntrancesSighting?
    /// Of the last poll alone: it is asked at each for those that matter.
    var terminations: [InstanceID: TerminationBar] = [:]
    /// What making a plan of Terraform's last came to, by the node's instance.
    var plans: [InstanceID: TerraformPlanSighting] = [:]
    /// How the application of plans stands, by their names.
    var applications: [String: ApplicationStanding] = [:]
    /// By address.
    var health: [Address: NodeHealth]?
    /// The last word on each service that Marathon or the configuration names.
    var services: [ServiceName: ServiceWord]?
    var marathon: MarathonSighting?
    /// Who lives where, made of the last words of Mesos and of the schedulers. Nil while one of them has not spoken.
    var residence: Residence?
    var probe: ProbeSighting?
    /// Whether each of the two pollers has ended once, well or not: before that a fleet would look half empty.
    var hasMesosSpoken = false
    var hasEC2Spoken = false

    var areComplete: Bool { hasMesosSpoken && hasEC2Spoken }

    /// Takes in what came, and returns how each source did.
    ///
    /// An answer that lists nothing where before there was something is the observer's failure, not the fleet's end.
    mutating func take(_ result: Result<MesosSighting, SourceFailure>, knownAgents: Int) -> [Source: SourceFailure?] {
        hasMesosSpoken = true
        var outcome = take(result.map(\.agentsAlone), knownAgents: knownAgents)
        guard case .success(let sighting) = result, case .some(nil) = outcome[.agents] else {
            outcome[.tasks] = outcome[.agents]
            outcome[.maintenance] = outcome[.agents]
            return outcome
        }
        outcome[.tasks] = Self.keep(sighting.tasks, in: &tasks)
        if case .success(let tasks) = sighting.tasks { heard.poll(tasks) }
        outcome[.maintenance] = Self.keep(sighting.maintenance, in: &maintenance)
        return outcome
    }

    /// The agents of a poll, or of a look at them alone, which says nothing of tasks and maintenance.
    mutating func take(_ result: Result<AgentsSighting, SourceFailure>, knownAgents: Int) -> [Source: SourceFailure?] {
        let sighting: AgentsSighting
        switch result {
        case .failure(let failure): return [.agents: failure]
        case .success(let seen) where seen.agents.isEmpty && seen.recovered.isEmpty && knownAgents > 0:
            return [
                .agents: SourceFailure("\(seen.master.url) lists no agents at all, and before there were \(knownAgents): an empty inventory is not believed")
            ]
        case .success(let seen): sighting = seen
        }
        master = sighting.master
        timeouts = sighting.timeouts
        agents = sighting.agents
        recovered = sighting.recovered
        counts = try? sighting.counts.get()
        return [.agents: nil]
    }

    /// What is told of tasks before one poll has listed them is for that poll.
    mutating func take(_ news: [TaskNews], now: Timestamp) {
        guard let tasks else { return }
        heard.hear(news, of: tasks, now: now)
    }

    mutating func take(_ sighting: EC2Sighting, knownInstances: Int) -> [Source: SourceFailure?] {
        hasEC2Spoken = true
        var outcome: [Source: SourceFailure?] = [:]
        if case .success(let seen) = sighting.instances, seen.isEmpty, knownInstances > 0 {
            // Statuses and images were asked for by that inventory, or by the same eyes.
            let failure = SourceFailure("EC2 lists no instances at all, and before there were \(knownInstances): an empty inventory is not believed")
            for source in [Source.instances, .statuses, .images] { outcome[source] = failure }
        } else {
            outcome[.instances] = Self.keep(sighting.instances, in: &instances)
            if case .success = sighting.instances { lookedAt = [:] }
            outcome[.statuses] = Self.keep(sighting.statuses.map { Dictionary($0.map { ($0.id, $0) }, uniquingKeysWith: { $1 }) }, in: &statuses)
            outcome[.images] = Self.keep(sighting.images.map { Dictionary($0.map { ($0.id, $0) }, uniquingKeysWith: { $1 }) }, in: &images)
        }
        if let seen = sighting.groups { outcome[.groups] = keepGroups(seen) }
        if case .success(let seen)? = sighting.pings, seen.isEmpty, let before = pings?.count, before > 0 {
            // SSM keeps what has stopped reporting for a month.
            outcome[.ssm] = SourceFailure("SSM lists no agents at all, and before there were \(before): an empty inventory is not believed")
        } else if let seen = sighting.pings {
            outcome[.ssm] = Self.keep(seen, in: &pings)
        }
        for (pool, result) in sighting.targets {
            var target = targets[pool]
            outcome[.target(pool)] = Self.keep(result, in: &target)
            targets[pool] = target
        }
        // Of what could not be read nothing is known: it is asked just before an instance is spent.
        launchImages = sighting.launchImages.compactMapValues { try? $0.get() }
        terminations = sighting.terminations
        return outcome
    }

    mutating func take(_ result: Result<EntrancesSighting, SourceFailure>) -> [Source: SourceFailure?] {
        [.entrances: Self.keep(result, in: &entrances) ?? nil]
    }

    mutating func take(_ result: Result<HealthSighting, SourceFailure>) -> [Source: SourceFailure?] {
        let byAddress = result.map { seen in
            Dictionary(seen.nodes.compactMap { node in Address(node.ip).map { ($0, node) } }, uniquingKeysWith: { $1 })
        }
        return [.health: Self.keep(byAddress, in: &health) ?? nil]
    }

    /// A scheduler that says nothing keeps its last word; a service that Marathon no longer has is forgotten, and Marathon's silence forgets none.
    mutating func take(_ sighting: ServicesSighting, now: Timestamp) -> [Source: SourceFailure?] {
        var outcome: [Source: SourceFailure?] = [.services: Self.keep(sighting.marathon, in: &marathon) ?? nil]
        var words = services ?? [:]
        if case .success = sighting.marathon {
            let named = Set(sighting.services.map(\.name))
            words = words.filter { named.contains($0.key) }
        }
        for service in sighting.services {
            words[service.name, default: ServiceWord(name: service.name)].hear(service, at: now)
            let failure: SourceFailure? = if case .failure(let failure) = service.members { failure } else { nil }
            outcome[.service(service.name)] = failure
        }
        services = words
        return outcome
    }

    /// Joins what Mesos and the schedulers last said. Worth it only after one of them said something new.
    mutating func settle(_ policies: ServicePolicies) {
        guard let agents, let tasks, let services else { return }
        residence = Residence(agents: agents, tasks: tasks, words: services, marathon: marathon, policies: policies)
    }

    /// A plan that is too old to be believed is forgotten with the next.
    mutating func take(_ sighting: TerraformSighting, now: Timestamp) {
        switch sighting {
        case .plan(let plan):
            plans = plans.filter { $0.value.isFresh(at: now) }
            plans[plan.instance] = plan
        case .application(let plan, let standing): applications[plan] = standing
        }
    }

    mutating func take(_ sighting: ProbeSighting) -> [Source: SourceFailure?] {
        probe = sighting
        return [.probe: nil]
    }

    mutating func keepGroups(_ seen: Result<[AutoScalingGroup], SourceFailure>) -> SourceFailure? {
        Self.keep(seen.map { Dictionary($0.map { ($0.name, $0) }, uniquingKeysWith: { $1 }) }, in: &groups) ?? nil
    }

    private static func keep<Value>(_ result: Result<Value, SourceFailure>, in place: inout Value?) -> SourceFailure?? {
        switch result {
        case .success(let value):
            place = value
            return .some(nil)
        case .failure(let failure): return failure
        }
    }
}
