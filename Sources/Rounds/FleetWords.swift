import Fleet

/// What is told of all nodes alike in a round, and which sources have spoken at all.
struct FleetWords: Equatable {
    /// Whether there was a sweep of EC2 that listed anything.
    let isSwept: Bool
    let hasStatuses: Bool
    let hasImages: Bool
    let hasPings: Bool
    let hasAgents: Bool
    let hasTasks: Bool
    let hasHealth: Bool
    let hasMarathon: Bool
    let hasResidence: Bool
    /// Whether of agents that are not listed it can be said that nobody lives there.
    let isResidenceComplete: Bool
    let maintenance: MesosSighting.Maintenance?
    let master: State.MasterTerm?
    /// `target_image_id` of the nodes of each pool whose target was ever read.
    let targets: [PoolName: Reading]
    /// Nil while no host was asked.
    let zones: AnsweringZones?

    init(_ state: State, _ sightings: Sightings, now: Timestamp, zones: AnsweringZones?) {
        isSwept = sightings.instances.map { !$0.isEmpty } ?? false
        hasStatuses = sightings.statuses != nil
        hasImages = sightings.images != nil
        hasPings = sightings.pings != nil
        hasAgents = sightings.agents != nil
        hasTasks = sightings.tasks != nil
        hasHealth = sightings.health != nil
        hasMarathon = sightings.marathon != nil
        hasResidence = sightings.residence != nil
        isResidenceComplete = sightings.residence?.isComplete(knowing: state.work.placed) ?? false
        maintenance = sightings.maintenance
        master = sightings.master.map { State.MasterTerm($0) }
        var targets: [PoolName: Reading] = [:]
        for (pool, seen) in sightings.targets {
            guard let target = state.targets[pool], seen.image.id == target.image else {
                targets[pool] = .unknown
                continue
            }
            targets[pool] = target.reading(state: seen.image.state, now: state.lastRead(.target(pool), now: now))
        }
        self.targets = targets
        self.zones = zones
    }
}

/// The time, and what goes with it. It is in few nodes: in those that Mesos does not list, or that went to and fro of late, or of whose end a warning came.
/// These are derived in each round, whatever is told of them.
struct FleetTimes {
    let now: Timestamp
    /// Since when the present master leads, as far as is known.
    let masterSince: Timestamp
    let reregister: Duration
    /// Since when the agents have been watched without a gap.
    let watchedSince: Timestamp?
    let agentsReadAt: Timestamp
    let areAgentsStale: Bool
    /// When EC2 was last swept; nil while its sweep cannot say who is gone.
    let sweptAt: Timestamp?

    init(_ state: State, _ sightings: Sightings, stale: Set<Source>, now: Timestamp) {
        self.now = now
        // The master's own word, or when this ledger first saw it, whichever is later, so that a clock that is off waits longer.
        masterSince = sightings.master.map { max(min($0.electedTime, now), state.masters[$0.id] ?? now) } ?? now
        reregister = sightings.timeouts.reregister
        watchedSince = state.watchedSince
        agentsReadAt = state.lastRead(.agents, now: now)
        areAgentsStale = stale.contains(.agents)
        sweptAt = sightings.instances == nil || stale.contains(.instances) ? nil : state.lastRead(.instances, now: now)
    }
}
