package import Fleet

/// Which writing of the claim it is, as its store counts: another with every write, and never the same twice.
package struct ClaimVersion: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { text }
}

/// The claim as its store holds it.
package struct HeldClaim: Hashable, Sendable {
    package let claim: Claim
    package let version: ClaimVersion

    package init(_ claim: Claim, _ version: ClaimVersion) {
        self.claim = claim
        self.version = version
    }
}

/// One call to the store of the claim. It has to be over within `ClaimTiming.callsEndWithin`; what answers later is not heard.
package struct ClaimCall: Hashable, Sendable {
    package let number: Int
    package let action: Action
    /// By the clock of whoever calls.
    package let begunAt: Timestamp

    package enum Action: Hashable, Sendable {
        case read
        /// Writes only if the version is still this one. Nil: only if there is no claim.
        case write(Claim, ifVersion: ClaimVersion?)
    }
}

/// What came of a call.
package enum ClaimAnswer: Hashable, Sendable {
    /// Of a read. Nil: nobody claims the cluster.
    case found(HeldClaim?)
    /// Of a write that took effect, with its version.
    case wrote(ClaimVersion)
    /// Of a write that had no effect: the claim is of another version.
    case conflict
    /// Whether a write took effect is not known.
    case failed
}
