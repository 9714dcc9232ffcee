import Fleet
import Ledger
import Rounds

/// Why a question has no answer: the body of every error.
package struct ConsoleError: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong: a closed list.
    package enum Code: String, Codable, Hashable, Sendable, CaseIterable {
        /// The request makes no sense: a bad number, a word too many.
        case badRequest = "bad_request"
        /// There is no such route: the daemon is older than who asks, or newer.
        case unknownRoute = "unknown_route"
        case methodNotAllowed = "method_not_allowed"
        /// Nobody was ever called so.
        case nodeUnknown = "node_unknown"
        /// No open replacement, or none at all, has this number.
        case replacementUnknown = "replacement_unknown"
        /// No latch is called so.
        case latchUnknown = "latch_unknown"
        /// The system does not say who asks.
        case callerUnknown = "caller_unknown"
        /// A command that cannot be taken as things are.
        case commandRefused = "command_refused"
        /// No service is called so.
        case serviceUnknown = "service_unknown"
        case servicesNotConfigured = "services_not_configured"
        /// No round has been recorded yet.
        case noRoundYet = "no_round_yet"
        case ledgerFailed = "ledger_failed"
        /// A copy cannot be written there.
        case snapshotRefused = "snapshot_refused"
        /// Somebody else has asked for the same, and one at a time is enough.
        case busy
        case requestTooLarge = "request_too_large"
        case failed

        package var status: Int {
            switch self {
            case .badRequest, .snapshotRefused: 400
            case .unknownRoute, .nodeUnknown, .serviceUnknown, .replacementUnknown, .latchUnknown, .servicesNotConfigured: 404
            case .methodNotAllowed: 405
            case .callerUnknown: 403
            case .busy, .commandRefused: 409
            case .requestTooLarge: 413
            case .failed, .ledgerFailed: 500
            case .noRoundYet: 503
            }
        }
    }

    package let code: Code
    /// For people: one line, never a secret.
    package let message: String
    /// What to do about it.
    package let hint: String

    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package init(_ error: any Error) {
        switch error {
        case let error as ConsoleError: self = error
        case let error as CommandRefusal: self.init(.commandRefused, "\(error)", hint: "")
        case let error as LedgerError: self.init(.ledgerFailed, "\(error)", hint: "look at the daemon's log and at the ledger's disk")
        default: self.init(.failed, "\(error)", hint: "look at the daemon's log")
        }
    }

    package var description: String { hint.isEmpty ? message : "\(message); \(hint)" }
}
