internal import Fleet
internal import Wire

/// `GET /v2/apps?embed=apps.tasks`: every app that we may see, with its tasks.
struct MarathonAnswer: Sendable {
    /// Sorted by id.
    let apps: [MarathonApp]

    static let path = "/v2/apps?embed=apps.tasks"

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONProblem) {
        var reader = JSONReader(bytes)
        var apps: [MarathonApp]?
        try reader.object { (reader, key) throws(JSONProblem) in
            guard key == "apps" else {
                try reader.skip()
                return
            }
            var list: [MarathonApp] = []
            try reader.array { (reader, index) throws(JSONProblem) in list.append(try Self.app(&reader, index)) }
            apps = list
        }
        try reader.end()
        guard let apps else { throw JSONProblem(path: "apps", what: "is missing", offset: nil) }
        self.apps = apps.sorted { $0.app.id < $1.app.id }
    }

    /// What an app is made of, while it is read.
    private struct Parts {
        var id: String?
        var instances: Int?
        var ties: Set<MarathonSighting.Tie> = []
        /// Marathon's default, and the strictest: what is not said keeps every instance up.
        var minimumHealthCapacity = 1.0
        var labels: [String: String]?
        var tasks: [Task]?
        var hasHealthChecks = false
    }

    private struct Task {
        let id: TaskID
        let agent: AgentID?
        let state: String
        let host: String?
        let ports: [Int]
        let hasVolumes: Bool
        /// What its health checks say. Nil: nothing yet.
        let isAlive: Bool?
        var isRunning: Bool { state == "TASK_RUNNING" }

        /// Nil: it is on no agent yet.
        func placement(isChecked: Bool) -> MarathonSighting.Placement? {
            agent.map { MarathonSighting.Placement(task: id, agent: $0, state: state, isHealthy: isAlive ?? (isChecked ? nil : true)) }
        }
    }

    private static func app(_ reader: inout JSONReader, _ index: Int) throws(JSONProblem) -> MarathonApp {
        var parts = Parts()
        try reader.object { (reader, key) throws(JSONProblem) in
            switch key {
            case "id": parts.id = try reader.text()
            case "instances": parts.instances = try count(reader.node(keeping: []))
            case "constraints":
                if try isPinned(reader.node(keeping: [])) { parts.ties.insert(.pinned) }
            case "container": parts.ties.formUnion(try ties(ofContainer: reader.node(keeping: containerKeys)))
            case "residency":
                if try !reader.node(keeping: []).isNull { parts.ties.insert(.persistentVolume) }
            case "upgradeStrategy":
                let strategy = try reader.node(keeping: ["minimumHealthCapacity"])
                parts.minimumHealthCapacity = try minimumHealthCapacity(strategy.isNull ? nil : strategy)
            case "healthChecks":
                let checks = try reader.node(keeping: [])
                if !checks.isNull { parts.hasHealthChecks = try !checks.elements.isEmpty }
            case "labels": parts.labels = try labels(&reader)
            case "tasks":
                var tasks: [Task] = []
                try reader.array { (reader, _) throws(JSONProblem) in tasks.append(try task(reader.node(keeping: taskKeys))) }
                parts.tasks = tasks
            default: try reader.skip()
            }
        }
        guard let id = parts.id else { throw missing("id", index) }
        guard let instances = parts.instances else { throw missing("instances", index) }
        guard let labels = parts.labels else { throw missing("labels", index) }
        guard let tasks = parts.tasks else { throw missing("tasks", index) }
        if tasks.contains(where: \.hasVolumes) { parts.ties.insert(.persistentVolume) }
        let app = MarathonSighting.App(
            id: id, instances: instances, ties: parts.ties, labels: labels, tasks: tasks.compactMap { $0.placement(isChecked: parts.hasHealthChecks) },
            minimumHealthCapacity: parts.minimumHealthCapacity)
        return MarathonApp(app: app, direct: direct(labels, tasks))
    }

    private static func missing(_ key: String, _ index: Int) -> JSONProblem { JSONProblem(path: "apps[\(index)].\(key)", what: "is missing", offset: nil) }

    static func count(_ node: JSONNode) throws(JSONProblem) -> Int {
        guard let count = Int(exactly: try node.integer), count >= 0 else { throw node.wrong("is not a count") }
        return count
    }

    /// The share of its instances that must stay up, 0…1; 1 where none is named.
    static func minimumHealthCapacity(_ strategy: JSONNode?) throws(JSONProblem) -> Double {
        guard let node = try strategy?.optional("minimumHealthCapacity") else { return 1 }
        let share = try node.double
        guard (0...1).contains(share) else { throw node.wrong("is not a share of 0 to 1") }
        return share
    }

    // MARK: Labels

    /// A label that is longer is a picture or a page, base64; the names and versions that are wanted are below a hundred.
    private static let labelBytesMax = 256
    /// Options can hold an operator's secrets.
    private static let labelsLeft: Set<String> = [
        "DCOS_PACKAGE_OPTIONS", "DCOS_PACKAGE_METADATA", "DCOS_PACKAGE_DEFINITION", "DCOS_PACKAGE_COMMAND", "DCOS_SERVICE_OPTIONS",
    ]

    private static func labels(_ reader: inout JSONReader) throws(JSONProblem) -> [String: String] {
        var labels: [String: String] = [:]
        try reader.object { (reader, key) throws(JSONProblem) in
            guard key.hasPrefix("DCOS_"), !labelsLeft.contains(key) else {
                try reader.skip()
                return
            }
            let value = try reader.text()
            if value.utf8.count <= labelBytesMax { labels[key] = value }
        }
        return labels
    }

    // MARK: Ties

    private static let containerKeys: JSONKeys = ["volumes", "hostPath", "mode", "persistent", "docker", "parameters", "key", "value"]

    private static func isPinned(_ constraints: JSONNode) throws(JSONProblem) -> Bool {
        if constraints.isNull { return false }
        for constraint in try constraints.elements {
            let parts = try constraint.elements
            guard (2...3).contains(parts.count) else { throw constraint.wrong("is not a field, an operator and a value") }
            let value = parts.count == 3 && !parts[2].isNull ? try parts[2].string : ""
            if MarathonConstraint(field: try parts[0].string, operation: try parts[1].string, value: value).pinsToOneHost { return true }
        }
        return false
    }

    private static func ties(ofContainer node: JSONNode) throws(JSONProblem) -> Set<MarathonSighting.Tie> {
        if node.isNull { return [] }
        var ties: Set<MarathonSighting.Tie> = []
        for volume in try node.list("volumes") {
            if try volume.optional("persistent") != nil { ties.insert(.persistentVolume) }
            if let path = try volume.optional("hostPath"), try !path.string.isEmpty, try volume["mode"].string.uppercased() != "RO" { ties.insert(.hostPath) }
        }
        if let docker = try node.optional("docker"), try writesThroughDocker(docker.list("parameters")) { ties.insert(.hostPath) }
        return ties
    }

    /// `--volume /data:/data` and the like, handed to Docker past Marathon. With a driver of its own a volume is somewhere else.
    private static func writesThroughDocker(_ parameters: [JSONNode]) throws(JSONProblem) -> Bool {
        var volumes: [String] = []
        for parameter in parameters {
            switch try parameter["key"].string {
            case "volume-driver": return false
            case "volume", "v": volumes.append(try parameter["value"].string)
            default: break
            }
        }
        return volumes.contains { volume in
            let parts = volume.split(separator: ":")
            return parts.count > 1 && !(parts.count > 2 && parts[2].split(separator: ",").contains("ro"))
        }
    }

    // MARK: Tasks

    private static let taskKeys: JSONKeys = [
        "id", "slaveId", "host", "state", "ports", "startedAt", "localVolumes", "containerPath", "healthCheckResults", "alive",
    ]

    private static func task(_ node: JSONNode) throws(JSONProblem) -> Task {
        let id = TaskID(try node["id"].name)
        // Before Marathon 1.4 a task has no state, and one that runs has a start.
        let isStarted = try node.optional("startedAt") != nil
        let state = try node.optional("state")?.name ?? (isStarted ? "TASK_RUNNING" : "TASK_STAGING")
        // One that has not been placed yet is on no agent.
        let agent = try node.optional("slaveId")?.name
        var ports: [Int] = []
        for port in try node.list("ports") { ports.append(Int(exactly: try port.integer) ?? 0) }
        // One that has not said anything yet is null.
        var alive: [Bool?] = []
        for result in try node.list("healthCheckResults") { alive.append(result.isNull ? nil : try result.optional("alive")?.bool) }
        return Task(
            id: id, agent: agent.map { AgentID($0) }, state: state, host: try node.optional("host")?.string,
            ports: ports, hasVolumes: try !node.list("localVolumes").isEmpty,
            isAlive: alive.contains(false) ? false : alive.isEmpty || alive.contains(nil) ? nil : true)
    }

    private static func direct(_ labels: [String: String], _ tasks: [Task]) -> String? {
        guard let index = labels["DCOS_SERVICE_PORT_INDEX"].flatMap({ Int($0) }), let task = tasks.first(where: \.isRunning), let host = task.host,
            task.ports.indices.contains(index), (1...65_535).contains(task.ports[index])
        else { return nil }
        let url = (labels["DCOS_SERVICE_SCHEME"] == "https" ? "https://" : "http://") + host + ":\(task.ports[index])"
        return HTTPAddress(url) == nil ? nil : url
    }
}
