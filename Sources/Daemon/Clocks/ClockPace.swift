package import Fleet

#if canImport(Glibc)
import Glibc
#endif

/// How a leashed clock goes on from a moment: so many times as fast as real time, up to where it waits for its watcher; from there only as fast as real time.
package struct ClockPace: Hashable, Sendable {
    /// How many times as fast as real time it runs. At least 1.
    package let factor: Int
    /// What it showed at `at`.
    package private(set) var from: Timestamp
    /// Nanoseconds of `CLOCK_MONOTONIC`, which all processes of a machine share.
    package private(set) var at: Int64
    /// Up to when everything has been looked at.
    package private(set) var watched: Timestamp
    /// How far it may run ahead of that.
    package let leash: Duration

    package init(factor: Int, from: Timestamp, at real: Int64, watched: Timestamp, leash: Duration) {
        (self.factor, self.from, at, self.watched, self.leash) = (factor, from, real, watched, leash)
    }

    /// Nanoseconds of `CLOCK_MONOTONIC` now.
    package static func real() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    package func time(at real: Int64) -> Timestamp {
        let passed = Duration.nanoseconds(max(0, real - at))
        let room = max(.zero, watched + leash - from)
        return from + (passed * factor <= room ? passed * factor : room + passed - room / factor)
    }

    /// Lets it run further, or less far, from where it is at that moment: what it has waited is not made up for.
    package mutating func look(upTo time: Timestamp, at real: Int64) {
        (from, at, watched) = (self.time(at: real), max(at, real), time)
    }
}
