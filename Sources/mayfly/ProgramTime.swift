import Daemon
import Foundation

extension Time {
    /// The system's clock; the demonstration's where `mayfly demo --serve` said to set `MAYFLY_CLOCK`.
    static func program() throws -> Time {
        guard let text = ProcessInfo.processInfo.environment["MAYFLY_CLOCK"], !text.isEmpty else { return .system }
        if text.hasPrefix("/") {
            if let file = ClockFile(reading: text) { return file.time }
            throw CommandFailure.wrongUse(
                "MAYFLY_CLOCK: there is no clock at '\(text.prefix(200))': start mayfly demo --serve again, or unset it to use the system's clock")
        }
        guard let clock = ScaledClock(text) else {
            throw CommandFailure.wrongUse(
                "MAYFLY_CLOCK must be as mayfly demo --serve prints it, for example 60@2026-11-24T10:00:00Z, not '\(text.prefix(60))'; unset it to use the system's clock"
            )
        }
        return clock.time
    }
}
