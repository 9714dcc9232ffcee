package import Fleet
package import Planning
package import Replacing
internal import Rounds

/// What is true of the world and of what was done to it, kept beside the run: the checkers judge by this and by nothing that the round believes.
///
/// Times are the world's. Since when something is so is noted at the next event after it came to be so: a few seconds late at most, in favour of
/// the accused.
package struct Truth: Sendable {
    /// When each instance was last truly sick, and since when without a gap. By instance.
    package internal(set) var lastSick: [InstanceID: Timestamp] = [:]
    package internal(set) var sickSince: [InstanceID: Timestamp] = [:]
    /// When nothing on it could be reached last. By instance.
    package internal(set) var lastSilent: [InstanceID: Timestamp] = [:]
    /// When its image was last not the one that its pool is to run.
    package internal(set) var lastOutdated: [InstanceID: Timestamp] = [:]
    /// Nodes that a person asked to have replaced.
    package internal(set) var requested: Set<NodeID> = []
    /// Agents that operators have taken out of the offers.
    package internal(set) var operatorCordons: Set<InstanceID> = []
    /// Since when a broker is out: not registered, or behind. By service and broker.
    package internal(set) var outSince: [Member: Timestamp] = [:]
    /// Since when the brokers that are in sync with a partition are these and no others.
    package internal(set) var inSyncSince: [PartitionName: (brokers: [Int], since: Timestamp)] = [:]
    /// Since when a machine's agent takes offers.
    package internal(set) var offeredSince: [InstanceID: Timestamp] = [:]
    /// Since when something is the matter with a machine that Mesos or EC2 can tell, cut off ones included.
    package internal(set) var unwellSince: [InstanceID: Timestamp] = [:]
    /// Since when Mesos does not list the agent of a machine that runs and is not down for maintenance.
    package internal(set) var missingSince: [InstanceID: Timestamp] = [:]
    /// Since when a machine's agent is cordoned without an owner.
    package internal(set) var ownerlessSince: [InstanceID: Timestamp] = [:]
    /// Every replacement as its committed transitions make it, and those transitions.
    package internal(set) var replacements: [ReplacementID: Replacement] = [:]
    package internal(set) var entries: [ReplacementID: [TransitionEntry]] = [:]
    /// When replacements began, by the daemon's clock, in order.
    package internal(set) var starts: [Timestamp] = []
    package internal(set) var brakes = Brakes()
    package internal(set) var limits = Limits()
    /// Since when a machine has tasks of an app that serve, and no other machine has, or none that is to keep them.
    package internal(set) var aloneSince: [AppPlace: Timestamp] = [:]
    /// When Mesos was last read whole and as it was, and the agents that were ever listed then.
    package internal(set) var mesosReadAt: Timestamp?
    package internal(set) var seenAgents: Set<AgentID> = []
    /// Images of which a fresh node has come through its probation.
    package internal(set) var provenImages: Set<ImageID> = []
    /// Images that a fresh node has failed with, until a person accepted that.
    package internal(set) var quarantined: Set<ImageID> = []
    /// Since when machines have state that a rule keeps.
    package internal(set) var keptSince: [InstanceID: Timestamp] = [:]
    /// Since when the group launches nothing.
    package internal(set) var suspendedSince: Timestamp?
    /// Since when the scheduler of each service does not answer. By service.
    package internal(set) var unansweredSince: [Int: Timestamp] = [:]
    /// Until when, by the daemon's clock, what is proposed for a node was approved.
    package internal(set) var approvedUntil: [NodeID: Timestamp] = [:]
    /// What was unwell when somebody accepted a latch: an acceptance stands for as long as no more comes.
    package internal(set) var accepted: Set<InstanceID> = []

    package struct Member: Hashable, Sendable {
        package let service: Int
        package let broker: Int
    }

    package struct PartitionName: Hashable, Sendable {
        package let service: Int
        package let topic: Int
        package let partition: Int
    }

    package struct AppPlace: Hashable, Sendable {
        package let app: String
        package let machine: Int
    }

    /// What operators have told, as the round has taken it in.
    package struct Brakes: Sendable {
        package internal(set) var pausedSince: Timestamp?
        /// `until` by the daemon's clock as it was set then, and `ends` by the world's: the earlier counts.
        package internal(set) var heldSince: [NodeID: (since: Timestamp, until: Timestamp, ends: Timestamp)] = [:]
    }

    /// Whether SSM and the host itself are both asked: where both have lost a machine, they outweigh EC2, who cannot see its network.
    private let isHostAsked: Bool
    private let areWarningsHeard: Bool

    init(_ world: World, _ settings: Settings, hearsWarnings: Bool) {
        limits = settings.limits
        areWarningsHeard = hearsWarnings
        isHostAsked = settings.readsSSM && settings.probeInterval != nil
        observe(world)
    }

    /// Since when the service's member is out; nil while it is registered and in sync with everything that it ought to have.
    func out(_ service: Int, _ broker: Int) -> Timestamp? { outSince[Member(service: service, broker: broker)] }

    // MARK: - Looking

    mutating func observe(_ world: World) {
        for (position, machine) in world.machines.enumerated() where machine.ec2State != .terminated || machine.isListedByEC2 {
            keptSince[machine.instance] = world.keepsState(position) ? keptSince[machine.instance] ?? world.now : nil
            let isWarned = areWarningsHeard && machine.spotWarnedAt != nil
            if Self.isSick(machine) || isWarned || (isHostAsked && Self.isLost(machine, at: world.now)) {
                lastSick[machine.instance] = world.now
                sickSince[machine.instance] = sickSince[machine.instance] ?? world.now
            } else {
                sickSince[machine.instance] = nil
            }
            if !machine.serves { lastSilent[machine.instance] = world.now }
            offeredSince[machine.instance] = machine.takesWork || machine.isPublicAndOffered ? offeredSince[machine.instance] ?? world.now : nil
            unwellSince[machine.instance] = Self.isUnwell(machine) ? unwellSince[machine.instance] ?? world.now : nil
            let isMissing = machine.ec2State == .running && machine.agent.map(seenAgents.contains) == true && !machine.isListed && machine.maintenance == nil
            missingSince[machine.instance] = isMissing ? missingSince[machine.instance] ?? world.now : nil
            if machine.image.rawValue != Self.target(of: machine, in: world) { lastOutdated[machine.instance] = world.now }
        }
        for service in world.services.indices { observe(service, in: world) }
        // Who is well again was accepted once; that it is unwell again is news.
        accepted.formIntersection(unwellSince.keys)
        suspendedSince = world.areLaunchesSuspended ? suspendedSince ?? world.now : nil
        observeApps(in: world)
    }

    /// Whether something is the matter with the machine itself. A network that is cut off, and what people do to a machine that works, is not.
    package static func isSick(_ machine: Machine) -> Bool {
        if machine.ec2State != .running { return machine.ec2State == .terminated || machine.ec2State == .shuttingDown }
        if machine.systemCheck == .impaired || machine.instanceCheck == .impaired || !machine.scheduledEvents.isEmpty { return true }
        if machine.hungSince != nil { return !machine.isCutOff }
        return machine.process == .stopped && machine.agent != nil && machine.maintenance == nil
    }

    /// Whether the network has cut it off from everybody for so long that nobody can tell it from a machine that hangs, nor make any use of it. That
    /// nothing is done while there are many of them at once, other checkers see to.
    private static func isLost(_ machine: Machine, at now: Timestamp) -> Bool {
        machine.isCutOff && machine.hungSince.map { now - $0 > .seconds(600) } ?? false
    }

    /// Whether Mesos has lost it, or EC2 calls it impaired.
    static func isUnwell(_ machine: Machine) -> Bool {
        guard machine.ec2State == .running, machine.agent != nil else { return false }
        return !machine.isListed || machine.systemCheck == .impaired || machine.instanceCheck == .impaired
    }

    private static func target(of machine: Machine, in world: World) -> String {
        let name = machine.isPublic ? World.publicParameter : World.privateParameter
        return world.parameters.first { $0.name == name }?.value ?? machine.image.rawValue
    }

    private mutating func observe(_ service: Int, in world: World) {
        let now = world.now
        unansweredSince[service] = world.services[service].scheduler.route == .answers ? nil : unansweredSince[service] ?? now
        var behind: Set<Int> = []
        for (topicPlace, topic) in world.services[service].topics.enumerated() {
            for (place, partition) in topic.partitions.enumerated() {
                behind.formUnion(partition.replicas.filter { !partition.inSync.contains($0) })
                let name = PartitionName(service: service, topic: topicPlace, partition: place)
                if inSyncSince[name]?.brokers != partition.inSync { inSyncSince[name] = (partition.inSync, now) }
            }
        }
        for broker in world.services[service].brokers {
            let member = Member(service: service, broker: broker.number)
            let isOut = !broker.isRegistered || broker.isPlaceless || behind.contains(broker.number)
            outSince[member] = isOut ? outSince[member] ?? now : nil
        }
    }

    private mutating func observeApps(in world: World) {
        var places: [String: Set<Int>] = [:]
        for (position, machine) in world.machines.enumerated() where machine.serves {
            for task in machine.tasks where task.kind == .app { places[task.appID, default: []].insert(position) }
        }
        var alone: [AppPlace: Timestamp] = [:]
        for (app, positions) in places {
            let staying = positions.filter { world.machines[$0].drain == nil }
            for position in positions where staying.isSubset(of: [position]) {
                let place = AppPlace(app: app, machine: position)
                alone[place] = aloneSince[place] ?? world.now
            }
        }
        aloneSince = alone
    }

    // MARK: - Hearing

    mutating func showMesos(_ world: World) {
        mesosReadAt = world.now
        seenAgents.formUnion(world.machines.filter(\.isListed).compactMap(\.agent))
    }

    mutating func note(_ fault: World.Fault, world: World) {
        switch fault {
        case .deactivated(let position), .drainStarted(let position, _):
            if world.machines.indices.contains(position) { operatorCordons.insert(world.machines[position].instance) }
        case .reactivated(let position):
            if world.machines.indices.contains(position) { operatorCordons.remove(world.machines[position].instance) }
        default: break
        }
    }

    /// The most that the simulated clock is ever wrong by.
    static let clocksAreSetBy = Duration.seconds(900)

    mutating func told(_ kind: Command.Kind, work: Work, at now: Timestamp, skew: Duration) {
        switch kind {
        case .pause: if work.pause != nil { brakes.pausedSince = now }
        case .resume: brakes.pausedSince = nil
        case .hold(let node, let until): if work.holds[node] != nil { brakes.heldSince[node] = (now, until, until - skew) }
        case .release(let node): brakes.heldSince[node] = nil
        case .replace(let node): requested.insert(node)
        case .accept: accepted.formUnion(unwellSince.keys)
        case .refresh, .endRefresh, .approve, .cancel, .retry, .takeOver: break
        }
    }

    mutating func take(_ report: RoundReport, work: Work, at now: Timestamp) {
        // One whose end has come by a clock that was wrong is over, though that clock is right now: what has passed for the daemon does not unhappen. By no more than clocks are ever
        // set by, forward and back.
        brakes.heldSince = brakes.heldSince.filter { node, hold in
            work.holds[node] != nil || report.at < hold.until || now < hold.ends - Self.clocksAreSetBy * 2
        }
        for entry in report.transitions {
            entries[entry.replacement, default: []].append(entry)
            if case .began(let replacement) = entry.transition {
                replacements[entry.replacement] = replacement
                starts.append(entry.at)
            } else {
                replacements[entry.replacement]?.apply(entry.transition, at: entry.at)
                if case .parked(let reason, _) = entry.transition, [.joinFailed, .probationFailed].contains(reason),
                    let image = replacements[entry.replacement]?.triedImage
                {
                    quarantined.insert(image)
                }
                if case .ended(let outcome) = entry.transition, outcome.kind == .done, let image = replacements[entry.replacement]?.triedImage {
                    provenImages.insert(image)
                }
            }
        }
        if brakes.pausedSince != nil, work.pause == nil { brakes.pausedSince = nil }
    }

    mutating func remembered(_ work: Work) {
        if work.pause == nil { brakes.pausedSince = nil }
    }
}

extension Machine {
    /// Whether what runs on it can be reached.
    var serves: Bool { hostAnswers && !isHostStopped }

    fileprivate var isPublicAndOffered: Bool {
        isPublic && isConnected && !isDeactivated && maintenance == nil && process == .running && ec2State == .running
    }
}
