package import Fleet

/// The latches as they are now: those that trip, go on, or release by themselves, given how the last round left them. Pure; the same situation gives
/// the same.
///
/// A latch trips as soon as its condition holds, is renewed as long as it does, and releases when it has not held for its cool-down. One that a person has
/// *accepted* holds nothing back and stays for as long as anything of what it was accepted for lasts: those nodes no longer count for it, so the very same
/// failures do not trip it again at once, and others that come after do, at the same bound. When nothing of it is left, it is forgotten. A latch that is
/// not computed here, a `quarantine/…`, stays as it is.
package func latches(in situation: Situation) -> [LatchName: Latch] {
    var latches = situation.latches
    let conditions = situation.breakerConditions + situation.burstConditions + situation.parkedConditions + situation.observerConditions
    situation.settle(conditions, in: &latches)
    return latches
}

extension Situation {
    /// Brings the latches of the observer alone up to date: what is asked before every harmful call.
    mutating func refreshObserverLatches() {
        var latches = latches
        settle(observerConditions, in: &latches)
        self.latches = latches
    }

    /// Trips, renews and releases; only latches of the kinds that the conditions are of are touched.
    fileprivate func settle(_ conditions: [LatchCondition], in latches: inout [LatchName: Latch]) {
        let kinds = Set(conditions.map(\.kind))
        var seen: Set<LatchName> = []
        for condition in conditions {
            guard let name = condition.name else { continue }
            seen.insert(name)
            latches[name] = condition.settled(latches[name], at: now)
        }
        for (name, latch) in latches where !seen.contains(name) && kinds.contains(LatchCondition.kind(of: name)) {
            // What it was about is not there any more: the last node of a zone, the last parked one of a pool.
            latches[name] = LatchCondition.unmet(latch, at: now)
        }
    }
}

/// What trips a latch, as it is in one situation.
struct LatchCondition {
    /// The first word of the names that it is about: `breaker`, `burst`, `parked`, `shrunk`, `unlisted`. Those without a condition release.
    let kind: String
    /// Nil: a condition that only says that its kind was looked at.
    let name: LatchName?
    let nodes: [NodeID]
    /// How many there are, and how many it takes.
    let count: Int
    let bound: Int
    let cooldown: Duration?
    let reason: String

    init(kind: String, name: LatchName? = nil, nodes: [NodeID] = [], count: Int = 0, bound: Int = 1, cooldown: Duration? = nil, reason: String = "") {
        self.kind = kind
        self.name = name
        self.nodes = nodes.sorted()
        self.count = count
        self.bound = bound
        self.cooldown = cooldown
        self.reason = reason
    }

    static func kind(of name: LatchName) -> String { String(name.rawValue.prefix { $0 != "/" }) }

    /// What becomes of the latch.
    func settled(_ latch: Latch?, at now: Timestamp) -> Latch? {
        let known = latch?.acceptance
        let isMet = count - stillAccepted(known) >= bound
        guard let latch else { return isMet ? made(since: now, at: now) : nil }
        if isMet { return made(since: latch.isTripped ? latch.since : now, at: now) }
        guard let known else { return Self.unmet(latch, at: now) }
        return stillAccepted(known) > 0 ? latch : nil
    }

    /// How many of what there is were known when it was accepted. Of what has no names, as many as there were: more than those count.
    private func stillAccepted(_ acceptance: Latch.Acceptance?) -> Int {
        guard let acceptance else { return 0 }
        if nodes.isEmpty { return min(count, acceptance.count) }
        return Set(acceptance.nodes).intersection(nodes).count
    }

    private func made(since: Timestamp, at now: Timestamp) -> Latch {
        Latch(name: name ?? LatchName(kind), reason: reason, since: since, lastSeen: now, cooldown: cooldown, nodes: nodes, count: count)
    }

    /// A latch of which the condition does not hold: it stays until its cool-down is over, by a clock that may have gone back.
    static func unmet(_ latch: Latch, at now: Timestamp) -> Latch? {
        guard latch.isTripped, let releases = latch.releases else { return nil }
        return now < releases ? latch : nil
    }
}
