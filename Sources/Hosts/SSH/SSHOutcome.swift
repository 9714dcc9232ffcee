package import Fleet

/// What came of running a command on a host over SSH.
package enum SSHOutcome: Hashable, Sendable {
    /// The remote side says that the lines ran to their end. That is no proof of anything but that.
    ///
    /// - Parameter output: the last of what they printed.
    case ended(code: Int, output: String)
    /// Surely nothing ran.
    case notDelivered(Reason)
    /// It may have run, wholly, in part or not at all; it may run still.
    case unknown(Reason)

    /// Why, with what to do about it; one line.
    package struct Reason: Hashable, Sendable, CustomStringConvertible {
        package let description: String
        /// What kept the connection from coming about, where that is known.
        package let complaint: SSHComplaint?

        init(_ description: String, complaint: SSHComplaint? = nil) {
            self.description = description
            self.complaint = complaint
        }
    }

    /// What the call comes to for whoever made it. As with SSM: refused is only what surely did not run.
    package var outcome: CallOutcome {
        switch self {
        case .ended(code: 0, _): .accepted
        case .ended(let code, let output):
            .unanswered(Self.words("SSH: the command ended with exit code \(code)\(output.isEmpty ? "" : ": \(Self.line(output))")"))
        case .notDelivered(let reason): .refused(Self.words("SSH: \(reason)"))
        case .unknown(let reason): .unanswered(Self.words("SSH: \(reason)"))
        }
    }

    private static func words(_ text: String) -> String { String(text.prefix(CallOutcome.wordsMax)) }

    /// The last of several lines, on one.
    static func line(_ text: String) -> String {
        String(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").suffix(CallOutcome.wordsMax / 2))
    }
}
