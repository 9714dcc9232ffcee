extension Fact {
    struct Entry {
        var type = ColumnType.text
        var origin = Origin.observed
        var sources: [Source]
        var unit: String?
        var values: [String]?
        var isPublished = true
        /// Observed, but changing too often to be worth recording.
        var isVolatile = false
        var meaning: String
    }

    static let entries: [Entry] = allCases.map(\.made)

    /// Stands for the target image of the node's own pool, whichever that is.
    package static let targetOfOwnPool = Source.target("")

    private var made: Entry {
        switch self {
        case .id: Entry(sources: [], meaning: "The instance's id, else `agent:<agent id>`.")
        case .pool: Entry(sources: [], meaning: "The pool that selects the node; none when no pool does, unknown when two do.")
        case .hostname: Entry(sources: [.agents], meaning: "The agent's hostname.")
        case .privateIP: Entry(sources: [], meaning: "The private IPv4 address, from EC2, else from the agent.")
        case .zone: Entry(sources: [.instances], meaning: "The availability zone.")
        case .agentID: Entry(sources: [.agents], meaning: "The Mesos agent's id.")
        case .instanceID: Entry(sources: [.instances], meaning: "The EC2 instance's id.")
        case .mesosState:
            Entry(
                sources: [.agents, .maintenance], values: MesosState.allCases.map(\.rawValue),
                meaning: "What Mesos says of the agent; the values are explained below.")
        case .mesosStateAge:
            Entry(
                type: .integer, origin: .ageOfValue(.mesosState), sources: [.agents, .maintenance], unit: "seconds",
                meaning: "How long `mesos_state` has been what it is.")
        case .agentVersion: Entry(sources: [.agents], meaning: "The agent's Mesos version.")
        case .registeredAge:
            Entry(
                type: .integer, origin: .age(of: .registeredTime), sources: [.agents], unit: "seconds",
                meaning: "Since the agent registered, or came back from being unreachable.")
        case .tasks:
            Entry(
                type: .integer, sources: [.agents, .tasks], unit: "count", isVolatile: true,
                meaning: "Tasks on the node that have not ended; unknown when resources are allocated that no visible task explains.")
        case .stagingTasks:
            Entry(
                type: .integer, sources: [.agents, .tasks], unit: "count", isVolatile: true,
                meaning: "Those of `tasks` that were placed on the node and have not started to run; unknown together with it.")
        case .attributes: Entry(sources: [.agents], unit: "JSON", meaning: "The agent's attributes, an object of texts.")
        case .public:
            Entry(
                type: .integer, sources: [.agents], unit: "boolean",
                meaning: "Whether it is a public agent: attribute `public_ip:true`, or resources reserved for `slave_public`.")
        case .ec2State: Entry(sources: [.instances], values: Instance.State.allCases.map(\.rawValue), meaning: "The instance's state.")
        case .systemStatus:
            Entry(
                sources: [.statuses], values: InstanceStatus.Check.allCases.map(\.rawValue), meaning: "EC2's check of the host; none unless the instance runs.")
        case .instanceStatus:
            Entry(
                sources: [.statuses], values: InstanceStatus.Check.allCases.map(\.rawValue),
                meaning: "EC2's check of the instance; none unless the instance runs.")
        case .scheduledEvent:
            Entry(
                sources: [.statuses],
                meaning:
                    "The code of the next scheduled event that stops or ends the instance, else of the next one: `instance-retirement`, `instance-stop`, `system-reboot`, …; none without one. Before all of them, while the instance still runs: `spot-interruption` where AWS takes it back, `group-termination` where its Auto Scaling group ends it ([Events](events.md))."
            )
        case .scheduledEventIn:
            Entry(
                type: .integer, origin: .age(of: .scheduledEventTime), sources: [.statuses], unit: "seconds",
                meaning: "Until that event may begin; negative once it may have. None of `group-termination`: nobody says when.")
        case .imageID: Entry(sources: [.instances], meaning: "The image that the instance was launched from.")
        case .targetImageID:
            Entry(
                sources: [Self.targetOfOwnPool],
                meaning: "The image that the pool ought to run; unknown while it is not available, or has been the target for less than its settling time.")
        case .imageOutdated:
            Entry(
                type: .integer, origin: .derived, sources: [.instances, Self.targetOfOwnPool], unit: "boolean",
                meaning: "Whether `image_id` is another than `target_image_id`; a roll-back counts too.")
        case .imageAge:
            Entry(
                type: .integer, origin: .age(of: .imageTime), sources: [.instances, .images], unit: "seconds",
                meaning: "Since the node's image was created; unknown once the image is no longer listed.")
        case .launchAge:
            Entry(type: .integer, origin: .age(of: .launchTime), sources: [.instances], unit: "seconds", meaning: "Since the instance was launched.")
        case .instanceType: Entry(sources: [.instances], meaning: "`m5.large`, …")
        case .asg: Entry(sources: [.instances], meaning: "The Auto Scaling group that launched it; none without one.")
        case .lifecycle: Entry(sources: [.instances], meaning: "`spot` or `scheduled`; none for an ordinary instance.")
        case .tags: Entry(sources: [.instances], unit: "JSON", meaning: "The instance's tags, an object of texts.")
        case .ssmPing:
            Entry(sources: [.ssm], values: SSMPing.allCases.map(\.rawValue), meaning: "What SSM says of its agent on the host; none where it never reported.")
        case .probe:
            Entry(
                sources: [.probe], values: ProbeSighting.Answer.allCases.map(\.rawValue),
                meaning: "Whether the host answers when asked; unknown while its zone's peers do not answer either.")
        case .dcosHealth: Entry(sources: [.health], values: NodeHealth.Health.allCases.map(\.rawValue), meaning: "DC/OS' own word on the node.")
        case .failingUnits: Entry(sources: [.health], unit: "JSON", meaning: "The DC/OS units that are unhealthy on it, a list.")
        case .members:
            Entry(
                sources: [.agents, .tasks, .services], unit: "JSON",
                meaning:
                    "Members of services with state that live on it, running or not, a list: `[\"prod/kafka/kafka-0\"]`; unknown while the sources contradict each other, or one cannot be read."
            )
        case .statefulTasks:
            Entry(
                type: .integer, sources: [.agents, .tasks, .services], unit: "count",
                meaning:
                    "Tasks with state on the node that nobody guards: a persistent volume, a pinned place, a writable host path, or a member of a service that nobody knows how to move."
            )
        case .flaps1h:
            Entry(
                type: .integer, origin: .derived, sources: [.agents], unit: "count",
                meaning: "Changes of `mesos_state` to and from `active` in the last hour; by way of `recovered` or unknown is no change.")
        case .taskFailures1h:
            Entry(type: .integer, sources: [.agents, .tasks], unit: "count", meaning: "Tasks on it that failed, were lost or were in error in the last hour.")
        case .replacements30d:
            Entry(type: .integer, origin: .derived, sources: [.ledger], unit: "count", meaning: "How often this slot was replaced in the last 30 days.")
        case .registeredTime: Self.time(.agents, "registered")
        case .scheduledEventTime: Self.time(.statuses, "scheduled event may begin")
        case .imageTime: Self.time(.images, "image was created")
        case .launchTime: Self.time(.instances, "launched")
        }
    }

    private static func time(_ source: Source, _ what: String) -> Entry {
        Entry(type: .integer, sources: [source], unit: "milliseconds since 1970", isPublished: false, meaning: "When: \(what).")
    }
}

/// What Mesos says of an agent.
package enum MesosState: String, CaseIterable, Sendable, Hashable {
    /// Listed, connected, taking offers.
    case active
    /// Listed, but its connection is lost.
    case inactive
    /// Listed; an operator has deactivated it. Its tasks run on.
    case deactivated
    case draining
    case drained
    /// Known from before a master's failover, and not back yet.
    case recovered
    /// In a maintenance schedule, or its machine is down for maintenance.
    case maintenance
    /// Was known, and is no longer listed: unreachable, gone, or unregistered.
    case absent
    /// Did not join, and this ledger has watched the instance since its launch.
    case never
}
