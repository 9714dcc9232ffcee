/// What is known of one fact: a value, that there is none, or nothing.
///
/// SQL sees NULL for the last two; only `unknown` makes a rule unknown.
package enum Reading: Hashable, Sendable {
    case text(String)
    /// Counts; times as milliseconds since 1970; booleans as 0 and 1.
    case integer(Int64)
    /// There is no such thing: no scheduled event, no Auto Scaling group.
    case none
    /// It could not be seen, or what was seen contradicts itself.
    case unknown

    package static func boolean(_ value: Bool) -> Reading { .integer(value ? 1 : 0) }
    package static func time(_ value: Timestamp) -> Reading { .integer(value.milliseconds) }

    /// `.none` for nil: the source was read, and says that there is no such thing.
    package init(_ text: String?) { self = text.map(Reading.text) ?? .none }

    package var isUnknown: Bool { self == .unknown }
}

extension Reading: CustomStringConvertible {
    /// As logs and tables show it: the value, `none`, or `unknown`.
    package var description: String {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .none: "none"
        case .unknown: "unknown"
        }
    }
}
