/// What one poll of Marathon and of the services' schedulers brought.
package struct ServicesSighting: Sendable {
    /// Every stateful service that Marathon or the configuration names, each with its own scheduler's word. Sorted by name.
    package let services: [ServiceSighting]
    /// What Marathon runs, as far as it has state or must not fall below what it declares.
    package let marathon: Result<MarathonSighting, SourceFailure>

    package init(services: [ServiceSighting], marathon: Result<MarathonSighting, SourceFailure>) {
        self.services = services.sorted { $0.name < $1.name }
        self.marathon = marathon
    }
}

/// One stateful service, as its scheduler tells it. Each part can fail by itself and is then unknown.
package struct ServiceSighting: Sendable {
    package let name: ServiceName
    /// `DCOS_PACKAGE_NAME`: `kafka`, `confluent-kafka`, `cassandra`, …; nil where no label tells.
    package let package: String?
    /// Which of its scheduler's APIs answers. Nil while none has answered yet.
    package let flavour: Flavour?
    /// The framework that the scheduler says it is. Nil where it does not tell.
    package let framework: FrameworkID?
    /// Every member that the scheduler knows, running or not. Sorted by name.
    package let members: Result<[MemberSighting], SourceFailure>
    /// The brokers that are registered with the cluster now, by number. Sorted. Of a service that has no brokers: empty.
    package let registered: Result<[Int], SourceFailure>
    /// Its plans, by name.
    package let plans: Result<[PlanSighting], SourceFailure>
    /// In-sync sets of the topics as they were last read, each with its time: a poll reads only some of them. Sorted by name.
    package let topics: Result<[TopicSighting], SourceFailure>
    /// The topics of which `topics` says nothing, or only what was true before. Sorted by name; empty where `topics` failed.
    package let unread: [UnreadTopic]

    /// The API of a scheduler, `dcos-kafka-service` and `dcos-commons` by their versions.
    package enum Flavour: String, CaseIterable, Sendable, Hashable {
        /// DC/OS SDK 0.20.1 and later: `v1/pod`.
        case sdk
        /// DC/OS SDK 0.9 to 0.20.0: `v1/pods`.
        case sdkPods = "sdk-pods"
        /// Kafka before the SDK (packages 0.1 to 1.1.19): only `v1/brokers`.
        case brokers
        /// The community's mesos/kafka: `api/broker/list`.
        case community
    }

    package init(
        name: ServiceName, package: String?, flavour: Flavour?, framework: FrameworkID?, members: Result<[MemberSighting], SourceFailure>,
        registered: Result<[Int], SourceFailure>, plans: Result<[PlanSighting], SourceFailure>, topics: Result<[TopicSighting], SourceFailure>,
        unread: [UnreadTopic] = []
    ) {
        self.name = name
        self.package = package
        self.flavour = flavour
        self.framework = framework
        self.members = members
        self.registered = registered
        self.plans = plans
        self.topics = topics
        self.unread = unread.sorted { $0.name < $1.name }
    }
}

/// One member of a service, as its scheduler tells it.
package struct MemberSighting: Hashable, Sendable {
    /// `kafka-0`, `broker-0`: the pod or broker, which keeps its name wherever it runs.
    package let name: MemberName
    /// The broker's number. Nil for members that are no brokers.
    package let broker: Int?
    /// Its newest task. Nil before it was ever launched.
    package let task: TaskID?
    /// Where that task runs, or last ran.
    package let agent: AgentID?
    /// Mesos' word without `TASK_` (`RUNNING`, `LOST`, …) or the scheduler's own (`PAUSED`, …). Nil where it does not tell.
    package let state: String?

    package init(name: MemberName, broker: Int?, task: TaskID?, agent: AgentID?, state: String?) {
        self.name = name
        self.broker = broker
        self.task = task
        self.agent = agent
        self.state = state
    }

    package var isRunning: Bool { state == "RUNNING" }
}

/// A plan of an SDK scheduler: `deploy`, `recovery`, …
package struct PlanSighting: Hashable, Sendable {
    package let name: String
    /// In capitals, as later versions write it: `COMPLETE`, `IN_PROGRESS`, `WAITING`, `ERROR`, …
    package let status: String
    package let errors: [String]

    package init(name: String, status: String, errors: [String] = []) {
        self.name = name
        self.status = status
        self.errors = errors
    }

    package var isComplete: Bool { status == "COMPLETE" }
}

/// A topic with the in-sync set of each of its partitions.
package struct TopicSighting: Hashable, Sendable {
    package let name: String
    /// Sorted by number.
    package let partitions: [Partition]
    package let readAt: Timestamp

    package struct Partition: Hashable, Sendable {
        package let number: Int
        /// The broker that leads it; -1 while none does.
        package let leader: Int
        /// The brokers that are in sync. Sorted.
        package let inSync: [Int]

        package init(number: Int, leader: Int, inSync: [Int]) {
            self.number = number
            self.leader = leader
            self.inSync = inSync.sorted()
        }
    }

    package init(name: String, partitions: [Partition], readAt: Timestamp) {
        self.name = name
        self.partitions = partitions.sorted { $0.number < $1.number }
        self.readAt = readAt
    }
}

/// A topic that exists and whose in-sync sets are not known as they are now.
package struct UnreadTopic: Hashable, Sendable {
    package let name: String
    /// Why it could not be read when it was last tried; what `topics` has of it is from before. Nil: it has not had its turn yet.
    package let failure: SourceFailure?

    package init(name: String, failure: SourceFailure?) {
        self.name = name
        self.failure = failure
    }
}

/// What Marathon says of its apps and pods.
package struct MarathonSighting: Sendable {
    /// Pods are among them, for the same counts of both. Sorted by id.
    package let apps: [App]

    /// An app, or a pod.
    package struct App: Hashable, Sendable {
        /// `/prod/web`.
        package let id: String
        /// How many it is meant to run.
        package let instances: Int
        /// Why its tasks cannot simply run elsewhere; empty for an ordinary app. Sorted.
        package let ties: Set<Tie>
        /// The labels that name a service's scheduler, by name: those that begin with `DCOS_`. Nothing else is kept.
        package let labels: [String: String]
        /// Its tasks, and where they run; of a pod its instances, each as one task. Sorted by task.
        package let tasks: [Placement]
        /// `upgradeStrategy.minimumHealthCapacity`, 0…1: the share of its instances that must stay up. 1 is Marathon's default.
        package let minimumHealthCapacity: Double
        package let isPod: Bool

        package init(
            id: String, instances: Int, ties: Set<Tie>, labels: [String: String], tasks: [Placement], minimumHealthCapacity: Double = 1, isPod: Bool = false
        ) {
            self.id = id
            self.instances = instances
            self.ties = ties
            self.labels = labels
            self.tasks = tasks.sorted { $0.task < $1.task }
            self.minimumHealthCapacity = minimumHealthCapacity
            self.isPod = isPod
        }
    }

    /// What ties a task to the machine that it is on.
    package enum Tie: String, CaseIterable, Sendable, Hashable {
        /// A local persistent volume, or residency.
        case persistentVolume = "persistent-volume"
        /// A constraint that only one host fulfils.
        case pinned
        /// A host path that it may write to.
        case hostPath = "host-path"
    }

    package struct Placement: Hashable, Sendable {
        package let task: TaskID
        package let agent: AgentID
        /// `TASK_RUNNING`, …, as Mesos writes it.
        package let state: String
        /// Whether Marathon's health checks of it all pass; true where there are none. Nil: none has said anything yet.
        package let isHealthy: Bool?

        package init(task: TaskID, agent: AgentID, state: String, isHealthy: Bool? = true) {
            self.task = task
            self.agent = agent
            self.state = state
            self.isHealthy = isHealthy
        }

        /// Whether it does its work, as far as is known.
        package var isUp: Bool { state == "TASK_RUNNING" && isHealthy == true }
        /// Whether it may do its work: something is taken away with it.
        package var mayBeUp: Bool { state == "TASK_RUNNING" && isHealthy != false }

        /// Whether a task in this state runs no more, and never will again.
        package static func isOver(_ state: String) -> Bool {
            ["TASK_FINISHED", "TASK_FAILED", "TASK_KILLED", "TASK_ERROR", "TASK_DROPPED", "TASK_GONE", "TASK_GONE_BY_OPERATOR"].contains(state)
        }
    }

    package init(apps: [App]) { self.apps = apps.sorted { $0.id < $1.id } }
}
