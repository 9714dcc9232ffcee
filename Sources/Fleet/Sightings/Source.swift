/// One thing that Mayfly reads, which can be fresh or stale by itself.
///
/// Columns name the source that they come from; an image is looked up for each pool apart, so its source carries the pool, and a scheduler's its service.
package enum Source: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Mesos `GET_MASTER` and `GET_AGENTS`: who leads, and which agents are listed and recovered.
    case agents
    /// Mesos `GET_TASKS` and `GET_FRAMEWORKS`.
    case tasks
    /// Mesos `GET_MAINTENANCE_STATUS`.
    case maintenance
    /// EC2 `DescribeInstances`: one paged sweep.
    case instances
    /// EC2 `DescribeInstanceStatus`: status checks and scheduled events.
    case statuses
    /// EC2 `DescribeImages` of the images that instances run.
    case images
    /// The target image of one pool.
    case target(PoolName)
    /// `DescribeAutoScalingGroups` of the groups that pools name.
    case groups
    /// Load balancers and Elastic IPs: who stands in which.
    case entrances
    /// SSM `DescribeInstanceInformation`.
    case ssm
    /// The agent's own answer, by HTTP or SSH.
    case probe
    /// DC/OS system health.
    case health
    /// Marathon's apps: which services there are, and which tasks are tied to their machine.
    case services
    /// The scheduler of one service: which members it has, and where.
    case service(ServiceName)
    /// What this ledger remembers; always there.
    case ledger

    /// The word in logs, tables and JSON: `agents`, `target/private`, `service/prod/kafka`.
    package var description: String {
        switch self {
        case .agents: "agents"
        case .tasks: "tasks"
        case .maintenance: "maintenance"
        case .instances: "instances"
        case .statuses: "statuses"
        case .images: "images"
        case .target(let pool): "target/" + pool.rawValue
        case .groups: "groups"
        case .entrances: "entrances"
        case .ssm: "ssm"
        case .probe: "probe"
        case .health: "health"
        case .services: "services"
        case .service(let name): "service/" + name.rawValue
        case .ledger: "ledger"
        }
    }

    /// The inverse of `description`; nil for a word that no source has.
    package init?(_ text: some StringProtocol) {
        if text.hasPrefix("target/"), text.count > 7 {
            self = .target(PoolName(String(text.dropFirst(7))))
            return
        }
        if text.hasPrefix("service/"), text.count > 8 {
            self = .service(ServiceName(String(text.dropFirst(8))))
            return
        }
        let plain: [Source] = [
            .agents, .tasks, .maintenance, .instances, .statuses, .images, .groups, .entrances, .ssm, .probe, .health, .services, .ledger,
        ]
        guard let source = plain.first(where: { $0.description == text }) else { return nil }
        self = source
    }

    /// Whether it is the scheduler of one service.
    package var isService: Bool { if case .service = self { true } else { false } }

    package static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

/// Why a source could not be read: what was asked, and what came instead.
package struct SourceFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line for people, with the URL where there is one; never a secret. At most 1,000 characters.
    package let message: String

    package init(_ message: String) { self.message = String(message.prefix(1000)) }
    package var description: String { message }
}

/// How well a source is doing: when it was last read, and what went wrong since.
package struct SourceState: Hashable, Sendable {
    package let source: Source
    /// How often it is meant to be read.
    package var interval: Duration
    /// The last time that it was read whole. Nil: never in this ledger.
    package var lastSuccess: Timestamp?
    /// The last time that it was tried.
    package var lastAttempt: Timestamp?
    /// The failure of the last attempt; nil when that succeeded.
    package var failure: SourceFailure?

    package init(source: Source, interval: Duration, lastSuccess: Timestamp? = nil, lastAttempt: Timestamp? = nil, failure: SourceFailure? = nil) {
        self.source = source
        self.interval = interval
        self.lastSuccess = lastSuccess
        self.lastAttempt = lastAttempt
        self.failure = failure
    }

    /// Whether it was read whole within three of its intervals; a clock that went back makes nothing fresh that was not.
    package func isFresh(at now: Timestamp) -> Bool {
        guard let lastSuccess else { return false }
        return now - lastSuccess <= interval * 3
    }
}
