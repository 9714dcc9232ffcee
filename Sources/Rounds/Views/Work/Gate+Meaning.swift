package import Planning

extension Gate.Name {
    /// When it is open, in a few words for people.
    package var meaning: String {
        switch self {
        case .pause: "nobody has paused"
        case .mode:
            "daemon's and rule's mode allow it; in `propose` somebody has approved it; in `act` an alert target has answered, and the cluster's claim is ours"
        case .hold: "no hold, no `keep` rule, no tag `mayfly:hold`, and nobody else is at work on the node"
        case .identity: "it is known which machine it is, it is in a pool that says how to have another, and Mayfly does not depend on it"
        case .fresh: "everything that the decision rests on was read a short while ago, and the fleet has not shrunk without an explanation"
        case .breaker: "not too much of fleet, zone, pool and image is unhealthy, and no burst of failures has one of them in common"
        case .image: "the target image is there, available, has stood for an hour, and is not quarantined; until it is proven one node goes alone"
        case .window:
            "the rule's interval is open, and the replacement is expected to end before it closes; with `refresh: opened` so is, for an outdated node, a refresh"
        case .rate: "not so many have started lately as `limits.rate` allows, and not too many of the pool are parked"
        case .inFlight: "a slot is free in the fleet, the pool and the zone"
        case .successor: "the way to a fresh instance is proven: group, template or plan yields the target image, and nothing is suspended or protected"
        case .capacity: "each member has an eligible agent to go to and the other tasks fit; or the pool is `launch-first`"
        case .service:
            "every service can bear it: a free slot, nobody else of it down, moving or syncing, every partition keeps what it needs in sync, and no last copy goes"
        }
    }
}
