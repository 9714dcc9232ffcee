package import Fleet

/// What gates and latches count over the whole fleet, counted once: a fleet of ten thousand is not gone through anew for each candidate. Whoever keeps
/// it from one moment to the next changes only what is other than before.
package struct Census: Sendable {
    package private(set) var zones: [String: Int] = [:]
    package private(set) var pools: [PoolName: Int] = [:]
    private(set) var images: [ImageID: Int] = [:]
    private(set) var unhealthy: Set<NodeID> = []
    /// Those that are missing from Mesos, though nobody has ended them.
    private(set) var unlisted: Set<NodeID> = []

    /// Of no nodes.
    package init() {}

    init(_ nodes: [NodeID: NodeStatus]) { for node in nodes.values { add(node) } }

    package mutating func add(_ node: NodeStatus) {
        if let zone = node.zone { zones[zone, default: 0] += 1 }
        if let pool = node.pool { pools[pool, default: 0] += 1 }
        if let image = node.image { images[image, default: 0] += 1 }
        if node.isUnhealthy { unhealthy.insert(node.id) }
        if node.isUnlisted { unlisted.insert(node.id) }
    }

    /// - Parameter node: as it was when it was added.
    package mutating func remove(_ node: NodeStatus) {
        if let zone = node.zone { Self.take(zone, from: &zones) }
        if let pool = node.pool { Self.take(pool, from: &pools) }
        if let image = node.image { Self.take(image, from: &images) }
        unhealthy.remove(node.id)
        unlisted.remove(node.id)
    }

    private static func take<Key: Hashable>(_ key: Key, from counts: inout [Key: Int]) {
        let left = (counts[key] ?? 0) - 1
        counts[key] = left > 0 ? left : nil
    }
}

extension NodeStatus {
    /// Whether Mesos does not have it, as far as can be seen, though nobody has ended it.
    var isUnlisted: Bool {
        if vital == .departed { return false }
        switch facts[.mesosState] {
        case .unknown: return true
        case .text(let state): return state == MesosState.absent.rawValue || state == MesosState.recovered.rawValue
        case .none, .integer: return false
        }
    }
}

extension Situation {
    /// The census of `nodes`, made anew unless somebody has made it.
    var counts: Census { census ?? Census(nodes) }

    /// How many nodes a pool is meant to have; as many as there are where nobody says.
    func capacity(of pool: PoolName) -> Int { capacityOfPools[pool] ?? counts.pools[pool] ?? 0 }
}
