package import Fleet
import Wire

extension AWSError {
    /// What a call that changes something came to, when it brought this.
    ///
    /// Refused is only what AWS itself has said no to, or what was never sent. After a time-out, a 5xx or an answer that makes no sense it may have been done.
    package var outcome: CallOutcome {
        let words = String(description.prefix(CallOutcome.wordsMax))
        switch problem {
        case .refused(let status, _, _): return status < 500 || kind == .throttled ? .refused(words) : .unanswered(words)
        case .noCredentials, .noRegion, .endless: return .refused(words)
        case .failed(let problem, _):
            switch problem {
            case .badURL, .noLogin, .certificate: return .refused(words)
            default: return .unanswered(words)
            }
        case .malformed, .tooLarge, .cancelled: return .unanswered(words)
        }
    }
}
