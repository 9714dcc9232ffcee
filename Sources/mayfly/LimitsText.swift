import Fleet
import Planning

/// Limits as whole numbers, for the present capacity.
struct LimitsText {
    let limits: Limits
    /// How many nodes the fleet is meant to have. Nil: nobody said, and nothing was asked.
    let capacity: Int?
    /// How many nodes each pool is meant to have, nil where nobody says.
    let pools: [(PoolName, Int?)]
    /// How many nodes each zone has.
    let zones: [(String, Int)]

    func lines() -> [String] {
        let inFlight = limits.inFlight
        var lines = ["in flight: \(number(inFlight.fleet, of: capacity)) of the fleet"]
        lines += pools.map { "in flight: \(number(inFlight.pool, of: $0.1)) of pool \($0.0)" }
        lines +=
            zones.isEmpty
            ? ["in flight: \(number(inFlight.zone, of: nil)) of a zone"] : zones.map { "in flight: \(number(inFlight.zone, of: $0.1)) of zone \($0.0)" }
        lines.append("starts: at most " + limits.rate.map { "\($0.count) in \($0.span.text)" }.joined(separator: ", "))
        let breaker = limits.breaker
        lines.append("breaker: trips at \(tripping(of: capacity)) unhealthy of the fleet, until \(breaker.cooldown.text) after the last look that was so")
        lines += pools.map { "breaker: trips at \(tripping(of: $0.1)) unhealthy of pool \($0.0)" }
        lines += zones.map { "breaker: trips at \(tripping(of: $0.1)) unhealthy of zone \($0.0)" }
        lines.append("breaker: trips at \(breaker.burst.count) new failures within \(breaker.burst.span.text) that share fleet, zone, pool or image")
        lines.append("shrink: \(number(limits.shrink, of: capacity)) nodes may be missing without an explanation")
        lines.append("parked: \(limits.parkedMax) in a pool stop its starts, until a person accepts it")
        return lines
    }

    private func tripping(of size: Int?) -> String {
        guard case .percent(let percent) = limits.breaker.share else { return "\(max(limits.breaker.atLeast, limits.breaker.share.count(of: 0)))" }
        return size.map { "\(max(limits.breaker.atLeast, limits.breaker.share.count(of: $0))) of \($0)" } ?? "\(percent)%, at least \(limits.breaker.atLeast),"
    }

    /// `2` of a count; `2 (10% of 20)` of a share.
    private func number(_ bound: Bound, of size: Int?) -> String {
        switch bound {
        case .count: return "\(bound.count(of: size ?? 0))"
        case .percent(let percent): return size.map { "\(bound.count(of: $0)) (\(percent)% of \($0))" } ?? "\(percent)%, at least 1,"
        }
    }
}
