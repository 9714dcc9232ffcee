import Fleet

/// What gates count over the whole fleet, counted once for a plan: a fleet of ten thousand is not gone through anew for each of its candidates.
struct Tally: Sendable {
    private(set) var zones: [String: Int] = [:]
    private(set) var pools: [PoolName: Int] = [:]
    private(set) var unhealthy = 0
    /// Agents that take tasks, by whether they are public.
    private(set) var takers: [Bool: [NodeStatus]] = [:]
    private(set) var free: [Bool: AgentResources.Amount] = [:]

    init(_ nodes: [NodeID: NodeStatus]) {
        for node in nodes.values {
            if let zone = node.zone { zones[zone, default: 0] += 1 }
            if let pool = node.pool { pools[pool, default: 0] += 1 }
            if node.isUnhealthy { unhealthy += 1 }
            guard let isPublic = node.takesTasks, let resources = node.resources else { continue }
            takers[isPublic, default: []].append(node)
            free[isPublic, default: .init()] = free[isPublic, default: .init()] + resources.free
        }
    }
}

extension NodeStatus {
    /// Whether a task could be placed on it, and if so, whether it is public; nil when none could.
    var takesTasks: Bool? {
        guard facts.text(.mesosState) == MesosState.active.rawValue, resources != nil else { return nil }
        return facts.integer(.public).map { $0 != 0 }
    }
}

extension Situation {
    /// The tally of `nodes`, made anew unless a plan has made it.
    var counts: Tally { tally ?? Tally(nodes) }

    /// How many nodes a pool is meant to have; as many as there are where nobody says.
    func capacity(of pool: PoolName) -> Int { capacityOfPools[pool] ?? counts.pools[pool] ?? 0 }
}
