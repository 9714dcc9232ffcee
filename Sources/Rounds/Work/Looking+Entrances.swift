import Fleet
import Planning
import Replacing

/// Load balancers and Elastic IPs, where the pool has them looked after.
extension Looking {
    private var isWatching: Bool { pool?.looksAfterEntrances == true }
    private var seen: EntrancesSighting? { isWatching && !stale.contains(.entrances) ? sightings.entrances : nil }

    /// What leads to the old node, by the last poll. Nil: not known, or nobody looks.
    var leading: [(entrance: Entrance, standing: EntrancesSighting.Standing)]? {
        guard let seen, let instance = replacement.instance else { return nil }
        return seen.leading(to: instance, at: node.facts.text(.privateIP))
    }

    /// Whether every load balancer has let go of it, old connections included.
    var isDetached: Bool? { isWatching ? leading.map { !$0.contains { $0.entrance.isBalanced } } : true }

    /// Whether a fresh node stands where the old one stood.
    func isInService(_ fresh: InstanceID, at address: String?) -> Bool? {
        guard isWatching, replacement.entrances?.isEmpty != true else { return true }
        guard let seen, let wanted = replacement.entrances else { return nil }
        return wanted.allSatisfy { seen.isTaken($0, by: fresh, at: address, from: replacement.instance) }
    }
}
