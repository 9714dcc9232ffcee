package import Fleet

/// A clock that runs faster than the system's, from a moment at which both agreed.
///
/// It is only the system's clock and two numbers, so that processes that are given the same numbers agree on the time: an invented cluster and whoever
/// watches it, also when one of them is started later or again.
package struct ScaledClock: Hashable, Sendable, CustomStringConvertible {
    /// How many times as fast it runs: 1 to 10,000.
    package let factor: Int
    package let start: Timestamp

    package static let factors = 1...10_000

    package init(factor: Int, start: Timestamp) {
        precondition(Self.factors.contains(factor), "a clock that runs \(factor) times as fast")
        self.factor = factor
        self.start = start
    }

    /// From what `description` gives: `1000@2026-11-24T10:00:00Z`.
    package init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1)
        guard parts.count == 2, let factor = Int(parts[0]), Self.factors.contains(factor), let start = Timestamp(iso8601: String(parts[1])) else { return nil }
        self.init(factor: factor, start: start)
    }

    package var description: String { "\(factor)@\(start)" }

    /// What it shows when the system's clock shows `real`.
    package func time(at real: Timestamp) -> Timestamp { start + (real - start) * factor }

    /// For loops and rounds.
    package var time: Time {
        Time(now: { time(at: Time.system.now()) }, sleep: { try await Time.system.sleep($0 / factor) })
    }
}
