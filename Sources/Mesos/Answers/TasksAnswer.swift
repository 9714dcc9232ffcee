internal import Fleet
internal import Wire

/// `GET_TASKS`: running, ended and unreachable tasks, of all frameworks that we may see.
struct TasksAnswer: Sendable {
    var tasks = MesosSighting.Tasks()

    /// - Parameters:
    ///   - version: the master's, which says what an answer must hold.
    ///   - frameworks: what `GET_FRAMEWORKS` told just before.
    init(_ bytes: UnsafeBufferPointer<UInt8>, version: MesosVersion, frameworks: FrameworksAnswer) throws(JSONProblem) {
        var lists: [String: [MesosTask]] = [:]
        try MesosAnswer.read("GET_TASKS", from: bytes) { (reader, key) throws(JSONProblem) in
            guard Self.lists.contains(key) else {
                try reader.skip()
                return
            }
            var list: [MesosTask] = []
            try reader.array { (reader, _) throws(JSONProblem) in
                list.append(try Self.task(try reader.node(keeping: Self.keys), frameworks: frameworks.names))
            }
            lists[key] = list
        }
        if version.writesEmptyLists, let missing = Self.lists.first(where: { lists[$0] == nil }) {
            throw JSONProblem(path: "get_tasks." + missing, what: "is missing", offset: nil)
        }
        tasks = MesosSighting.Tasks(
            running: lists["tasks"] ?? [], completed: lists["completed_tasks"] ?? [], unreachable: lists["unreachable_tasks"] ?? [],
            frameworks: frameworks.running)
    }

    private static let lists = ["tasks", "completed_tasks", "unreachable_tasks"]

    /// Of forty thousand tasks few are an SDK scheduler's: the labels of all others are passed over.
    private static let keys = JSONKeys(
        [
            "name", "task_id", "framework_id", "agent_id", "value", "state", "resources", "allocation_info", "role", "statuses", "timestamp", "reason",
            "healthy", "labels", "key",
        ], where: ["labels": "\"task_type\""])

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
            reason: try last?.optional("reason")?.string, isHealthy: try last?.optional("healthy")?.bool, roles: roles.sorted(),
            labels: try labels(node))
    }

    private static func labels(_ node: JSONNode) throws(JSONProblem) -> MesosTask.Labels? {
        guard let labels = try node.optional("labels") else { return nil }
        var type: String?
        var index: Int?
        for label in try labels.list("labels") {
            switch try label["key"].string {
            case "task_type": type = try label.optional("value")?.string
            case "index": index = try label.optional("value").map { (node) throws(JSONProblem) in try node.string }.flatMap { Int($0) }
            default: break
            }
        }
        return type.map { MesosTask.Labels(type: $0, index: index) }
    }
}
