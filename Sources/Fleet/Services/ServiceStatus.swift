/// A guarded service as gates and replacements see it: who is where, who is out, and what every partition has in sync.
package struct ServiceStatus: Hashable, Sendable {
    package let name: ServiceName
    package let settings: ServiceSettings
    /// When its scheduler was last read whole. Nil: never, or nobody was asked.
    package let readAt: Timestamp?
    /// Whether that is recent enough to be believed.
    package let isFresh: Bool
    /// Whether all its plans are complete. Nil: not known.
    package let isQuiet: Bool?
    /// Every place in which a member is seen, sorted by member and agent.
    package let members: [MemberStatus]
    /// In-sync sets, sorted by topic and number. Nil where they are not known, or not of all topics; empty for what has none.
    package let partitions: [PartitionStatus]?
    /// When the topic that was read longest ago was read. Nil where there are none.
    package let partitionsReadAt: Timestamp?

    package init(
        name: ServiceName, settings: ServiceSettings, readAt: Timestamp?, isFresh: Bool, isQuiet: Bool?, members: [MemberStatus],
        partitions: [PartitionStatus]?, partitionsReadAt: Timestamp?
    ) {
        self.name = name
        self.settings = settings
        self.readAt = readAt
        self.isFresh = isFresh
        self.isQuiet = isQuiet
        self.members = members
        self.partitions = partitions
        self.partitionsReadAt = partitionsReadAt
    }

    package func members(on node: NodeID) -> [MemberStatus] { members.filter { $0.node == node } }
}

/// One member of a service in one place.
package struct MemberStatus: Hashable, Sendable {
    package let member: ServiceMember
    /// Its number, for brokers.
    package let broker: Int?
    package let node: NodeID?
    package let agent: AgentID?
    package let task: TaskID?
    /// Whether its task runs, as Mesos or its scheduler say. Nil: not known.
    package let isRunning: Bool?
    /// Whether its broker is registered with the cluster. Nil for what is no broker, and where nobody tells.
    package let isRegistered: Bool?
    /// Whether it is in sync with all that it ought to be. Nil where nobody tells.
    package let isInSync: Bool?

    package init(
        member: ServiceMember, broker: Int?, node: NodeID?, agent: AgentID?, task: TaskID?, isRunning: Bool?, isRegistered: Bool?, isInSync: Bool?
    ) {
        self.member = member
        self.broker = broker
        self.node = node
        self.agent = agent
        self.task = task
        self.isRunning = isRunning
        self.isRegistered = isRegistered
        self.isInSync = isInSync
    }

    /// Whether it does not run, or its broker is not there.
    package var isDown: Bool { isRunning == false || isRegistered == false }
    /// Whether it occupies a slot: it is down, or syncing.
    package var isOut: Bool { isDown || isInSync == false }
}

/// The in-sync set of one partition.
package struct PartitionStatus: Hashable, Sendable {
    package let topic: String
    package let number: Int
    package let hasLeader: Bool
    /// The brokers that are in sync. Sorted.
    package let inSync: [Int]
    /// Those that were in sync when it was last whole. Sorted. Nil: never seen whole.
    package let baseline: [Int]?
    /// `min.insync.replicas`; 1 where it cannot be read.
    package let minInSync: Int
    /// Whether the operator has said that its last copy may be lost.
    package let isExpendable: Bool

    package init(topic: String, number: Int, hasLeader: Bool, inSync: [Int], baseline: [Int]?, minInSync: Int = 1, isExpendable: Bool = false) {
        self.topic = topic
        self.number = number
        self.hasLeader = hasLeader
        self.inSync = inSync.sorted()
        self.baseline = baseline?.sorted()
        self.minInSync = minInSync
        self.isExpendable = isExpendable
    }
}
