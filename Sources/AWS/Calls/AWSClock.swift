package import Fleet

/// Time and chance for calls. Signing needs the real time whatever clock the rest of the program runs on.
package struct AWSClock: Sendable {
    /// The machine's wall clock.
    package var now: @Sendable () -> Timestamp
    /// Time since a fixed start that never steps, for deadlines and pacing.
    package var uptime: @Sendable () -> Duration
    /// A share, 0…1.
    package var random: @Sendable () -> Double
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> Duration, random: @escaping @Sendable () -> Double,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.uptime = uptime
        self.random = random
        self.sleep = sleep
    }
}
