package import Daemon
package import Fleet

/// What `mayfly doctor` answers: who tried, and what each check came to.
package struct Examined: Encodable, Sendable {
    package enum Examiner: String, Encodable, Sendable {
        /// The running one, with its own clients and credentials.
        case daemon
        /// The command's own process.
        case command
    }

    package let by: Examiner
    /// Whose permissions were tried.
    package let user: String
    package let at: String
    /// Whether nothing fails. A warning is not a failure.
    package let good: Bool
    package let checks: [Checkup]

    package init(by: Examiner, checks: [Checkup], now: Timestamp) {
        self.by = by
        self.checks = checks
        user = Peer.own.name
        at = now.description
        good = !checks.contains { $0.verdict == .fail }
    }

    package func answer() throws -> ConsoleAnswer { try ConsoleAnswer(self, lines: lines, isGood: good) }

    private var lines: [String] {
        let who =
            switch by {
            case .daemon: "Examined by the running daemon, as user \(user)"
            case .command: "Examined by this command, as user \(user)"
            }
        func count(_ verdict: Checkup.Verdict) -> Int { checks.count { $0.verdict == verdict } }
        return [who] + checks.flatMap { Self.lines($0) } + ["\(count(.ok)) well, \(count(.warn)) to know of, \(count(.fail)) failing"]
    }

    private static func lines(_ checkup: Checkup) -> [String] {
        let verdict = checkup.verdict.rawValue
        let line = verdict + String(repeating: " ", count: max(1, 5 - verdict.count)) + checkup.name + ": " + checkup.message
        guard checkup.verdict != .ok, let remedy = checkup.remedy else { return [line] }
        return [line, "       → " + remedy]
    }
}
