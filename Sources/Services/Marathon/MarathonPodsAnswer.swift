internal import Fleet
internal import Wire

/// `GET /v2/pods/::status`: every pod that we may see, with its instances.
///
/// A pod is told like an app: what counts of it is the same. Each of its instances is one task, under the instance's id, for it lives and moves as a whole.
struct MarathonPodsAnswer: Sendable {
    /// Sorted by id.
    let pods: [MarathonSighting.App]

    static let path = "/v2/pods/::status"

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONProblem) {
        var reader = JSONReader(bytes)
        var pods: [MarathonSighting.App] = []
        try reader.array { (reader, _) throws(JSONProblem) in pods.append(try Self.pod(reader.node(keeping: Self.keys))) }
        try reader.end()
        self.pods = pods.sorted { $0.id < $1.id }
    }

    private static let keys: JSONKeys = [
        "id", "spec", "instances", "volumes", "name", "host", "persistent", "containers", "volumeMounts", "readOnly", "scaling", "scheduling", "upgrade",
        "minimumHealthCapacity", "placement", "constraints", "fieldName", "operator", "value", "agentId", "agentHostname", "status", "localVolumes",
    ]

    private static func pod(_ node: JSONNode) throws(JSONProblem) -> MarathonSighting.App {
        let spec = try node["spec"]
        let instances = try node.list("instances")
        var ties = try ties(ofVolumes: spec)
        var tasks: [MarathonSighting.Placement] = []
        for instance in instances {
            if try !instance.list("localVolumes").isEmpty { ties.insert(.persistentVolume) }
            if let task = try placement(instance) { tasks.append(task) }
        }
        let scheduling = try spec.optional("scheduling")
        if let placement = try scheduling?.optional("placement"), try isPinned(placement.list("constraints")) { ties.insert(.pinned) }
        return MarathonSighting.App(
            id: try node["id"].name, instances: try count(spec), ties: ties, labels: [:], tasks: tasks,
            minimumHealthCapacity: try MarathonAnswer.minimumHealthCapacity(scheduling?.optional("upgrade")), isPod: true)
    }

    /// One instance is Marathon's default.
    private static func count(_ spec: JSONNode) throws(JSONProblem) -> Int {
        guard let count = try spec.optional("scaling")?.optional("instances") else { return 1 }
        return try MarathonAnswer.count(count)
    }

    // MARK: Ties

    /// A path is the agent's own when it is absolute, and lies in the sandbox else. It counts when some container may write to it.
    private static func ties(ofVolumes spec: JSONNode) throws(JSONProblem) -> Set<MarathonSighting.Tie> {
        var ties: Set<MarathonSighting.Tie> = []
        var paths: Set<String> = []
        for volume in try spec.list("volumes") {
            if try volume.optional("persistent") != nil { ties.insert(.persistentVolume) }
            if let host = try volume.optional("host"), try host.string.hasPrefix("/") { paths.insert(try volume["name"].string) }
        }
        guard !paths.isEmpty else { return ties }
        for container in try spec.list("containers") {
            for mount in try container.list("volumeMounts") where try paths.contains(mount["name"].string) {
                if try mount.optional("readOnly")?.bool != true { ties.insert(.hostPath) }
            }
        }
        return ties
    }

    private static func isPinned(_ constraints: [JSONNode]) throws(JSONProblem) -> Bool {
        for node in constraints {
            let constraint = MarathonConstraint(
                field: try node["fieldName"].string, operation: try node["operator"].string, value: try node.optional("value")?.string ?? "")
            if constraint.pinsToOneHost { return true }
        }
        return false
    }

    // MARK: Instances

    /// Nil while it is on no agent yet. Where Marathon names a host and no agent, nobody can say which agent that is: then all of it is of no use.
    private static func placement(_ instance: JSONNode) throws(JSONProblem) -> MarathonSighting.Placement? {
        let id = try instance["id"].name
        let state = try state(instance)
        if try instance.optional("agentId") == nil, try instance.optional("agentHostname") == nil { return nil }
        return MarathonSighting.Placement(
            task: TaskID(id), agent: AgentID(try instance["agentId"].name), state: state, isHealthy: try instance["status"].string != "DEGRADED")
    }

    /// The state that a task of an app would have.
    ///
    /// `DEGRADED` is an instance that is unreachable, or of which a container is not healthy; `TERMINAL` is one that is being ended, of which a container may
    /// still run. So the containers' states tell these.
    private static func state(_ instance: JSONNode) throws(JSONProblem) -> String {
        let node = try instance["status"]
        var containers: [String] = []
        for container in try instance.list("containers") { containers.append(try container["status"].name) }
        switch try node.string {
        case "PENDING", "STAGING": return "TASK_STAGING"
        case "STABLE": return "TASK_RUNNING"
        case "DEGRADED": return containers.first { $0 != "TASK_RUNNING" && $0 != "TASK_FINISHED" } ?? "TASK_RUNNING"
        case "TERMINAL": return containers.allSatisfy(MarathonSighting.Placement.isOver) ? "TASK_FINISHED" : "TASK_KILLING"
        case let other: throw node.wrong("is `\(other.prefix(40))`, and no state of a pod's instance")
        }
    }
}
