internal import Wire

extension JSONNode {
    /// The role that a resource of an agent or task is allocated to. Before Mesos 1.3 allocations had no role of their own, only the resource's.
    var allocatedRole: String? {
        get throws(JSONProblem) {
            if let allocation = try optional("allocation_info") { return try allocation["role"].name }
            return try optional("role")?.name
        }
    }
}
