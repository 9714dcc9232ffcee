import Daemon
import Foundation

/// The clock that the program goes by.
struct ProgramTime {
    let time: Time
    /// Whoever keeps the clock waits for this program. Nil: nobody does.
    let watcher: ClockWatcher?

    /// The system's clock; the demonstration's where `mayfly demo --serve` said to set `MAYFLY_CLOCK`.
    init() throws {
        guard let text = ProcessInfo.processInfo.environment["MAYFLY_CLOCK"], !text.isEmpty else {
            (time, watcher) = (.system, nil)
            return
        }
        if text.hasPrefix("/") {
            guard let clock = LeashedClock(opening: text) else {
                throw CommandFailure.wrongUse(
                    "MAYFLY_CLOCK: there is no clock at '\(text.prefix(200))': start mayfly demo --serve again, or unset it to use the system's clock")
            }
            let watcher = ClockWatcher(clock)
            (time, self.watcher) = (watcher.time, watcher)
            return
        }
        guard let clock = ScaledClock(text) else {
            throw CommandFailure.wrongUse(
                "MAYFLY_CLOCK must be as mayfly demo --serve prints it, for example 60@2026-11-24T10:00:00Z, not '\(text.prefix(60))'; unset it to use the system's clock"
            )
        }
        (time, watcher) = (clock.time, nil)
    }
}

extension Time {
    /// For a command that nobody waits for.
    static func program() throws -> Time { try ProgramTime().time }
}
