package import Fleet

#if canImport(Glibc)
import Glibc
#endif

/// How a clock goes on from a moment: so many times as fast as real time, up to where it waits.
package struct ClockPace: Hashable, Sendable {
    /// How many times as fast as real time it runs. At least 1.
    package let factor: Int
    /// What it showed at `real`.
    package private(set) var from: Timestamp
    /// Nanoseconds of `CLOCK_MONOTONIC`, which all processes of a machine share.
    package private(set) var at: Int64
    /// Where it stands still.
    package var limit: Timestamp

    package init(factor: Int, from: Timestamp, at real: Int64, limit: Timestamp) {
        (self.factor, self.from, at, self.limit) = (factor, from, real, limit)
    }

    /// Nanoseconds of `CLOCK_MONOTONIC` now.
    package static func real() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    package func time(at real: Int64) -> Timestamp { max(from, min(from + .nanoseconds(max(0, real - at)) * factor, limit)) }

    /// Goes on from where it is at that moment: what it has waited is not made up for.
    package mutating func turn(to real: Int64) {
        from = time(at: real)
        at = max(at, real)
    }
}
