internal import Fleet
internal import Wire

/// `api/broker/list` of the community's mesos/kafka.
struct CommunityAnswer: Sendable {
    /// Sorted by number.
    let members: [MemberSighting]
    /// Those whose task runs: its executor says so when the broker has registered. Sorted.
    let registered: [Int]

    private static let keys: JSONKeys = ["brokers", "id", "active", "task", "slaveId", "state"]

    init(_ bytes: UnsafeBufferPointer<UInt8>, membersMax: Int) throws(JSONProblem) {
        var reader = JSONReader(bytes)
        let node = try reader.node(keeping: Self.keys)
        try reader.end()
        var members: [MemberSighting] = []
        let brokers = try node["brokers"]
        for broker in try brokers.elements {
            let id = try broker["id"]
            guard let number = Int(try id.name), number >= 0 else { throw id.wrong("is no broker's number") }
            // Without a task: its own words for a broker that is to be started, and for one that is not.
            let isActive = try broker["active"].bool
            let task = try broker.optional("task")
            let state = try task?["state"].name.uppercased()
            members.append(
                MemberSighting(
                    name: MemberName("broker-\(number)"), broker: number, task: try task.map { (task) throws(JSONProblem) in TaskID(try task["id"].name) },
                    agent: try task.map { (task) throws(JSONProblem) in AgentID(try task["slaveId"].name) },
                    state: state ?? (isActive ? "SCHEDULED" : "STOPPED")))
        }
        guard members.count <= membersMax else { throw brokers.wrong("has more than \(membersMax) brokers") }
        guard Set(members.map(\.name)).count == members.count else { throw brokers.wrong("has a broker twice") }
        self.members = members.sorted { ($0.broker ?? 0) < ($1.broker ?? 0) }
        registered = self.members.filter(\.isRunning).compactMap(\.broker)
    }
}
