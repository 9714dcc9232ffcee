import Fleet
import Windows

/// A span of time in which an interval is open, for people.
enum WindowText {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// `Mon 2026-11-30 09:00 to 17:00 Europe/Berlin, 08:00 to 16:00 UTC (8h)`.
    ///
    /// - Parameter zone: nil: only UTC is told.
    static func line(_ span: (Timestamp, Timestamp), zone: Zone?) -> String {
        let length = "(\((span.1 - span.0).text))"
        guard let zone, zone != .utc else { return "\(text(span, zone: .utc)) UTC \(length)" }
        return "\(text(span, zone: zone)) \(zone.name), \(text(span, zone: .utc)) UTC \(length)"
    }

    /// The second day is told where it is another one.
    private static func text(_ span: (Timestamp, Timestamp), zone: Zone) -> String {
        let (from, to) = (wall(span.0, zone), wall(span.1, zone))
        return "\(day(from)) \(clock(from)) to " + (day(from) == day(to) ? clock(to) : "\(day(to)) \(clock(to))")
    }

    /// The wall's time as if it were UTC's, to be shown and nothing else.
    private static func wall(_ time: Timestamp, _ zone: Zone) -> Timestamp { time + .seconds(zone.offsetSeconds(at: time)) }

    private static func day(_ wall: Timestamp) -> String {
        let days = wall.milliseconds / 86_400_000
        return "\(Self.days[Int((days % 7 + 4) % 7)]) \(wall.description.prefix(10))"
    }

    private static func clock(_ wall: Timestamp) -> String { String(wall.description.dropFirst(11).prefix(5)) }
}
