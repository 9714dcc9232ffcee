import Fleet

/// A Kafka cluster of three brokers, of which the first lives on the node: as much of it as a replacement sees.
struct Cluster {
    let name: ServiceName
    private(set) var agent: AgentID = World.agent
    private(set) var task: TaskID = "kafka-0__1"
    private(set) var isRunning = true
    private(set) var isInSync = true
    private var replacedAt: Timestamp?
    private var placedAt: Timestamp?

    /// How long a member takes to be placed, and from then to be in sync. Nil: for ever.
    var placing: Duration? = .seconds(60)
    var syncing: Duration? = .seconds(120)
    /// Where it is placed.
    var elsewhere: AgentID = "m-S9"
    var lag = 4
    /// Whether it makes no progress until it is there at once.
    var stallsUntilTheEnd = false
    var isLastCopy = false
    /// Whether its scheduler answers.
    var isReadable = true

    init(name: ServiceName) { self.name = name }

    var member: ServiceMember { ServiceMember(name, "kafka-0") }
    var isHere: Bool { agent == World.agent }
    var isRunningHere: Bool { isHere && isRunning }
    var isBusy: Bool { replacedAt != nil && placedAt == nil }

    mutating func die() {
        guard isHere else { return }
        (isRunning, isInSync) = (false, false)
    }

    mutating func rise() {
        guard isHere, replacedAt == nil else { return }
        (isRunning, isInSync) = (true, true)
    }

    /// True where it does harm: the new one, half in sync, is killed.
    mutating func replace(now: Timestamp) -> Bool {
        guard replacedAt == nil else { return true }
        replacedAt = now
        (isRunning, isInSync) = (false, false)
        return false
    }

    mutating func moveByItself(now: Timestamp) { if replacedAt == nil { _ = replace(now: now) } }

    mutating func live(now: Timestamp) {
        guard let replacedAt else { return }
        if placedAt == nil, let placing, now - replacedAt >= placing {
            (agent, task, isRunning, placedAt) = (elsewhere, "kafka-0__2", true, now)
        }
        if let placedAt, let syncing {
            let share = Double((now - placedAt).inSeconds) / Double(max(syncing.inSeconds, 1))
            lag = max(0, 4 - Int(stallsUntilTheEnd && share < 1 ? 0 : share * 4))
            isInSync = now - placedAt >= syncing
        }
    }

    func status(at now: Timestamp) -> ServiceStatus {
        let here = MemberStatus(
            member: member, broker: 0, node: isHere ? World.node : "i-other", agent: agent, task: task, isRunning: isRunning, isRegistered: isRunning,
            isInSync: isInSync)
        let partitions = (0..<4).map { number -> PartitionStatus in
            let mine = isInSync || (placedAt != nil && number >= lag) ? [0] : []
            return PartitionStatus(
                topic: "orders", number: number, hasLeader: true, inSync: isLastCopy ? [0] : mine + [1, 2], baseline: isLastCopy ? [0] : [0, 1, 2])
        }
        return ServiceStatus(
            name: name, settings: ServiceSettings(policy: .guarded), readAt: now, isFresh: isReadable, isQuiet: !isBusy, members: [here],
            partitions: isReadable ? partitions : nil, partitionsReadAt: now)
    }
}
