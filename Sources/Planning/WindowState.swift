package import Fleet

/// What a rule's time interval says at one moment: handed in, for whoever decides has no calendar.
package enum WindowState: Hashable, Sendable {
    /// The rule names no interval: always.
    case none
    case open
    /// Shut; when it opens next, nil when it never does within what the calendar looks ahead.
    case shut(opens: Timestamp?)

    /// Whether a replacement may start now, as far as the interval goes.
    package var allowsStart: Bool {
        switch self {
        case .none, .open: true
        case .shut: false
        }
    }
}
