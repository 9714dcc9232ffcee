/// How long to wait before trying again: full jitter, as AWS recommends it.
///
/// The bound doubles with each attempt from `base` up to `cap`; the wait is a random share of it, so that many callers that failed together
/// do not come back together. Pure: the randomness is handed in.
package struct Backoff: Hashable, Sendable {
    /// The bound of the first wait.
    package let base: Duration
    /// The bound of every wait.
    package let cap: Duration

    package init(base: Duration = .milliseconds(500), cap: Duration = .seconds(20)) {
        self.base = base
        self.cap = cap
    }

    /// The longest wait after attempt `attempt`, counted from 1.
    package func bound(attempt: Int) -> Duration {
        // 2^20 times a base of a millisecond is above a quarter of an hour: beyond that only the cap matters.
        min(cap, base * (1 << (max(1, min(attempt, 21)) - 1)))
    }

    /// The wait after attempt `attempt`, counted from 1. `random` is a share, 0…1; outside of it, or not a number, it is clamped.
    package func delay(attempt: Int, random: Double) -> Duration {
        let share = random.isNaN ? 1 : min(max(random, 0), 1)
        return bound(attempt: attempt) * share
    }
}
