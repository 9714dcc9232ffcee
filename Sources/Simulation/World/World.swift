package import Fleet

/// An invented Mesos cluster and the EC2 that it stands on, as one value: seeded, without a clock and without I/O.
///
/// It moves only when told the time. What it shows at a time depends on its seed, its shape, its script and that time alone, not on how
/// often it was asked in between. `Demo` serves it over sockets; a simulation reads it as values. Both see the same.
package struct World: Sendable {
    package let shape: Shape
    package internal(set) var now: Timestamp
    /// What was done and what broke, for people, in order. Routine work is not told.
    package internal(set) var chronicle: [Deed] = []
    /// In order of launch. A machine keeps its position for ever.
    package internal(set) var machines: [Machine] = []
    package internal(set) var frameworks: [SimulatedFramework] = []
    /// Ended tasks that the leading master still remembers. Per framework, oldest first.
    package internal(set) var completedTasks: [[SimulatedTask]] = []
    package internal(set) var images: [OwnedImage] = []
    package internal(set) var parameters: [Parameter] = []
    package internal(set) var leadership: Leadership
    /// Until when each service refuses calls.
    package internal(set) var throttledUntil: [Service: Timestamp] = [:]
    /// The Kafka clusters. One keeps its position for ever.
    package internal(set) var services: [SimulatedService] = []
    /// What Marathon was told to run, besides the schedulers. Sorted by id, the tied ones last.
    package internal(set) var apps: [SimulatedApp] = []
    /// What DC/OS' masters last heard of every node, and when they asked.
    package internal(set) var health: [NodeHealth] = []
    package internal(set) var healthPulledAt: Timestamp
    /// The frameworks whose tasks our account may not see, by their position.
    package internal(set) var hiddenFrameworks: Set<Int> = []

    /// Until when EC2 has no machine to give.
    package internal(set) var noCapacityUntil: Timestamp?
    /// Whether somebody has suspended the launches of the group.
    package internal(set) var areLaunchesSuspended = false
    /// Whether the group's template names another image than the one that the parameter does: that of the machine which is to be replaced.
    package internal(set) var isTemplateStale = false
    /// Whether the next machine gets the address of the last one of its zone that has been terminated, as EC2 does at times.
    var reusesAddress = false
    /// Whether a broker that looks for a place is put where it was, if that may be.
    var placesWhereItWas = false
    /// Images of which no machine ever joins.
    package internal(set) var spoiledImages: Set<ImageID> = []
    /// Whether Marathon starts apps elsewhere that have lost their place, as it does in reality: from `attend` on.
    package internal(set) var isAttended = false
    /// Set before anything has happened, or never.
    package internal(set) var pace: Pace?
    /// The group's hook on termination. Nil: it has none.
    package internal(set) var hook: LifecycleHook?
    /// Whether an instance that is launched on top of the group stands in it at once, and not only when it is put into it by a call of its own.
    package var attachesWhatItLaunches = true
    var hands = HandsMemory()

    var random: SplitMix64
    var queue = EventQueue()
    var nextAgentNumber = 0
    var addressesUsed = [0, 0, 0]

    /// What was done, and when.
    package struct Deed: Hashable, Sendable {
        package let at: Timestamp
        package let text: String
    }

    package struct OwnedImage: Hashable, Sendable {
        package let image: Image
        package let tags: [Instance.Tag]
    }

    /// An SSM parameter.
    package struct Parameter: Hashable, Sendable {
        package let name: String
        package internal(set) var value: String
        package internal(set) var version: Int
        package internal(set) var lastModified: Timestamp
    }

    /// Moves on to `time` through everything that happens until then. A time that has passed already changes nothing.
    package mutating func advance(to time: Timestamp) {
        while let (at, event) = queue.takeDue(at: time) {
            now = max(now, at)
            happen(event)
        }
        now = max(now, time)
    }

    /// When the next thing happens that is under way already; nil when nothing is.
    package var nextEventTime: Timestamp? { queue.nextTime }

    /// Lets a fault happen now.
    package mutating func apply(_ fault: Fault) { happen(.fault(fault)) }

    /// Lets a fault happen later; at once, if its time has passed.
    package mutating func schedule(_ scheduled: Scheduled) { queue.put(.fault(scheduled.fault), at: scheduled.at) }

    func isThrottled(_ service: Service) -> Bool { throttledUntil[service].map { now < $0 } ?? false }

    mutating func tell(_ text: String) {
        chronicle.append(Deed(at: now, text: text))
        if chronicle.count > Self.chronicleMax { chronicle.removeFirst(Self.chronicleMax / 10) }
    }

    mutating func plan(_ event: Event, in duration: Duration) { queue.put(event, at: now + duration) }

    /// A machine in words: `10.1.0.4 (i-0…)`.
    func name(_ position: Int) -> String { "\(machines[position].hostname) (\(machines[position].instance))" }
}

extension World {
    /// Which master leads, and how far a change of leaders has come.
    package struct Leadership: Hashable, Sendable {
        /// The master's id: new with each election.
        package internal(set) var id: MasterID
        package internal(set) var phase: Phase
        /// The position of the master that the others take for the leader, and redirect to; nil: "No leader elected".
        package internal(set) var announced: Int?
        package internal(set) var startTime: Timestamp
        package internal(set) var electedTime: Timestamp
        /// Masters that have been started and do not answer yet but with 404, by position.
        package internal(set) var starting: Set<Int> = []
        /// Counts the leaders, so that an event that belongs to an older one changes nothing.
        var epoch = 0

        package enum Phase: Hashable, Sendable {
            /// It answers.
            case leading
            /// Elected; "Master has not finished recovery".
            case recovering
            /// Nobody is elected.
            case none
        }
    }

    /// How large an invented cluster is.
    package struct Shape: Hashable, Sendable {
        /// Agents in all, 1…10,000.
        package let agents: Int
        /// How many of them are public, 0…`agents`.
        package let publicAgents: Int
        /// Instances of Marathon apps on each agent, 0…100.
        package let appsPerAgent: Int
        /// How many brokers each Kafka cluster has; each on a private agent of its own, as long as there are any.
        package let brokers: [Int]
        /// Whether the clusters share agents: each begins with the first.
        package let sharesAgents: Bool
        /// Whether the private agents are spot instances.
        package let isSpot: Bool
        /// Whether some of Marathon's apps are tied to a machine.
        package let hasTiedApps: Bool
        /// What each Kafka cluster is, by its position in `World.services`. By default each is of another kind: today's, a beta of the first SDK, one from before it.
        package var kinds: [SimulatedService.Kind]
        /// Whether every topic has three replicas, where there are as many brokers; else some have fewer.
        package var hasThreeCopies = false
        /// Whether the private agents were made by Terraform, and belong to no group.
        package var isByTerraform = false

        /// - Parameter areClustersAlike: whether all Kafka clusters are of the newest kind.
        package init(
            agents: Int = 20, publicAgents: Int = 3, appsPerAgent: Int = 2, brokers: [Int] = [5, 3, 3], sharesAgents: Bool = false, isSpot: Bool = false,
            hasTiedApps: Bool = true,
            areClustersAlike: Bool = false
        ) {
            precondition((1...10_000).contains(agents), "\(agents) agents; 1 to 10,000 are possible")
            precondition((0...agents).contains(publicAgents), "\(publicAgents) public agents of \(agents)")
            precondition((0...100).contains(appsPerAgent), "\(appsPerAgent) apps per agent; 0 to 100 are possible")
            self.agents = agents
            self.publicAgents = publicAgents
            self.appsPerAgent = appsPerAgent
            self.brokers = brokers
            self.sharesAgents = sharesAgents
            self.isSpot = isSpot
            self.hasTiedApps = hasTiedApps
            kinds = areClustersAlike ? [.sdk, .sdk, .sdk] : [.sdk, .sdkPods, .brokers]
        }
    }

    /// So much is remembered of a story without an end: some weeks.
    static let chronicleMax = 10_000
    static let zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
    /// The Kafka clusters, by DC/OS service name.
    package static let services = ["prod/kafka", "prod/kafka-logs", "staging/kafka"]
    /// The master hosts.
    package static let masterHostnames = ["10.1.255.5", "10.2.255.5", "10.3.255.5"]
    package static let account = "123456789012"
    package static let mesosVersion = "1.12.0"
    /// The Auto Scaling group of the private agents; the public ones belong to none.
    package static let group = "dcos-agents"
    package static let privateParameter = "/ami/dcos-agent"
    package static let publicParameter = "/ami/dcos-public-agent"

    /// `--agent_ping_timeout` (15 s) × `--max_agent_ping_timeouts` (5): Mesos' defaults.
    package static let pingTimeout = Duration.seconds(15)
    package static let pingTimeoutsMax = 5
    package static let unreachableTimeout = Duration.seconds(75)
    /// `--agent_reregister_timeout`: Mesos' default.
    package static let reregisterTimeout = Duration.seconds(600)
    /// `--max_completed_tasks_per_framework`: Mesos' default.
    package static let completedTasksMax = 1000
}
