package import Replacing

/// The store of the claim, invented: one value that compares and sets, and counts its writings.
package struct SimulatedClaimStore: Sendable {
    package private(set) var held: HeldClaim?
    private var writings = 0

    package init() {}

    /// Carries a call out, at this moment.
    package mutating func perform(_ action: ClaimCall.Action) -> ClaimAnswer {
        switch action {
        case .read: return .found(held)
        case .write(let claim, let version):
            guard version == held?.version else { return .conflict }
            writings += 1
            let new = ClaimVersion(String(writings))
            held = HeldClaim(claim, new)
            return .wrote(new)
        }
    }

    /// Somebody deletes it past all daemons.
    package mutating func delete() { held = nil }
}

/// What becomes of one call on its way: how long it takes to the store, and its answer back. Nil: it gets lost there.
package struct ClaimFate: Hashable, Sendable {
    package let there: Duration?
    package let back: Duration?

    package init(there: Duration?, back: Duration?) {
        self.there = there
        self.back = back
    }

    package static let prompt = ClaimFate(there: .milliseconds(50), back: .milliseconds(50))
    /// Heard at the last moment.
    package static let slow = ClaimFate(there: .milliseconds(50), back: .seconds(29))
    package static let lost = ClaimFate(there: nil, back: nil)
    /// It takes effect, and its caller does not hear of it.
    package static let unanswered = ClaimFate(there: .milliseconds(50), back: nil)
    /// It takes effect after its caller gave it up.
    package static let late = ClaimFate(there: .seconds(45), back: .milliseconds(50))

    package static let all = [prompt, slow, lost, unanswered, late]
}
