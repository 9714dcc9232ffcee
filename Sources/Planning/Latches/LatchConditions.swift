import Fleet

extension Situation {
    /// Too large a share of the fleet, a zone, a pool or an image is unhealthy. Of fleet and pool the denominator is what they are meant to have, of zone
    /// and image what there is.
    var breakerConditions: [LatchCondition] {
        let counts = counts
        var unhealthy: [BreakerScope: [NodeID]] = [:]
        for id in counts.unhealthy {
            for scope in nodes[id]?.scopes ?? [] { unhealthy[scope, default: []].append(id) }
        }
        let breaker = limits.breaker
        let conditions = unhealthy.map { scope, nodes in
            let size = size(of: scope, counts)
            let bound = max(breaker.atLeast, breaker.share.count(of: size))
            return LatchCondition(
                kind: "breaker", name: LatchName("breaker/\(scope)"), nodes: nodes, count: nodes.count, bound: bound, cooldown: breaker.cooldown,
                reason: "\(nodes.count) of \(size) nodes of \(scope.said) are unhealthy, and \(bound) are too many: \(listed(nodes.sorted()))")
        }
        return conditions + [LatchCondition(kind: "breaker")]
    }

    /// New failures that came close together and share a zone, a pool or an image. Of the whole fleet too: the share is asked of it, a burst is not.
    ///
    /// A burst lasts for as long as enough of the nodes that it was made of are unhealthy: that they have been so for a while does not make what they have
    /// in common the nodes' own fault. A network that is cut through looks like this for hours.
    var burstConditions: [LatchCondition] {
        let burst = limits.breaker.burst
        var fresh = lastingBursts
        for (id, since) in failures where since > now - burst.span {
            guard let node = nodes[id], node.isUnhealthy else { continue }
            for scope in node.scopes where scope != .fleet { fresh[scope, default: []].insert(id) }
        }
        let conditions = fresh.map { scope, nodes in
            LatchCondition(
                kind: "burst", name: LatchName("burst/\(scope)"), nodes: nodes.sorted(), count: nodes.count, bound: burst.count,
                cooldown: limits.breaker.cooldown,
                reason: "\(nodes.count) nodes of \(scope.said) failed within \(burst.span.text): \(listed(nodes.sorted()))")
        }
        return conditions + [LatchCondition(kind: "burst")]
    }

    /// What is left of bursts that hold something back, where that is still as many as make one.
    private var lastingBursts: [BreakerScope: Set<NodeID>] {
        var left: [BreakerScope: Set<NodeID>] = [:]
        for latch in latches.values where latch.isTripped && LatchCondition.kind(of: latch.name) == "burst" {
            for id in latch.nodes {
                guard let node = nodes[id], node.isUnhealthy else { continue }
                for scope in node.scopes where LatchName("burst/\(scope)") == latch.name { left[scope, default: []].insert(id) }
            }
        }
        return left.filter { $0.value.count >= limits.breaker.burst.count }
    }

    /// Parked replacements of a pool that nobody has looked at.
    var parkedConditions: [LatchCondition] {
        let parked = Dictionary(grouping: inFlight.filter { $0.isParked && $0.pool != nil }, by: \.pool)
        let conditions = parked.compactMap { pool, works -> LatchCondition? in
            guard let pool else { return nil }
            let nodes = works.map(\.node).sorted()
            return LatchCondition(
                kind: "parked", name: .parked(pool), nodes: nodes, count: nodes.count, bound: limits.parkedMax,
                reason: "\(counted(nodes.count, "replacement")) of pool \(pool) are parked: \(listed(nodes))")
        }
        return conditions + [LatchCondition(kind: "parked")]
    }

    /// What looks more like an observer that fails than like nodes that do. Without a cool-down: it is over as soon as everything is seen again, and the
    /// breaker, which has one, counts what cannot be seen as unhealthy.
    var observerConditions: [LatchCondition] {
        [shrunkCondition, unlistedCondition, LatchCondition(kind: LatchName.shrunk.rawValue), LatchCondition(kind: LatchName.unlisted.rawValue)].compactMap {
            $0
        }
    }

    private var shrunkCondition: LatchCondition? {
        guard let fleetMax else { return nil }
        let missing = fleetMax - nodes.count - max(0, explainedShrink)
        let bound = limits.shrink.count(of: fleetMax) + 1
        return LatchCondition(
            kind: LatchName.shrunk.rawValue, name: .shrunk, count: max(0, missing), bound: bound,
            reason:
                "the fleet has \(nodes.count) nodes and had \(fleetMax) within 24 hours, \(missing) fewer than is explained by capacity, departures and own work"
        )
    }

    /// An agent list that is suddenly short makes nodes look dead, or drained and gone, whichever is asked. The breaker asks the same at the start; this
    /// is asked before every harmful call too. The bound is the breaker's: fewer may truly be dead at a time.
    private var unlistedCondition: LatchCondition? {
        let own = Set(inFlight.map(\.node) + inFlight.compactMap { $0.successor.map { NodeID($0) } })
        let missing = (census.map { Array($0.unlisted) } ?? nodes.values.filter(\.isUnlisted).map(\.id)).filter { !own.contains($0) }
        let bound = max(limits.breaker.atLeast, limits.breaker.share.count(of: capacity))
        return LatchCondition(
            kind: LatchName.unlisted.rawValue, name: .unlisted, nodes: missing, count: missing.count, bound: bound,
            reason:
                "\(missing.count) of \(capacity) nodes are missing from Mesos at once, and \(bound) are too many to believe: \(listed(missing.sorted()))"
        )
    }

    private func size(of scope: BreakerScope, _ counts: Census) -> Int {
        switch scope {
        case .fleet: capacity > 0 ? capacity : nodes.count
        case .pool(let pool): capacityOfPools[pool] ?? counts.pools[pool] ?? 0
        case .zone(let zone): counts.zones[zone] ?? 0
        case .image(let image): counts.images[image] ?? 0
        }
    }
}

extension NodeStatus {
    var scopes: [BreakerScope] {
        [.fleet, zone.map { .zone($0) }, pool.map { .pool($0) }, image.map { .image($0) }].compactMap { $0 }
    }
}
