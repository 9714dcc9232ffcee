import Fleet

/// What is odd about the join and the pools, as values.
struct Oddities {
    /// Instances of which it is not clear which agent runs on them, each with the reason.
    var ambiguous: [InstanceID: String] = [:]
    /// Nodes that several pools select, by those pools, sorted.
    var overlaps: [[PoolName]: [NodeID]] = [:]
    /// Agents that match no instance, sorted.
    var unmatched: [AgentID] = []

    mutating func note(_ join: Join) {
        var reasons: [InstanceID: [String]] = [:]
        for why in join.ambiguities {
            for word in Set(why.split { $0 == " " || $0 == "," }) {
                let instance = InstanceID(String(word))
                if join.ambiguousInstances.contains(instance) { reasons[instance, default: []].append(why) }
            }
        }
        for instance in join.ambiguousInstances { ambiguous[instance] = reasons[instance]?.joined(separator: "; ") ?? "instance \(instance) is ambiguous" }
    }
}
