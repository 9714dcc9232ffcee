import Fleet
import Replacing

/// The round's time is ahead of the wall's after a clock was set back. Times that come in from others and go out to others are the wall's.
extension Event {
    /// With its times as the round's.
    ///
    /// - Parameter lead: how far the round's time is ahead.
    func advanced(by lead: Duration) -> Event {
        guard lead > .zero, case .claim(let standing) = self else { return self }
        switch standing {
        case .ours(let confirmedAt): return .claim(.ours(confirmedAt: confirmedAt + lead))
        case .foreign(let claim, let seenAt): return .claim(.foreign(claim, seenAt: seenAt + lead))
        case .settling(let end): return .claim(.settling(until: end + lead))
        case .none, .unknown: return self
        }
    }
}

extension ClaimStanding {
    /// Whether it says what was known: that the claim is ours still, or another's, who has not written it since. The next round is in time for that.
    func onlyConfirms(_ before: ClaimStanding, at now: Timestamp) -> Bool {
        if case .foreign(let claim, _) = self, case .foreign(let known, _) = before { return claim == known }
        return allowsActing(at: now) && before.allowsActing(at: now)
    }
}

extension Errand {
    /// With its time as the wall's.
    func setBack(by lead: Duration) -> Errand { Errand(replacement: replacement, intent: intent, action: action, notAfter: notAfter - lead) }
}
