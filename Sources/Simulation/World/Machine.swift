package import Fleet

/// One machine of the invented cluster: what EC2 and what Mesos know of it, and how it really is.
package struct Machine: Sendable {
    // EC2
    package let instance: InstanceID
    package let image: ImageID
    package let isPublic: Bool
    package let isSpot: Bool
    package let zone: String
    package let type: String
    package let privateIP: String
    package let launchTime: Timestamp
    package internal(set) var tags: [Instance.Tag]
    package internal(set) var ec2State: Instance.State
    package internal(set) var stateReason: String?
    /// When it was terminated; EC2 lists it for about an hour more.
    package internal(set) var terminatedAt: Timestamp?
    package internal(set) var isListedByEC2 = true
    package internal(set) var systemCheck: InstanceStatus.Check
    package internal(set) var instanceCheck: InstanceStatus.Check
    package internal(set) var systemImpairedSince: Timestamp?
    package internal(set) var instanceImpairedSince: Timestamp?
    /// When AWS said that it takes this spot instance back. Nil: it has not.
    package internal(set) var spotWarnedAt: Timestamp?
    package internal(set) var scheduledEvents: [InstanceStatus.ScheduledEvent] = []
    /// Since when it is being shut down.
    var shutDownSince: Timestamp?
    /// How it waits for its group's hook before it is ended.
    var hookWait: World.HookWait?
    /// Since when its SSM agent says nothing while the host lives.
    var ssmSilentSince: Timestamp?
    /// Since when the host hangs.
    var hungSince: Timestamp?
    /// Whether its network keeps it from the masters and from us, while the machine itself is well.
    package internal(set) var isCutOff = false
    /// Whether its Docker, agent and executors have been stopped by a command.
    package internal(set) var isHostStopped = false
    /// Whether its agent does not come up again by itself, however often it is started.
    package internal(set) var isAgentBroken = false
    /// Whether a drain of it never ends.
    package internal(set) var drainHangs = false
    /// DC/OS' components that have failed on it, besides the agent itself. Sorted.
    package internal(set) var failedUnits: [String] = []

    // Mesos
    /// Nil until it has registered for the first time.
    package internal(set) var agent: AgentID?
    package internal(set) var process: Process
    package internal(set) var listing: Listing
    package internal(set) var registeredTime: Timestamp
    package internal(set) var reregisteredTime: Timestamp?
    package internal(set) var isDeactivated = false
    package internal(set) var drain: DrainOrder?
    package internal(set) var maintenance: Maintenance?
    package internal(set) var tasks: [SimulatedTask] = []
    /// Whether the leading master knows the tasks: a new leader learns them when the agent registers again.
    package internal(set) var areTasksKnown = true
    /// Reserved for a service on this machine, whether or not a task uses it.
    package internal(set) var reserved: [Allotment] = []
    /// Counts the changes of its connection, so that an event that answers an older one changes nothing.
    var link = 0

    /// The agent's process, as it really is.
    package enum Process: Hashable, Sendable {
        case running
        /// Ended; the kernel closed its connections.
        case stopped
        /// The host hangs: connections stay open and nobody answers.
        case frozen
    }

    /// What the leading master says of the agent.
    package enum Listing: Hashable, Sendable {
        /// It has never registered.
        case never
        case listed(isConnected: Bool)
        /// Known from before the failover, and not back yet.
        case recovered
        case unreachable(since: Timestamp)
        /// Unregistered by itself, or its machine is down for maintenance; it may come back with the same id.
        case removed
        /// Marked gone by an operator; it can come back only with a new id.
        case gone
    }

    package struct DrainOrder: Hashable, Sendable {
        package var state: Agent.Drain
        package let since: Timestamp
        package let maxGracePeriod: Duration
        package let marksGone: Bool
    }

    package enum Maintenance: Hashable, Sendable { case scheduled, down }

    /// What the master lists as the agent's hostname: in DC/OS the private IP.
    package var hostname: String { privateIP }
    package var pid: String { "slave(1)@\(privateIP):5051" }
    package var subnet: String { "subnet-0000000000000000" + (zone.last.map(String.init) ?? "") }
    package var group: String? { tags.first { $0.key == "aws:autoscaling:groupName" }?.value }
    package var isListed: Bool { if case .listed = listing { true } else { false } }
    package var isConnected: Bool { listing == .listed(isConnected: true) }

    /// Resources of the whole machine, in Mesos' units: megabytes for `mem` and `disk`.
    package var capacity: (cpus: Double, mem: Double, disk: Double) { isPublic ? (4, 15_360, 51_200) : (8, 30_720, 102_400) }
    /// The port ranges that DC/OS offers on it: a public agent gives away all, a private one those above 1024.
    package var ports: [ClosedRange<Int>] {
        isPublic ? [1...21, 23...5050, 5052...32_000] : [1025...2180, 2182...3887, 3889...5049, 5052...8079, 8082...8180, 8182...32_000]
    }
    package var attributes: [Agent.Attribute] {
        let shared = [Agent.Attribute(name: "zone", value: zone), Agent.Attribute(name: "os", value: "centos7")]
        return isPublic ? [Agent.Attribute(name: "public_ip", value: "true")] + shared : shared
    }
}
