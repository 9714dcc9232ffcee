import Fleet
import Wire

/// Decides, after each try of one call, whether there is another. A value without a clock or I/O.
struct RetryMachine: Sendable {
    /// Tries in all. AWS' standard mode has three; one more rides over a throttling spell.
    static let attemptsMax = 4
    /// From the first try to the last word, waits included; a sweep that takes longer is of no use to a round.
    static let totalMax = Duration.seconds(120)
    private static let backoff = Backoff(base: .seconds(1), cap: .seconds(20))

    private(set) var attempts = 0
    private var isRefreshed = false
    private var isCorrected = false

    enum Decision: Hashable, Sendable {
        case retry(after: Duration)
        /// With other credentials, at once.
        case refresh
        /// With a corrected time, at once.
        case correct(ClockSkew)
        case fail
    }

    mutating func began() { attempts += 1 }

    /// - Parameters:
    ///   - skew: how far the clock that the try was signed with is from the server's, where its answer tells.
    ///   - random: a share, 0…1.
    mutating func decide(_ kind: AWSError.Kind, skew: ClockSkew?, random: Double) -> Decision {
        guard attempts < Self.attemptsMax else { return .fail }
        switch kind {
        case .throttled, .transient: return .retry(after: Self.backoff.delay(attempt: attempts, random: random))
        case .expired: return refreshOnce()
        case .signature(let isCertain):
            if let skew, abs(skew.offset.inMilliseconds) > ClockSkew.tolerated.inMilliseconds, !isCorrected {
                isCorrected = true
                return .correct(skew)
            }
            return isCertain ? refreshOnce() : .fail
        case .denied, .final: return .fail
        }
    }

    private mutating func refreshOnce() -> Decision {
        if isRefreshed { return .fail }
        isRefreshed = true
        return .refresh
    }
}
