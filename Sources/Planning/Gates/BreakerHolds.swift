import Fleet

extension Gate {
    /// Not so much of the fleet, the zone, the pool or the image is unhealthy that something common to it must have failed.
    ///
    /// Of outdated nodes too: while much is sick nothing healthy is taken away. The image is both the node's own and the one that its successor would get.
    package static let breaker = Gate(.breaker, beforeHarm: false) { question, situation in
        guard situation.capacity > 0, !situation.nodes.isEmpty else {
            return GateAnswer(.breaker, .unknown, "it is unknown how many nodes the fleet is meant to have")
        }
        guard let zone = question.node.zone, let pool = question.node.pool, let image = question.node.image else {
            return GateAnswer(.breaker, .unknown, "its zone, pool or image is unknown, and so what it shares with others")
        }
        var scopes: [BreakerScope] = [.fleet, .zone(zone), .pool(pool), .image(image)]
        if let target = situation.targets[pool]?.image, target != image { scopes.append(.image(target)) }
        let names = scopes.map { LatchName("breaker/\($0)") } + scopes.map { LatchName("burst/\($0)") }
        let tripped = names.compactMap { situation.latches[$0] }.filter(\.isTripped)
        guard !tripped.isEmpty else {
            let unhealthy = situation.counts.unhealthy.count
            return GateAnswer(
                .breaker, .open, "\(unhealthy) of \(situation.capacity) nodes are unhealthy",
                values: ["unhealthy": String(unhealthy), "capacity": String(situation.capacity)])
        }
        return GateAnswer.worst(
            tripped.map { latch in
                GateAnswer(.breaker, latch.releases.map { .shutUntil($0) } ?? .shut, latch.explained(at: situation.now), values: latch.values)
            })
    }
}
