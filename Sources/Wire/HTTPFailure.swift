/// A call that brought no answer.
///
/// Its text names the URL without user info and query, says what happened and, where there is one, what to do about it.
package struct HTTPFailure: Error, Sendable, CustomStringConvertible {
    package enum Problem: Hashable, Sendable {
        /// Not a URL that can be called.
        case badURL
        /// No connection, or one that closed before it answered.
        case unreachable
        /// No connection, or no byte, or no end, within its time.
        case timedOut(after: Duration)
        /// The answer's body, unpacked, is longer than what was asked for.
        case tooLarge(bytesMax: Int)
        /// The answer stopped before its end.
        case cutShort
        /// What answered does not speak HTTP, or its compression is broken.
        case notHTTP
        case tooManyRedirects(max: Int)
        /// A redirect without a usable target, or from https to http.
        case badRedirect
        /// The server's certificate is not trusted, or not for this host.
        case certificate
        /// TLS failed for another reason.
        case tls
        /// There is nothing to log in with: a file that is of no use, or a login that was refused.
        case noLogin
        /// The caller's task was cancelled, or the `HTTPCaller` shut down.
        case cancelled
    }

    package let problem: Problem
    /// Without user info and query.
    package let url: String
    /// More about it, in words; may be empty.
    package let detail: String

    package init(_ problem: Problem, url: String, detail: String = "") {
        self.problem = problem
        self.url = HTTPAddress.shown(url)
        self.detail = problem == .noLogin ? detail : Self.shortened(detail)
    }

    package var description: String {
        detail.isEmpty ? "\(url): \(problem)" : "\(url): \(problem): \(detail)"
    }

    /// Libraries' texts can be pages long; 300 characters say what they say.
    private static let detailLengthMax = 300

    private static func shortened(_ text: String) -> String {
        let line = String(text.map { $0.isNewline ? " " : $0 })
        return line.count <= detailLengthMax ? line : String(line.prefix(detailLengthMax)) + "…"
    }
}

extension HTTPFailure.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badURL: "not a URL that can be called"
        case .unreachable: "no connection"
        case .timedOut(let limit): "no answer within \(limit)"
        case .tooLarge(let bytesMax): "the answer is larger than the \(bytesMax) bytes that are allowed"
        case .cutShort: "the answer was cut short"
        case .notHTTP: "the answer is not valid HTTP"
        case .tooManyRedirects(let max): "more than \(max) redirects"
        case .badRedirect: "a redirect that is not followed"
        case .certificate: "the server's certificate is not trusted (is the right CA file configured, and the host name the one in the certificate?)"
        case .tls: "TLS failed"
        case .noLogin: "no login"
        case .cancelled: "the call was cancelled"
        }
    }
}
