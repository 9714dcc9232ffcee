/// A purse from which retries are paid, and that fills again with time: when everything fails, trying again soon stops.
///
/// A value without a clock. Time is any duration since a fixed start, as long as one purse always gets the same clock's.
package struct TokenBucket: Hashable, Sendable {
    package let capacity: Double
    /// Tokens that come back each second.
    package let refillPerSecond: Double
    private var tokens: Double
    private var filledAt: Duration?

    /// Full at first.
    package init(capacity: Double, refillPerSecond: Double) {
        precondition(capacity >= 0 && refillPerSecond >= 0, "a purse of \(capacity) tokens, \(refillPerSecond) per second")
        self.capacity = capacity
        self.refillPerSecond = refillPerSecond
        tokens = capacity
    }

    /// Takes `cost` tokens, all or none; false when there are not so many. A time before the last one refills nothing.
    package mutating func take(_ cost: Double, at now: Duration) -> Bool {
        fill(at: now)
        guard cost <= tokens else { return false }
        tokens -= cost
        return true
    }

    /// Puts tokens back, as after a success; never above the capacity.
    package mutating func put(_ amount: Double) {
        tokens = min(capacity, tokens + max(0, amount))
    }

    /// How many there are at a time.
    package func available(at now: Duration) -> Double {
        var copy = self
        copy.fill(at: now)
        return copy.tokens
    }

    private mutating func fill(at now: Duration) {
        guard let last = filledAt else {
            filledAt = now
            return
        }
        guard now > last else { return }
        tokens = min(capacity, tokens + (now - last) / .seconds(1) * refillPerSecond)
        filledAt = now
    }
}
