internal import Fleet
internal import Wire

/// `GET_TASKS`: running, ended and unreachable tasks, of all frameworks that we may see.
struct TasksAnswer: Sendable {
    var tasks = MesosSighting.Tasks()

    /// - Parameters:
    ///   - version: the master's, which says what an answer must hold.
    ///   - frameworks: names by id.
    init(_ bytes: UnsafeBufferPointer<UInt8>, version: MesosVersion, frameworks: [FrameworkID: String]) throws(JSONProblem) {
        var lists: [String: [MesosTask]] = [:]
        try MesosAnswer.read("GET_TASKS", from: bytes) { (reader, key) throws(JSONProblem) in
            guard Self.lists.contains(key) else {
                try reader.skip()
                return
            }
            var list: [MesosTask] = []
            try reader.array { (reader, _) throws(JSONProblem) in
                list.append(try Self.task(try reader.node(keeping: Self.keys), frameworks: frameworks))
            }
            lists[key] = list
        }
        if version.writesEmptyLists, let missing = Self.lists.first(where: { lists[$0] == nil }) {
            throw JSONProblem(path: "get_tasks." + missing, what: "is missing", offset: nil)
        }
        tasks = MesosSighting.Tasks(running: lists["tasks"] ?? [], completed: lists["completed_tasks"] ?? [], unreachable: lists["unreachable_tasks"] ?? [])
    }

    private static let lists = ["tasks", "completed_tasks", "unreachable_tasks"]

    private static let keys: JSONKeys = [
        "name", "task_id", "framework_id", "agent_id", "value", "state", "resources", "allocation_info", "role", "statuses", "timestamp", "reason", "healthy",
    ]

    private static func task(_ node: JSONNode, frameworks: [FrameworkID: String]) throws(JSONProblem) -> MesosTask {
        let framework = FrameworkID(try node["framework_id"]["value"].name)
        // A task that is still staged has no status yet, and an empty list is left out.
        let last = try node.list("statuses").last
        var roles: Set<String> = []
        for resource in try node.list("resources") {
            if let role = try resource.allocatedRole { roles.insert(role) }
        }
        return MesosTask(
            id: TaskID(try node["task_id"]["value"].name), name: try node["name"].string, framework: framework, frameworkName: frameworks[framework],
            agent: AgentID(try node["agent_id"]["value"].name), state: try node["state"].name, since: try last?.optional("timestamp")?.secondsTime,
            reason: try last?.optional("reason")?.string, isHealthy: try last?.optional("healthy")?.bool, roles: roles.sorted())
    }
}
