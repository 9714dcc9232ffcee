package import Fleet
import FoundationEssentials

/// The one clock of the program: what time it is, and how to wait. Handed in, so that the demonstration can let it run faster.
///
/// HTTP time-outs and the signing of requests use real time and nothing of this.
package struct Time: Sendable {
    package let now: @Sendable () -> Timestamp
    /// Throws `CancellationError` when the task is cancelled meanwhile.
    package let sleep: @Sendable (Duration) async throws -> Void

    package init(now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    /// The system's wall clock.
    package static let system = Time(
        now: { Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) },
        sleep: { try await Task.sleep(for: $0) })
}
