/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// The ledger, the rules and every decision use this and nothing else; `Date` stays at the edges.
package struct Timestamp: Hashable, Sendable, Comparable, Codable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// From Mesos' v1 times, which are nanoseconds above 2^53 and so never pass through a `Double`. Rounds down.
    package init(nanoseconds: Int64) {
        milliseconds = nanoseconds / 1_000_000 - (nanoseconds % 1_000_000 < 0 ? 1 : 0)
    }

    /// From seconds with a fraction, as Mesos' v0 endpoints and AWS' JSON services give them. Nil outside the years 0 to 9999.
    package init?(seconds: Double) {
        guard let milliseconds = Int64(exactly: (seconds * 1000).rounded()), Self.range.contains(milliseconds) else { return nil }
        self.milliseconds = milliseconds
    }

    /// Whole milliseconds, in stored values alike.
    package init(from decoder: any Decoder) throws { milliseconds = try decoder.singleValueContainer().decode(Int64.self) }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
    package static func + (time: Self, duration: Duration) -> Self { Self(milliseconds: time.milliseconds + duration.inMilliseconds) }
    package static func - (time: Self, duration: Duration) -> Self { Self(milliseconds: time.milliseconds - duration.inMilliseconds) }
    package static func - (left: Self, right: Self) -> Duration { .milliseconds(left.milliseconds - right.milliseconds) }

    /// The years 0000 to 9999, which is what the text form can say.
    private static let range: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999
}

extension Duration {
    /// Whole milliseconds, rounded toward zero; clamped to what `Int64` holds.
    package var inMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds < 0 ? .min : .max }
        return product + attoseconds / 1_000_000_000_000_000
    }

    /// Whole seconds, rounded toward zero.
    package var inSeconds: Int64 { components.seconds }
}
