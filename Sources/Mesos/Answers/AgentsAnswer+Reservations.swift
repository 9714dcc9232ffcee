internal import Fleet
internal import Wire

extension AgentsAnswer {
    /// Whose the reserved resources of an agent are, and its persistent volumes.
    static func owned(_ node: JSONNode) throws(JSONProblem) -> (reservations: [Agent.Reservation], volumes: [Agent.Volume]) {
        var owners: Set<Agent.Reservation> = []
        var volumes: [Agent.Volume] = []
        for resource in try node["total_resources"].elements {
            let owner = try owner(of: resource)
            if let owner { owners.insert(owner) }
            guard let disk = try resource.optional("disk"), let persistence = try disk.optional("persistence") else { continue }
            // A volume may also lie on what is reserved statically; then only its role and its own principal say whose it is.
            let principal = try persistence.optional("principal")?.string
            var role = try resource.optional("role")?.string
            if role == nil { role = try resource.list("reservations").last?.optional("role")?.string }
            volumes.append(
                Agent.Volume(
                    id: try persistence["id"].name, owner: owner ?? Agent.Reservation(role: role ?? "*", principal: principal),
                    path: try disk.optional("volume")?.optional("container_path")?.string))
        }
        return (owners.sorted(), volumes)
    }

    /// From Mesos 1.4 a resource has a stack of reservations, of which the last counts; before, one beside its role. Nil for one that is not reserved
    /// dynamically.
    private static func owner(of resource: JSONNode) throws(JSONProblem) -> Agent.Reservation? {
        if let last = try resource.list("reservations").last {
            guard try last["type"].string == "DYNAMIC" else { return nil }
            return try reservation(last, role: last["role"].name)
        }
        guard let old = try resource.optional("reservation") else { return nil }
        return try reservation(old, role: resource["role"].name)
    }

    private static func reservation(_ node: JSONNode, role: String) throws(JSONProblem) -> Agent.Reservation {
        var framework: FrameworkID?
        if let labels = try node.optional("labels") {
            for label in try labels.list("labels") where try label["key"].string == "framework_id" {
                framework = try label.optional("value").map { (node) throws(JSONProblem) in FrameworkID(try node.string) }
            }
        }
        return Agent.Reservation(role: role, principal: try node.optional("principal")?.string, framework: framework)
    }
}
