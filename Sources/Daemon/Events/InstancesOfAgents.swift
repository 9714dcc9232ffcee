import Fleet
import Rounds

/// Which instances agents have, or had last, by the last round that was recorded. Made anew after another one, and only when somebody asks.
struct InstancesOfAgents {
    /// As of so many rounds.
    private var rounds = 0
    private var known: [AgentID: [InstanceID]] = [:]

    /// - Returns: empty where the agent has none that is known; more than one only while the ledger has several nodes of the agent in the fleet.
    mutating func instances(of agent: AgentID, by bulletin: Bulletin.Content) -> [InstanceID] {
        guard let state = bulletin.report?.picture.state else { return [] }
        if rounds != bulletin.rounds {
            (rounds, known) = (bulletin.rounds, [:])
            for node in state.nodes.values.lazy.map(\.node) where node.departedAt == nil {
                if let agent = node.agent, let instance = node.instance { known[agent, default: []].append(instance) }
            }
        }
        return known[agent] ?? []
    }
}
