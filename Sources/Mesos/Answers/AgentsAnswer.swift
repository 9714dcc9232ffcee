internal import Fleet
internal import Wire

/// `GET_AGENTS`: the agents that the master lists, and those that it remembers from before its failover.
struct AgentsAnswer: Sendable {
    var agents: [Agent] = []
    var recovered: [RecoveredAgent] = []

    /// DC/OS' role of public agents (`MESOS_DEFAULT_ROLE` in dcos-mesos-slave-public.service).
    private static let publicRole = "slave_public"

    /// - Parameter version: the master's, which says what an answer must hold.
    init(_ bytes: UnsafeBufferPointer<UInt8>, version: MesosVersion) throws(JSONProblem) {
        var agents: [Agent]?
        var recovered: [RecoveredAgent]?
        var ids: Set<AgentID> = []
        try MesosAnswer.read("GET_AGENTS", from: bytes) { (reader, key) throws(JSONProblem) in
            switch key {
            case "agents":
                var list: [Agent] = []
                try reader.array { (reader, _) throws(JSONProblem) in
                    let node = try reader.node(keeping: Self.keys)
                    let agent = try Self.agent(node, version: version)
                    guard ids.insert(agent.id).inserted else { throw node.wrong("has the id \(agent.id) of another agent of the same answer") }
                    list.append(agent)
                }
                agents = list
            case "recovered_agents":
                var list: [RecoveredAgent] = []
                try reader.array { (reader, _) throws(JSONProblem) in
                    let node = try reader.node(keeping: Self.keys)
                    let agent = try Self.recoveredAgent(node)
                    guard ids.insert(agent.id).inserted else { throw node.wrong("has the id \(agent.id) of another agent of the same answer") }
                    list.append(agent)
                }
                recovered = list
            default: try reader.skip()
            }
        }
        guard let agents else { throw JSONProblem(path: "get_agents.agents", what: "is missing", offset: nil) }
        self.agents = agents
        if recovered == nil, version.writesEmptyLists { throw JSONProblem(path: "get_agents.recovered_agents", what: "is missing", offset: nil) }
        self.recovered = recovered ?? []
    }

    private static let keys = JSONKeys(
        [
            "agent_info", "id", "value", "hostname", "attributes", "name", "type", "text", "scalar", "ranges", "range", "begin", "end", "set", "item",
            "active", "deactivated", "version", "pid", "registered_time", "reregistered_time", "nanoseconds", "drain_info", "state",
            "total_resources", "allocated_resources", "role", "reservations", "allocation_info", "reservation", "principal", "labels", "key", "disk",
            "persistence", "volume", "container_path",
        ], where: ["labels": "\"framework_id\""])

    private static func agent(_ node: JSONNode, version: MesosVersion) throws(JSONProblem) -> Agent {
        let about = try node["agent_info"]
        let owned = try owned(node)
        let deactivated = version.hasDeactivated ? try node["deactivated"] : try node.optional("deactivated")
        return Agent(
            id: AgentID(try about["id"]["value"].name), hostname: try about["hostname"].name, pid: try node["pid"].name, isActive: try node["active"].bool,
            isDeactivated: try deactivated?.bool ?? false, drain: try drain(node.optional("drain_info")), version: try node["version"].name,
            registeredTime: try node["registered_time"].time, reregisteredTime: try node.optional("reregistered_time")?.time,
            attributes: try attributes(about), allocatedRoles: try allocatedRoles(node), reservesPublicRole: try reservesPublicRole(node),
            reservations: owned.reservations, volumes: owned.volumes,
            resources: AgentResources(total: try amount(node["total_resources"].elements), allocated: try amount(node.list("allocated_resources"))))
    }

    private static func recoveredAgent(_ node: JSONNode) throws(JSONProblem) -> RecoveredAgent {
        RecoveredAgent(id: AgentID(try node["id"]["value"].name), hostname: try node["hostname"].name, attributes: try attributes(node))
    }

    private static func drain(_ node: JSONNode?) throws(JSONProblem) -> Agent.Drain? {
        guard let state = try node?["state"] else { return nil }
        switch try state.string {
        case "DRAINING": return .draining
        case "DRAINED": return .drained
        default: throw state.wrong("is neither DRAINING nor DRAINED: `\(try state.string.prefix(40))`")
        }
    }

    private static func attributes(_ node: JSONNode) throws(JSONProblem) -> [Agent.Attribute] {
        var attributes: [Agent.Attribute] = []
        for attribute in try node.list("attributes") {
            attributes.append(Agent.Attribute(name: try attribute["name"].name, value: try text(of: attribute)))
        }
        return attributes.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    }

    /// As the v0 API prints it: `8`, `0.5`, `[1-4, 7-9]`, `{a, b}`.
    private static func text(of attribute: JSONNode) throws(JSONProblem) -> String {
        let type = try attribute["type"]
        switch try type.string {
        case "TEXT": return try attribute["text"]["value"].string
        case "SCALAR":
            let number = try attribute["scalar"]["value"].double
            return Int64(exactly: number).map(String.init) ?? String(number)
        case "RANGES":
            var parts: [String] = []
            for range in try attribute["ranges"].list("range") { parts.append("\(try range["begin"].numberText)-\(try range["end"].numberText)") }
            return "[" + parts.joined(separator: ", ") + "]"
        case "SET":
            var items: [String] = []
            for item in try attribute["set"].list("item") { items.append(try item.string) }
            return "{" + items.joined(separator: ", ") + "}"
        default: throw type.wrong("is none of TEXT, SCALAR, RANGES and SET")
        }
    }

    /// What a list of resources comes to, whoever they are reserved for.
    private static func amount(_ resources: some Sequence<JSONNode>) throws(JSONProblem) -> AgentResources.Amount {
        var (cpus, mem, disk) = (0.0, 0.0, 0.0)
        for resource in resources {
            switch try resource["name"].string {
            case "cpus": cpus += try resource["scalar"]["value"].double
            case "mem": mem += try resource["scalar"]["value"].double
            case "disk": disk += try resource["scalar"]["value"].double
            default: continue
            }
        }
        return AgentResources.Amount(cpus: cpus, mem: mem, disk: disk)
    }

    /// Ports and disk are allocated with a task as well, so cpus and memory say enough: nothing runs without either.
    private static func allocatedRoles(_ node: JSONNode) throws(JSONProblem) -> [String] {
        var roles: Set<String> = []
        for resource in try node.list("allocated_resources") {
            guard ["cpus", "mem"].contains(try resource["name"].string), try resource["scalar"]["value"].double > 0 else { continue }
            if let role = try resource.allocatedRole { roles.insert(role) }
        }
        return roles.sorted()
    }

    /// By its own configuration, which DC/OS' public agents have. Marathon has the same role, and reserves for it on any agent as its resident apps ask.
    private static func reservesPublicRole(_ node: JSONNode) throws(JSONProblem) -> Bool {
        for resource in try node["total_resources"].elements {
            let reservations = try resource.list("reservations")
            for reservation in reservations where try reservation.optional("role")?.string == publicRole {
                if try reservation.optional("type")?.string != "DYNAMIC" { return true }
            }
            // Before Mesos 1.4 there was only the role, and `reservation` beside it where a framework had asked.
            guard reservations.isEmpty, try resource.optional("reservation") == nil else { continue }
            if try resource.optional("role")?.string == publicRole { return true }
        }
        return false
    }
}
