package import Fleet
internal import Foundation

/// An IANA time zone, of which only the offsets are used.
package struct Zone: Hashable, Sendable {
    /// `Europe/Berlin`.
    package let name: String
    private let zone: TimeZone

    package static let utc = Zone(name: "UTC", zone: .gmt)

    /// Nil for a name that the system's zone data does not have. Abbreviations such as `CET` count only where the data lists them.
    package init?(name: String) {
        guard name == "UTC" || TimeZone.knownTimeZoneIdentifiers.contains(name) || Self.isLinked(name), let zone = TimeZone(identifier: name) else {
            return nil
        }
        self.init(name: name, zone: zone)
    }

    private init(name: String, zone: TimeZone) {
        self.name = name
        self.zone = zone
    }

    /// Seconds to add to UTC for the wall time at a moment.
    package func offsetSeconds(at time: Timestamp) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time.milliseconds) / 1000))
    }

    /// Old names such as `US/Eastern`: an area and a place, which the list of canonical names leaves out.
    private static func isLinked(_ name: String) -> Bool {
        name.contains("/") && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/_-+".contains($0)) }
    }
}
