import Fleet

/// Where tasks could be placed, counted once for a plan.
struct Tally: Sendable {
    /// Agents that take tasks, by whether they are public.
    private(set) var takers: [Bool: [NodeStatus]] = [:]
    private(set) var free: [Bool: AgentResources.Amount] = [:]

    init(_ nodes: [NodeID: NodeStatus]) {
        for node in nodes.values {
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
    var room: Tally { tally ?? Tally(nodes) }
}
