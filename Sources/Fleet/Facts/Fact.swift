/// The catalogue of facts: every column of the `node` table that rules see, and where each comes from.
///
/// The raw value is the column's name, in SQL, in the ledger and in JSON alike. The names are a published interface: never renamed,
/// never given another meaning. `docs/facts.md` is checked against this catalogue.
package enum Fact: String, CaseIterable, Sendable, Hashable {
    // identity
    case id
    case pool
    case hostname
    case privateIP = "private_ip"
    case zone
    case agentID = "agent_id"
    case instanceID = "instance_id"
    // Mesos
    case mesosState = "mesos_state"
    case mesosStateAge = "mesos_state_age"
    case agentVersion = "agent_version"
    case registeredAge = "registered_age"
    case tasks
    case stagingTasks = "staging_tasks"
    case attributes
    case `public`
    // EC2
    case ec2State = "ec2_state"
    case systemStatus = "system_status"
    case instanceStatus = "instance_status"
    case scheduledEvent = "scheduled_event"
    case scheduledEventIn = "scheduled_event_in"
    case imageID = "image_id"
    case targetImageID = "target_image_id"
    case imageOutdated = "image_outdated"
    case imageAge = "image_age"
    case launchAge = "launch_age"
    case instanceType = "instance_type"
    case asg
    case lifecycle
    case tags
    case ssmPing = "ssm_ping"
    // probe
    case probe
    // DC/OS
    case dcosHealth = "dcos_health"
    case failingUnits = "failing_units"
    // services
    case members
    case statefulTasks = "stateful_tasks"
    // history
    case flaps1h = "flaps_1h"
    case taskFailures1h = "task_failures_1h"
    case replacements30d = "replacements_30d"
    // Times that the ages are counted from. Recorded, but no columns that a rule may read: it reads the age.
    case registeredTime = "registered_time"
    case scheduledEventTime = "scheduled_event_time"
    case imageTime = "image_time"
    case launchTime = "launch_time"

    /// The position in the catalogue, 0…63: the bit that stands for this fact in a mask.
    ///
    /// Written out, for it is looked up a million times in a round, and a switch costs nothing; it follows the order of the cases.
    package var ordinal: Int {
        switch self {
        case .id: 0
        case .pool: 1
        case .hostname: 2
        case .privateIP: 3
        case .zone: 4
        case .agentID: 5
        case .instanceID: 6
        case .mesosState: 7
        case .mesosStateAge: 8
        case .agentVersion: 9
        case .registeredAge: 10
        case .tasks: 11
        case .stagingTasks: 12
        case .attributes: 13
        case .public: 14
        case .ec2State: 15
        case .systemStatus: 16
        case .instanceStatus: 17
        case .scheduledEvent: 18
        case .scheduledEventIn: 19
        case .imageID: 20
        case .targetImageID: 21
        case .imageOutdated: 22
        case .imageAge: 23
        case .launchAge: 24
        case .instanceType: 25
        case .asg: 26
        case .lifecycle: 27
        case .tags: 28
        case .ssmPing: 29
        case .probe: 30
        case .dcosHealth: 31
        case .failingUnits: 32
        case .members: 33
        case .statefulTasks: 34
        case .flaps1h: 35
        case .taskFailures1h: 36
        case .replacements30d: 37
        case .registeredTime: 38
        case .scheduledEventTime: 39
        case .imageTime: 40
        case .launchTime: 41
        }
    }
}

extension Fact {
    /// What SQL may compare a column with.
    package enum ColumnType: String, Sendable {
        case text = "TEXT"
        case integer = "INTEGER"
    }

    /// How a fact comes to be, which also says whether it is recorded.
    package enum Origin: Hashable, Sendable {
        /// Read from a source; recorded as intervals.
        case observed
        /// The seconds since (or, `scheduled_event_in`, until) a recorded time; computed when read, never recorded.
        case age(of: Fact)
        /// How long another fact has had its value, in seconds; computed when read, never recorded.
        case ageOfValue(Fact)
        /// Made from other facts or from the ledger in each round; not recorded, for a replay makes it again.
        case derived
    }

    package var type: ColumnType { entry.type }
    package var origin: Origin { entry.origin }
    /// The sources that must all be fresh for this fact to be known. Empty for what the node is by definition.
    /// `.target("")` stands for the target image of the node's own pool.
    package var sources: [Source] { entry.sources }
    /// `seconds`, `count`, `boolean`, `JSON`, `milliseconds since 1970`; nil for plain text.
    package var unit: String? { entry.unit }
    /// What it means, in one sentence for `docs/facts.md` and `rules check`.
    package var meaning: String { entry.meaning }
    /// The only values that it can have, where that is a fixed list; a comparison with another literal is always false.
    package var values: [String]? { entry.values }
    /// Whether a rule may read it.
    package var isPublished: Bool { entry.isPublished }
    /// Whether its changes are kept in the ledger.
    package var isRecorded: Bool { origin == .observed && !entry.isVolatile }

    /// What rules may read, in the catalogue's order.
    package static let published = allCases.filter(\.isPublished)

    private var entry: Entry { Self.entries[ordinal] }
}
