package import Fleet
import FoundationEssentials

/// The one clock of the program: what time it is, and how to wait. Handed in, so that the demonstration can let it run faster.
///
/// HTTP time-outs and the signing of requests use real time and nothing of this.
package struct Time: Sendable {
    package let now: @Sendable () -> Timestamp
    /// How long something has gone on that began before the program: a clock that nobody sets. Nil: there is none.
    package let uptime: @Sendable () -> Duration?
    /// Throws `CancellationError` when the task is cancelled meanwhile.
    package let sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> Duration? = { nil },
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.uptime = uptime
        self.sleep = sleep
    }

    private static let begin = ContinuousClock.now

    /// The system's wall clock.
    package static let system = Time(
        now: { Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) },
        uptime: { ContinuousClock.now - begin },
        sleep: { try await Task.sleep(for: $0) })
}
