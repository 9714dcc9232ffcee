/// What one poll of the leading master brought.
///
/// Without `agents` there is no sighting at all: the poll failed. Each further part can fail by itself and is then unknown.
package struct MesosSighting: Sendable {
    package let master: Master
    package let timeouts: Timeouts
    package let agents: [Agent]
    package let recovered: [RecoveredAgent]
    package let tasks: Result<Tasks, SourceFailure>
    package let maintenance: Result<Maintenance, SourceFailure>
    /// The master's own counts of agents; nil with the failure's text where they could not be read.
    package let counts: Result<Counts, SourceFailure>

    package struct Master: Hashable, Sendable {
        package let id: MasterID
        package let hostname: String
        /// `1.12.0`.
        package let version: String
        /// When it was elected, by its own clock.
        package let electedTime: Timestamp
        /// Where it was reached, for people: `http://10.0.0.5:5050`.
        package let url: String

        package init(id: MasterID, hostname: String, version: String, electedTime: Timestamp, url: String) {
            self.id = id
            self.hostname = hostname
            self.version = version
            self.electedTime = electedTime
            self.url = url
        }
    }

    package struct Timeouts: Hashable, Sendable {
        /// `--agent_reregister_timeout`: how long after a failover absence means nothing. 10 minutes by default, and where flags are forbidden.
        package let reregister: Duration
        /// `--agent_ping_timeout` × `--max_agent_ping_timeouts`: how long a silent agent stays listed. 75 s by default, 300 s in DC/OS; nil where flags are forbidden.
        package let unreachable: Duration?

        package init(reregister: Duration = .seconds(600), unreachable: Duration? = nil) {
            self.reregister = reregister
            self.unreachable = unreachable
        }
    }

    package struct Tasks: Sendable {
        /// Not ended. In no order.
        package let running: [MesosTask]
        /// Ended, as far back as the master remembers: 1,000 per framework by default.
        package let completed: [MesosTask]
        /// On agents that the master cannot reach.
        package let unreachable: [MesosTask]
        /// The frameworks that have not ended, as far as we may see them. Sorted by id.
        package let frameworks: [MesosFramework]

        package init(
            running: [MesosTask] = [], completed: [MesosTask] = [], unreachable: [MesosTask] = [], frameworks: [MesosFramework] = []
        ) {
            self.running = running
            self.completed = completed
            self.unreachable = unreachable
            self.frameworks = frameworks.sorted { $0.id < $1.id }
        }
    }

    package struct Maintenance: Hashable, Sendable {
        /// In a maintenance schedule.
        package let draining: [Machine]
        /// Taken down by `START_MAINTENANCE`: not listed, and may not register.
        package let down: [Machine]

        package init(draining: [Machine] = [], down: [Machine] = []) {
            self.draining = draining
            self.down = down
        }
    }

    package struct Machine: Hashable, Sendable {
        /// Nil where the schedule leaves it out; at least one of the two is there.
        package let hostname: String?
        package let ip: String?

        package init(hostname: String?, ip: String?) {
            self.hostname = hostname
            self.ip = ip
        }
    }

    /// From the master's metrics.
    package struct Counts: Hashable, Sendable {
        package let disconnected: Int
        package let unreachable: Int
        /// Agents that were to be marked unreachable since the master leads, those that wait for the removal rate limit among them. Nil where the master has no
        /// such metric.
        package let unreachableScheduled: Int?

        package init(disconnected: Int, unreachable: Int, unreachableScheduled: Int? = nil) {
            self.disconnected = disconnected
            self.unreachable = unreachable
            self.unreachableScheduled = unreachableScheduled
        }
    }

    package init(
        master: Master, timeouts: Timeouts = Timeouts(), agents: [Agent], recovered: [RecoveredAgent] = [],
        tasks: Result<Tasks, SourceFailure> = .success(Tasks()),
        maintenance: Result<Maintenance, SourceFailure> = .success(Maintenance()),
        counts: Result<Counts, SourceFailure> = .success(Counts(disconnected: 0, unreachable: 0))
    ) {
        self.master = master
        self.timeouts = timeouts
        self.agents = agents
        self.recovered = recovered
        self.tasks = tasks
        self.maintenance = maintenance
        self.counts = counts
    }
}

/// A framework that has not ended.
package struct MesosFramework: Hashable, Sendable {
    package let id: FrameworkID
    /// As it registered: `/prod/kafka` or `prod/kafka`.
    package let name: String
    /// False once it is deactivated or has lost its connection: until its failover time-out its tasks run on.
    package let isActive: Bool
    package let principal: String?
    /// The roles that it takes offers for. Sorted.
    package let roles: [String]

    package init(id: FrameworkID, name: String, isActive: Bool = true, principal: String? = nil, roles: [String] = []) {
        self.id = id
        self.name = name
        self.isActive = isActive
        self.principal = principal
        self.roles = roles.sorted()
    }
}
