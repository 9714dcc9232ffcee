package import Fleet

/// All that gates may ask: what one round knows of the fleet, the services, the brakes and the work in flight. A value without a clock.
package struct Situation: Sendable {
    package var now: Timestamp
    /// The upper bound of what any rule may lead to.
    package var mode: Mode
    package var limits: Limits
    package var pools: [Pool]

    // Brakes
    package var pause: Pause?
    /// `/etc/mayfly/pause`: nil when it is not there; else what it says, or why it cannot be read.
    package var pauseFile: String?
    package var claim: ClaimStanding = .none
    /// Whether an alert target answered a test. Nil: not known.
    package var isAlertingProven: Bool?
    /// Whether schedulers are asked at all.
    package var readsServices = false
    package var holds: [NodeID: Hold] = [:]
    package var approvals: [NodeID: Approval] = [:]
    package var latches: [LatchName: Latch] = [:]

    // The fleet
    package var nodes: [NodeID: NodeStatus] = [:]
    /// How many nodes the fleet and each pool are meant to have.
    package var capacity = 0
    package var capacityOfPools: [PoolName: Int] = [:]
    /// The most nodes that the fleet had within 24 hours, and how many fewer it may have for reasons that are known: a capacity that was lowered,
    /// departures that somebody else saw to, our own work. Nil: not known.
    package var fleetMax: Int?
    package var explainedShrink = 0
    package var sources: [Source: SourceStatus] = [:]
    package var targets: [PoolName: TargetStatus] = [:]
    package var groups: [String: AutoScalingGroup] = [:]
    /// By name. Of `guarded` and `refuse` services; nil where it is not known which services there are.
    package var services: [ServiceName: ServiceStatus]?
    package var apps: [AppStatus]?

    // Time and work
    package var windows: [RuleName: Window] = [:]
    /// How long replacements took, most recent last; of a pool, by its order.
    package var expectedDuration: [PoolName: Duration] = [:]
    /// When replacements were started within the last 24 hours. Sorted.
    package var starts: [Timestamp] = []
    package var inFlight: [WorkInFlight] = []
    /// When new failures began, of the nodes that are unhealthy now. For the breaker's burst.
    package var failures: [NodeID: Timestamp] = [:]

    package init(now: Timestamp, mode: Mode, limits: Limits = Limits(), pools: [Pool] = []) {
        self.now = now
        self.mode = mode
        self.limits = limits
        self.pools = pools
    }

    package func pool(_ name: PoolName?) -> Pool? { name.flatMap { name in pools.first { $0.name == name } } }
}

/// One node of the fleet, as gates see it.
package struct NodeStatus: Sendable {
    package let node: Node
    /// What may be believed: readings of stale sources are unknown.
    package let facts: NodeFacts
    package let vital: Vital
    /// The witnesses and what each says, or what speaks against it, for people.
    package let vitalReason: String
    /// Whether it counts for the breaker: Mesos not active, EC2 impaired, or a firing `failing` finding, and neither our own work nor a departure. What cannot be seen counts.
    package var isUnhealthy: Bool
    /// Guarded members on it. Nil: unknown.
    package let members: [ServiceMember]?
    /// What its agent has, by the master. Nil: not listed.
    package let resources: AgentResources?
    /// How many Mesos agents claim it, and whether its join is one to one.
    package let isJoined: Bool
    /// What runs on it that Mayfly itself stands on, in words: `a master`, `this program`. Nil: nothing.
    package let dependence: String?
    /// Whether the Mesos that it belongs to is 1.9 or newer. Nil: unknown.
    package let canDeactivate: Bool?
    /// As its group has it; nil without a group, or where it is not known.
    package let inGroup: AutoScalingGroup.GroupInstance?
    /// How often its slot was replaced within 30 days.
    package let replacements: Int
    package let slot: NodeID

    package init(
        node: Node, facts: NodeFacts, vital: Vital, vitalReason: String, isUnhealthy: Bool, members: [ServiceMember]?, resources: AgentResources?,
        isJoined: Bool, dependence: String?, canDeactivate: Bool?, inGroup: AutoScalingGroup.GroupInstance?, replacements: Int, slot: NodeID
    ) {
        self.node = node
        self.facts = facts
        self.vital = vital
        self.vitalReason = vitalReason
        self.isUnhealthy = isUnhealthy
        self.members = members?.sorted()
        self.resources = resources
        self.isJoined = isJoined
        self.dependence = dependence
        self.canDeactivate = canDeactivate
        self.inGroup = inGroup
        self.replacements = replacements
        self.slot = slot
    }

    package var id: NodeID { node.id }
    package var pool: PoolName? { facts.text(.pool).map { PoolName($0) } }
    package var zone: String? { facts.text(.zone) }
    package var image: ImageID? { facts.text(.imageID).map { ImageID($0) } }
    package var isOutdated: Bool? {
        switch facts[.imageOutdated] {
        case .integer(let value): value != 0
        case .none: false
        case .text, .unknown: nil
        }
    }
}

extension NodeFacts {
    /// The text of a fact that has one; nil for none and unknown alike: whoever must tell them apart asks the reading.
    package func text(_ fact: Fact) -> String? { if case .text(let text) = self[fact] { text } else { nil } }
    package func integer(_ fact: Fact) -> Int64? { if case .integer(let number) = self[fact] { number } else { nil } }
}

/// How a source stands, as gates see it.
package struct SourceStatus: Hashable, Sendable {
    package let interval: Duration
    /// When it was last read whole. Nil: never.
    package let readAt: Timestamp?
    package let isFresh: Bool
    package let failure: String?

    package init(interval: Duration, readAt: Timestamp?, isFresh: Bool, failure: String? = nil) {
        self.interval = interval
        self.readAt = readAt
        self.isFresh = isFresh
        self.failure = failure
    }
}

/// A pool's target image.
package struct TargetStatus: Hashable, Sendable {
    package let image: ImageID
    package let since: Timestamp
    /// EC2's word: `available`, …. Nil: unknown.
    package let state: String?
    /// Whether a node of this image has come through probation: until then one goes alone.
    package let isProven: Bool

    package init(image: ImageID, since: Timestamp, state: String?, isProven: Bool) {
        self.image = image
        self.since = since
        self.state = state
        self.isProven = isProven
    }
}

/// What a rule's time interval says at one moment, and when it closes.
package struct Window: Hashable, Sendable {
    package let state: WindowState
    /// When the interval that is open now closes. Nil: it does not, or it is shut.
    package let closes: Timestamp?

    package init(_ state: WindowState, closes: Timestamp? = nil) {
        self.state = state
        self.closes = closes
    }
}

/// An app of Marathon's, as far as it must not fall below what it declares.
package struct AppStatus: Hashable, Sendable {
    package let id: String
    package let instances: Int
    /// `upgradeStrategy.minimumHealthCapacity`, 0…1; 1 is Marathon's default.
    package let minimumHealthCapacity: Double
    /// How many of its tasks run, by node.
    package let running: [NodeID: Int]

    package init(id: String, instances: Int, minimumHealthCapacity: Double, running: [NodeID: Int]) {
        self.id = id
        self.instances = instances
        self.minimumHealthCapacity = minimumHealthCapacity
        self.running = running
    }
}
