package import Fleet

/// A Kafka cluster of the invented DC/OS: how its brokers, its topics and its scheduler really are.
package struct SimulatedService: Sendable {
    /// `prod/kafka`: what DC/OS, Marathon and the framework call it.
    package let name: String
    package let kind: Kind
    /// The position of its framework in `World.frameworks`.
    package let framework: Int
    /// The id of the configuration that all its tasks run with.
    package let configuration: String
    /// The id of the deploy plan's phase.
    package let deployment: String
    package internal(set) var scheduler: Scheduler
    package internal(set) var brokers: [Broker] = []
    package internal(set) var topics: [Topic] = []
    /// The recovery plan's phases: those that are over stay listed until their broker fails again or the scheduler restarts.
    package internal(set) var recoveries: [Recovery] = []
    /// What is still reserved for brokers that have been moved away; given back when the agent offers it.
    package internal(set) var abandoned: [Abandoned] = []
    /// Until when its brokers copy nothing.
    var stalledUntil: Timestamp?

    package struct Scheduler: Hashable, Sendable {
        package internal(set) var route: Route
        /// Its task, and the machine that it runs on; nil while there is none.
        package internal(set) var task: TaskID?
        package internal(set) var position: Int?
        /// Nobody can place it before this time.
        var awayUntil: Timestamp?
        /// Whether events are under way that change its route.
        var isRestarting = false
        /// Counts its restarts, so that an event that belongs to an older one changes nothing.
        var link = 0
    }

    /// What Admin Router makes of a request for the scheduler.
    package enum Route: Hashable, Sendable {
        /// The scheduler answers.
        case answers
        /// 502: Admin Router still has the address of a task that is gone, or the task does not listen yet.
        case badGateway
        /// 404: no task of it runs.
        case notFound
        /// 503: Admin Router could not read Marathon's apps.
        case unavailable
    }

    package struct Broker: Sendable {
        /// Its number, which is its position in the list.
        package let number: Int
        package let deployStep: String
        /// Where its volume lies.
        package internal(set) var position: Int
        package internal(set) var task: TaskID
        /// The agent that it was last launched on.
        package internal(set) var agent: AgentID
        /// Mesos' last word on the task, without `TASK_`.
        package internal(set) var state: String
        /// Whether it is registered with the cluster: a broker outlives its agent's process.
        package internal(set) var isRegistered: Bool
        package internal(set) var registeredSince: Timestamp
        /// The ids of its reservations.
        package internal(set) var resources: [String]
        /// Whether its process runs on a host that answers.
        var isUp: Bool
        /// Since when its task has ended; nil while there is one.
        var endedAt: Timestamp?
        /// Whether an event is under way that starts it again.
        var isTended = false
        /// Whether it has all its data still to copy.
        var isEmpty = false
        /// Whether its data was given up and it has no place yet.
        package internal(set) var isPlaceless = false
        /// How often it was given up to be started elsewhere.
        package internal(set) var moves = 0
        /// Counts its comings and goings, so that an event that answers an older one changes nothing.
        var link = 0
    }

    package struct Topic: Sendable {
        package let name: String
        package internal(set) var partitions: [Partition]
    }

    package struct Partition: Hashable, Sendable {
        /// The brokers that are to have it, the preferred leader first. The API does not show them.
        package let replicas: [Int]
        /// In the order of `replicas`. The last one stays in it, for only it has the data.
        package internal(set) var inSync: [Int]
        /// -1 while nobody leads.
        package internal(set) var leader: Int
        package internal(set) var leaderEpoch = 0
    }

    package struct Recovery: Hashable, Sendable {
        package let broker: Int
        package let phase: String
        package let step: String
        /// Permanent: with a new volume elsewhere. Transient: where its volume lies, however long that takes.
        package let isPermanent: Bool
        package internal(set) var isComplete: Bool
    }

    package struct Abandoned: Sendable {
        package let position: Int
        package let resources: [String]
    }

    /// What its brokers listen on: two clusters may share a machine.
    package var port: Int { 9092 + framework - World.frameworkOfServices }

    /// `/prod/kafka`.
    package var appID: String { "/" + name }
    /// `kafka.prod`: the name of its scheduler's task in Mesos.
    package var taskName: String { name.split(separator: "/").reversed().joined(separator: ".") }
}
