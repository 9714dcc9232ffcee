package import Wire

/// A call that did not bring what was asked for: which one, where, what came instead, and what to do.
package struct AWSError: Error, Sendable, CustomStringConvertible {
    package enum Problem: Hashable, Sendable {
        /// The service answered with an error. The code is its own, `HTTP 500` where it gave none.
        case refused(status: Int, code: String, message: String)
        /// An answer with status 2xx that cannot be what was asked for.
        case malformed(String)
        /// No whole answer.
        case failed(HTTPFailure.Problem, detail: String)
        /// A page above what can be read.
        case tooLarge(bytesMax: Int)
        case noCredentials(String)
        case noRegion(String)
        /// Paging that does not end, or a call that would have to wait longer than it may.
        case endless(String)
        case cancelled
    }

    package let service: Service
    package let action: String
    /// Where it was called, without user info and query; empty while no region is known.
    package let url: String
    package let problem: Problem
    /// The id that AWS' support asks for.
    package let requestID: String?
    /// How often it was tried.
    package var attempts: Int = 1
    /// What to do about it, where that is known.
    package var advice: String?

    package var description: String {
        let place = url.isEmpty ? "" : " at \(url)"
        let id = requestID.map { " (request \($0))" } ?? ""
        let tries = attempts > 1 ? " (tried \(attempts) times)" : ""
        return "\(service.title) \(action)\(place): \(problem)\(id)\(tries)" + (advice.map { ". " + $0 } ?? "")
    }
}

extension AWSError.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let status, let code, let message): "\(code) (status \(status))" + (message.isEmpty ? "" : ": " + message)
        case .malformed(let text): "malformed answer: " + text
        case .failed(let problem, let detail): "\(problem)" + (detail.isEmpty ? "" : ": " + detail)
        case .tooLarge(let bytesMax): "the answer is larger than \(bytesMax) bytes: lower the number of instances in a page"
        case .noCredentials(let text): text
        case .noRegion(let text): text
        case .endless(let text): text
        case .cancelled: "cancelled"
        }
    }
}

extension AWSError {
    /// What an error allows to do next.
    enum Kind: Hashable, Sendable {
        /// Too many calls; worth trying again, later.
        case throttled
        /// The service's or the network's trouble; worth trying again.
        case transient
        /// The temporary credentials have ended.
        case expired
        /// The signature was refused in a way that a wrong clock explains; certain when nothing else does.
        case signature(isCertain: Bool)
        case denied
        case final
    }

    /// By the HTTP status first, since a body may be anything; by the code where a 4xx leaves it open.
    var kind: Kind {
        switch problem {
        case .refused(let status, let code, _):
            if Self.throttlingCodes.contains(code) || status == 429 { return .throttled }
            if status >= 500 || status == 408 || Self.transientCodes.contains(code) { return .transient }
            return Self.kinds[code] ?? .final
        case .failed(let problem, _):
            switch problem {
            case .unreachable, .timedOut, .cutShort: return .transient
            case .badURL, .tooLarge, .notHTTP, .tooManyRedirects, .badRedirect, .certificate, .tls, .noLogin, .cancelled: return .final
            }
        case .malformed, .tooLarge, .noCredentials, .noRegion, .endless, .cancelled: return .final
        }
    }

    /// Whether it took the whole time that it had: such a try costs the retry quota more.
    var isTimeout: Bool {
        if case .failed(.timedOut, _) = problem { return true }
        return false
    }

    /// botocore's list (`retries/standard.py`).
    private static let throttlingCodes: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
        "ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException",
    ]
    private static let transientCodes: Set<String> = [
        "RequestTimeout", "RequestTimeoutException", "IDPCommunicationError", "InternalError", "InternalFailure", "ServiceUnavailable",
    ]

    private static let kinds: [String: Kind] = [
        "ExpiredToken": .expired, "ExpiredTokenException": .expired,
        "RequestExpired": .signature(isCertain: true), "RequestTimeTooSkewed": .signature(isCertain: true), "RequestInTheFuture": .signature(isCertain: true),
        "InvalidSignatureException": .signature(isCertain: false), "SignatureDoesNotMatch": .signature(isCertain: false),
        "AuthFailure": .signature(isCertain: false),
        "UnauthorizedOperation": .denied, "AccessDenied": .denied, "AccessDeniedException": .denied, "UnauthorizedException": .denied,
    ]
}
