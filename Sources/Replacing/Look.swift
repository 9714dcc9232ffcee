package import Fleet

/// What is seen of one replacement's node, its members and its successor in one round. Nothing is taken from memory.
package struct Look: Sendable {
    package let now: Timestamp
    package let vital: Vital
    package let vitalReason: String
    /// What may be believed of the node; nil once it has left the fleet.
    package let facts: NodeFacts?
    /// Whether the agent that was decided for is listed by the master. Nil: unknown.
    package let isAgentListed: Bool?
    /// The agent that is on the node now.
    package let agent: AgentID?
    /// Tasks on the node, by Mesos, that are not over, and the reservations and volumes of guarded members that are not abandoned. Nil: unknown.
    package let tasksLeft: Int?
    package let membersLeft: [ServiceMember]?
    /// Brokers of this node that are registered with their cluster at this moment. Nil: unknown.
    package let registeredHere: [ServiceMember]?
    /// The services of the moves and of whatever lives on the node, by name. One that is missing is unknown.
    package let services: [ServiceName: ServiceStatus]
    /// When each source was last read whole.
    package let readAt: [Action.Scope: Timestamp]
    /// Instances of the pool that came after the start and are nobody else's successor; the own one, once it has one, for as long as EC2 lists it.
    /// Sorted by launch.
    package let successors: [Successor]
    /// Whether Mesos can deactivate and drain agents: 1.9. Nil: unknown.
    package let isMesosNew: Bool?
    package let pool: Pool?
    /// Whether the finding or wish that asked for it still stands. Nil: unknown.
    package let isStillWanted: Bool?
    /// Whether the symptom shows on the successor: a `failing` finding fires on it.
    package let isSuccessorFailing: Bool?
    /// The image that the pool ought to run now. Nil: none is named, or it is not known.
    package let targetImage: ImageID?
    /// The ids of the volumes and reservations of each member on the node, which are abandoned once it is in sync elsewhere.
    package let resources: [ServiceMember: [String]]
    /// What leads to the node from outside, but what lets go of it already. Nil: unknown, or nobody looks after it.
    package let entrances: [Entrance]?
    /// Whether no load balancer leads to the node any more. Nil: unknown. True where none is looked after.
    package let isDetached: Bool?
    /// The commands of its own that the pool names.
    package let hooks: Set<Hook>
    /// Whether every scheduler with a member on the node can move it after the agent has left: SDK 0.40. Asked below Mesos 1.9 alone. Nil: unknown.
    package let canMoveAfterLeave: Bool?
    /// Since when Mesos and EC2 have been seen without a gap by this process; now, while they are not: deadlines do not count what nobody saw.
    /// Nil: for ever.
    package let watchedSince: Timestamp?
    /// Whether it may have begun before it was its turn: then it does not wait for it for ever.
    package let isAhead: Bool
    /// What making a plan of Terraform's for it came to, where that may be believed still. Nil: none was made.
    package let plan: TerraformPlanSighting?
    /// How the application of the last plan stands that it has asked for. Nil: unknown, or it has asked for none.
    package let application: ApplicationStanding?

    /// Instances on the node of apps that could not do without all that they have here at once: of each app the one that goes first. Sorted by app. Nil: unknown.
    package let crowding: [AppInstance]?
    /// Whether its end was announced, and its group has as many others as it wants: none comes in its place.
    package let hasGroupItsAll: Bool

    package enum Hook: Hashable, Sendable, CaseIterable { case beforeDrain, ready }

    package struct Successor: Hashable, Sendable {
        package let node: NodeID
        package let instance: InstanceID
        package let image: ImageID?
        package let state: Instance.State
        package let launchedAt: Timestamp
        package let agent: AgentID?
        package let mesosState: MesosState?
        /// `healthy`, `unhealthy`, …; nil where DC/OS is not asked or does not say.
        package let dcosHealth: String?
        /// Whether its attributes are those that the pool requires. Nil: unknown.
        package let hasAttributes: Bool?
        /// Whether it is in the load balancers and addresses that the old one was in. Nil: unknown. True where none is looked after.
        package let isInService: Bool?

        package init(
            node: NodeID, instance: InstanceID, image: ImageID?, state: Instance.State, launchedAt: Timestamp, agent: AgentID?, mesosState: MesosState?,
            dcosHealth: String?, hasAttributes: Bool?, isInService: Bool? = true
        ) {
            self.node = node
            self.instance = instance
            self.image = image
            self.state = state
            self.launchedAt = launchedAt
            self.agent = agent
            self.mesosState = mesosState
            self.dcosHealth = dcosHealth
            self.hasAttributes = hasAttributes
            self.isInService = isInService
        }
    }

    package init(
        now: Timestamp, vital: Vital, vitalReason: String, facts: NodeFacts?, isAgentListed: Bool?, agent: AgentID?, tasksLeft: Int?,
        membersLeft: [ServiceMember]?, registeredHere: [ServiceMember]?, services: [ServiceName: ServiceStatus], readAt: [Action.Scope: Timestamp],
        successors: [Successor], isMesosNew: Bool?, pool: Pool?, isStillWanted: Bool?, isSuccessorFailing: Bool?,
        targetImage: ImageID? = nil, resources: [ServiceMember: [String]] = [:], entrances: [Entrance]? = nil, isDetached: Bool? = true, hooks: Set<Hook> = [],
        canMoveAfterLeave: Bool? = nil, watchedSince: Timestamp? = nil,
        isAhead: Bool = false, plan: TerraformPlanSighting? = nil, application: ApplicationStanding? = nil, crowding: [AppInstance]? = [],
        hasGroupItsAll: Bool = false
    ) {
        self.now = now
        self.vital = vital
        self.vitalReason = vitalReason
        self.facts = facts
        self.isAgentListed = isAgentListed
        self.agent = agent
        self.tasksLeft = tasksLeft
        self.membersLeft = membersLeft?.sorted()
        self.registeredHere = registeredHere?.sorted()
        self.services = services
        self.readAt = readAt
        self.successors = successors.sorted { ($0.launchedAt, $0.instance) < ($1.launchedAt, $1.instance) }
        self.isMesosNew = isMesosNew
        self.pool = pool
        self.isStillWanted = isStillWanted
        self.isSuccessorFailing = isSuccessorFailing
        self.targetImage = targetImage
        self.resources = resources
        self.entrances = entrances
        self.isDetached = isDetached
        self.hooks = hooks
        self.canMoveAfterLeave = canMoveAfterLeave
        self.watchedSince = watchedSince
        self.isAhead = isAhead
        self.plan = plan
        self.application = application
        self.crowding = crowding?.sorted { $0.app < $1.app }
        self.hasGroupItsAll = hasGroupItsAll
    }
}

/// What the gates that are asked before harm say to one call: handed in, for who replaces does not plan.
package typealias HarmVerdict = (Step, Taken?) -> [String]
