package import Fleet

/// What a round has learnt of the stateful services: differences only.
package struct ServicesEntry: Hashable, Sendable {
    /// Services that are new or other than before. Applied first.
    package var services: [RecordedService] = []
    /// Services that are no longer there: all that is open of them ends.
    package var gone: [ServiceName] = []
    /// Members as they are now; each ends what was open of the same member on the same agent.
    package var members: [RecordedMember] = []
    /// Members that are no longer seen there.
    package var membersGone: [RecordedMember.Key] = []
    /// Topics whose sets changed, with the service that they are of.
    package var topics: [ServiceName: [TopicSync]] = [:]
    /// Topics that are no longer there.
    package var topicsGone: [ServiceName: [String]] = [:]
    /// When the topic that was read longest ago was read: freshness.
    package var topicsReadAt: [ServiceName: Timestamp] = [:]

    package init() {}
}

/// A service as the ledger keeps it.
package struct RecordedService: Hashable, Sendable {
    package let name: ServiceName
    package var package: String?
    package var flavour: ServiceSighting.Flavour?
    package var framework: FrameworkID?
    /// The brokers that were registered when they were last read. Nil: never read.
    package var registered: [Int]?
    /// Nil: never read.
    package var plans: [PlanSighting]?

    package init(
        name: ServiceName, package: String? = nil, flavour: ServiceSighting.Flavour? = nil, framework: FrameworkID? = nil, registered: [Int]? = nil,
        plans: [PlanSighting]? = nil
    ) {
        self.name = name
        self.package = package
        self.flavour = flavour
        self.framework = framework
        self.registered = registered
        self.plans = plans
    }
}

/// A member in one place, as the ledger keeps it.
package struct RecordedMember: Hashable, Sendable {
    package struct Key: Hashable, Sendable, Comparable {
        package let member: ServiceMember
        /// Nil: nowhere.
        package let agent: AgentID?

        package init(_ member: ServiceMember, on agent: AgentID?) {
            self.member = member
            self.agent = agent
        }

        package static func < (left: Self, right: Self) -> Bool {
            (left.member, left.agent?.rawValue ?? "") < (right.member, right.agent?.rawValue ?? "")
        }
    }

    package let key: Key
    package let node: NodeID?
    package let broker: Int?
    package let task: TaskID?
    /// Mesos' word without `TASK_`, or the scheduler's; nil where nobody tells.
    package let state: String?

    package init(_ key: Key, node: NodeID?, broker: Int? = nil, task: TaskID? = nil, state: String? = nil) {
        self.key = key
        self.node = node
        self.broker = broker
        self.task = task
        self.state = state
    }
}
