internal import Fleet
internal import Wire

/// `GET_FRAMEWORKS`: what the frameworks are called, those that ended too, for their tasks are still told.
struct FrameworksAnswer: Sendable {
    /// Those that have not ended.
    var running: [MesosFramework] = []
    var names: [FrameworkID: String] = [:]

    /// Nothing told.
    init() {}

    /// - Parameter version: the master's, which says what an answer must hold.
    init(_ bytes: UnsafeBufferPointer<UInt8>, version: MesosVersion) throws(JSONProblem) {
        var names: [FrameworkID: String] = [:]
        var running: [MesosFramework] = []
        var missing: Set<String> = version.writesEmptyLists ? ["frameworks", "completed_frameworks"] : []
        try MesosAnswer.read("GET_FRAMEWORKS", from: bytes) { (reader, key) throws(JSONProblem) in
            guard key == "frameworks" || key == "completed_frameworks" else {
                try reader.skip()
                return
            }
            missing.remove(key)
            try reader.array { (reader, _) throws(JSONProblem) in
                let node = try reader.node(keeping: Self.keys)
                let about = try node["framework_info"]
                let framework = try Self.framework(node, about)
                names[framework.id] = framework.name
                if key == "frameworks" { running.append(framework) }
            }
        }
        if let missing = missing.min() { throw JSONProblem(path: "get_frameworks." + missing, what: "is missing", offset: nil) }
        self.names = names
        self.running = running
    }

    private static let keys: JSONKeys = ["framework_info", "id", "value", "name", "active", "connected", "principal", "role", "roles"]

    private static func framework(_ node: JSONNode, _ about: JSONNode) throws(JSONProblem) -> MesosFramework {
        var roles: Set<String> = []
        for role in try about.list("roles") { roles.insert(try role.string) }
        if let role = try about.optional("role")?.string { roles.insert(role) }
        let isActive = try node.optional("active")?.bool ?? true
        let isConnected = try node.optional("connected")?.bool ?? true
        return MesosFramework(
            id: FrameworkID(try about["id"]["value"].name), name: try about["name"].string, isActive: isActive && isConnected,
            principal: try about.optional("principal")?.string, roles: roles.sorted())
    }
}
