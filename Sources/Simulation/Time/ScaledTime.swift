package import Fleet

/// A clock that runs a whole number of times as fast as the real one: at factor 120, two hours of the cluster pass in a minute.
///
/// Factor 1 is real time with another starting point. Only what the cluster and Mayfly itself wait for is scaled; time-outs of HTTP and
/// the times in signatures stay real.
package struct ScaledTime: Sendable {
    package let start: Timestamp
    /// 1…100,000.
    package let factor: Int
    private let began: ContinuousClock.Instant

    package init(start: Timestamp, factor: Int) {
        precondition((1...100_000).contains(factor), "factor \(factor); 1 to 100,000 are possible")
        self.start = start
        self.factor = factor
        began = ContinuousClock.now
    }

    /// The time that it is by this clock.
    package func now() -> Timestamp { start + (ContinuousClock.now - began) * factor }

    /// Waits until so much of this clock's time has passed. Throws `CancellationError` when the task is cancelled.
    package func sleep(_ duration: Duration) async throws { try await Task.sleep(for: duration / factor) }

    /// Waits until it is `time` by this clock; not at all if that has passed.
    package func sleep(until time: Timestamp) async throws {
        let rest = time - now()
        if rest > .zero { try await sleep(rest) }
    }
}
