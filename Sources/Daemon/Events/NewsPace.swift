import Fleet

/// How often rounds are held of what is told of tasks: one a second in the long run, for each is recorded; and a few at once after a while without any, for
/// failures seldom come quite alone.
struct NewsPace {
    /// From one round to the next, in the long run.
    static let distance = Duration.seconds(1)
    /// So many may come one on the heels of another.
    static let burst = 5

    /// When as many could be held again as ever. Nil before the first.
    private var restedAt: Timestamp?

    /// A round was held. Returns for how long there is to be no other.
    mutating func pause(after now: Timestamp) -> Duration {
        // A clock that was set back must not stop it: no more can be owed than for a burst.
        let rested = min(max(restedAt ?? now, now), now + Self.distance * (Self.burst - 1)) + Self.distance
        restedAt = rested
        return max(.zero, rested - now - Self.distance * (Self.burst - 1))
    }
}
