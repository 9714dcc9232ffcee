internal import Fleet
internal import Wire

/// What an SDK's scheduler says of its pods: `v1/pod/status` and `v1/pods/status`.
struct PodsAnswer: Sendable {
    struct Pod: Hashable, Sendable {
        /// `kafka-0`.
        let name: String
        let tasks: [Task]
    }

    struct Task: Hashable, Sendable {
        /// Nil before it was launched.
        let id: TaskID?
        /// `kafka-0-broker`.
        let name: String
        /// `RUNNING`, `PAUSED`, …. Nil before it was ever prepared.
        let state: String?
    }

    /// Sorted by name.
    let pods: [Pod]

    private static let keys: JSONKeys = ["name", "instances", "tasks", "id", "status", "state"]

    /// Takes both shapes: `{"service": …, "pods": [{"name", "instances": [{"name", "tasks": […]}]}]}` of today, in which a service that has not
    /// launched anything has no `pods`, and the older `{"kafka-0": [{"id", "name", "state"}]}`.
    init(_ bytes: UnsafeBufferPointer<UInt8>, membersMax: Int) throws(JSONProblem) {
        var reader = JSONReader(bytes)
        var hasService = false
        var pods: [Pod] = []
        try reader.object { (reader, key) throws(JSONProblem) in
            let node = try reader.node(keeping: Self.keys)
            switch key {
            case "service" where node.isText: hasService = true
            case "pods" where !node.isNull:
                for type in try node.elements {
                    _ = try type["name"].name
                    for instance in try type["instances"].elements {
                        pods.append(Pod(name: try instance["name"].name, tasks: try Self.tasks(instance["tasks"])))
                    }
                }
            default: pods.append(Pod(name: key, tasks: try Self.tasks(node)))
            }
        }
        try reader.end()
        guard hasService || !pods.isEmpty else { throw JSONProblem(path: "pods", what: "is missing", offset: nil) }
        guard pods.count <= membersMax else { throw JSONProblem(path: "pods", what: "has more than \(membersMax) pods", offset: nil) }
        guard Set(pods.map(\.name)).count == pods.count else { throw JSONProblem(path: "pods", what: "has a pod twice", offset: nil) }
        self.pods = pods.sorted { $0.name < $1.name }
    }

    private static func tasks(_ list: JSONNode) throws(JSONProblem) -> [Task] {
        var tasks: [Task] = []
        for task in try list.elements {
            let id = try task["id"].string
            let state = try task.optional("status", or: "state")?.name
            tasks.append(Task(id: id.isEmpty ? nil : TaskID(id), name: try task["name"].name, state: state.map { stripped($0) }))
        }
        guard !tasks.isEmpty else { throw list.wrong("is empty") }
        return tasks
    }

    static func stripped(_ state: String) -> String { state.hasPrefix("TASK_") ? String(state.dropFirst(5)) : state }
}

extension PodsAnswer.Pod {
    /// `kafka` and 0 of `kafka-0`.
    var typeAndIndex: (type: Substring, index: Int)? {
        guard let dash = name.lastIndex(of: "-"), let index = Int(name[name.index(after: dash)...]), index >= 0 else { return nil }
        return (name[..<dash], index)
    }

    /// The task that speaks for the pod: Kafka's broker, else the worst off of those that were launched and are meant to run.
    ///
    /// A task that has finished was meant to, like a bootstrap; a pod of which all have, has finished. One without an id stands for something that is
    /// run when somebody asks for it, like a backup. All tasks of a pod are on one agent.
    var representative: PodsAnswer.Task? {
        if let broker = tasks.first(where: { $0.name == name + "-broker" }) { return broker }
        let launched = tasks.filter { $0.id != nil }
        let lasting = launched.filter { $0.state != "FINISHED" }
        return lasting.first { $0.state != "RUNNING" } ?? lasting.first ?? launched.first ?? tasks.first
    }
}

/// `v1/pod/<pod>/info`: where the pod's tasks run, or last ran.
enum PodInfoAnswer {
    private static let keys: JSONKeys = ["info", "taskId", "slaveId", "value"]

    /// The agents by task; tasks that have not been launched are left out.
    static func agents(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONProblem) -> [TaskID: AgentID] {
        var reader = JSONReader(bytes)
        var agents: [TaskID: AgentID] = [:]
        try reader.array { (reader, _) throws(JSONProblem) in
            let info = try reader.node(keeping: keys)["info"]
            let task = try info["taskId"]["value"].string
            let agent = try info["slaveId"]["value"].string
            if !task.isEmpty, !agent.isEmpty { agents[TaskID(task)] = AgentID(agent) }
        }
        try reader.end()
        return agents
    }
}
