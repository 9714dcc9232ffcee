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
        for instance in join.ambiguousInstances {
            // An id that begins another's would find that one's words too: the whole word is looked for.
            let why = join.ambiguities.filter { text in text.split(whereSeparator: { $0 == " " || $0 == "," }).contains { $0 == instance.rawValue } }
            ambiguous[instance] = why.isEmpty ? "instance \(instance) is ambiguous" : why.joined(separator: "; ")
        }
    }
}
