import Fleet
import Wire

/// Which token there is, and who waits for another: a value without a clock or I/O.
struct TokenState {
    typealias Outcome = Result<Token, HTTPFailure>

    enum Step {
        case use(Token)
        /// The last login has just failed, and nothing is left to use.
        case fail(HTTPFailure)
        /// Log in; `finish` must follow. With the token that will do until then, if there is one.
        case ask(fallback: Token?)
        case wait
    }

    /// After any answer the login is left alone so long, as long as there is a token to use: one near its end does not get better by asking more often.
    static let pause = Duration.seconds(60)
    /// After a failure without a token to use: the next poll tries again, and not each of its calls.
    static let failurePause = Duration.seconds(5)
    /// Tokens that were refused and may be renewed at once, before it takes a minute for each: a refusal that has another reason than the token's end
    /// must not become a login for every call.
    static let refusalsMax = 3.0

    private(set) var isAsking = false
    var waiting: [CheckedContinuation<Outcome?, Never>] = []
    private var current: Token?
    private var notBefore: Timestamp?
    private var failed: (failure: HTTPFailure, until: Timestamp)?
    private var refusals = TokenBucket(capacity: Self.refusalsMax, refillPerSecond: 1 / 60)

    mutating func next(now: Timestamp) -> Step {
        guard let current else {
            if isAsking { return .wait }
            if let failed, now < failed.until, failed.until - now <= Self.failurePause { return .fail(failed.failure) }
            isAsking = true
            return .ask(fallback: nil)
        }
        guard let renewal = current.renewal, now >= renewal else { return .use(current) }
        // A clock that was set back must not make the pause longer.
        if let notBefore, now < notBefore, notBefore - now <= Self.pause { return .use(current) }
        let hasEnded = current.end.map { now >= $0 } ?? false
        if isAsking { return hasEnded ? .wait : .use(current) }
        isAsking = true
        return .ask(fallback: hasEnded ? nil : current)
    }

    /// A server answered 401 to this header. Whether the next one will be another.
    mutating func refused(_ header: String, now: Timestamp) -> Bool {
        // Somebody was faster.
        guard let current, current.header == header else { return true }
        guard refusals.take(1, at: now - Timestamp(milliseconds: 0)) else { return false }
        (self.current, notBefore) = (nil, nil)
        return true
    }

    mutating func replace(with token: Token) { (current, notBefore, failed) = (token, nil, nil) }

    /// The outcome for those who waited, nil when they have to look again; and who they are.
    mutating func finish(_ outcome: Outcome, fallback: Token?, now: Timestamp) -> (Outcome?, [CheckedContinuation<Outcome?, Never>]) {
        defer { (isAsking, waiting) = (false, []) }
        switch outcome {
        case .success(let token):
            (current, notBefore, failed) = (token, now + Self.pause, nil)
            return (outcome, waiting)
        case .failure(let failure):
            if failure.problem == .cancelled { return (nil, waiting) }
            if let fallback {
                notBefore = now + Self.pause
                return (.success(fallback), waiting)
            }
            current = nil
            failed = (failure, now + Self.failurePause)
            return (outcome, waiting)
        }
    }
}
