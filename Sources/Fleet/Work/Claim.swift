/// Who acts on a cluster: one ledger on one machine. Kept beside the cluster, where every daemon that might act on it sees it.
package struct Claim: Hashable, Sendable, Codable {
    /// The ledger's id.
    package let ledger: String
    /// The machine's id: a copy of a ledger on another machine is another owner.
    package let machine: String
    /// Which run of the daemon wrote it: another with every start, so that a copy of a ledger and its machine is told from their original. Nil: not told.
    package let run: String?
    /// When its owner last wrote it, by its own clock.
    package let writtenAt: Timestamp

    package init(ledger: String, machine: String, run: String? = nil, writtenAt: Timestamp) {
        self.ledger = ledger
        self.machine = machine
        self.run = run
        self.writtenAt = writtenAt
    }

    package func isSameOwner(as other: Claim) -> Bool { ledger == other.ledger && machine == other.machine }
}

/// How the claim on the cluster stands, as this program knows it.
package enum ClaimStanding: Hashable, Sendable {
    /// There is no store that could hold one: nothing is ever done.
    case none
    /// Ours, and when the store last confirmed that: the time at which the call that confirmed it was begun.
    case ours(confirmedAt: Timestamp)
    /// Ours, but held for too short a time for anything to be done on it yet.
    case settling(until: Timestamp)
    /// Another's.
    case foreign(Claim, seenAt: Timestamp)
    /// It could not be read or written yet.
    case unknown

    /// How old a confirmation may be for anything to be done on it.
    package static let confirmedWithin = Duration.seconds(60)

    package func allowsActing(at now: Timestamp) -> Bool {
        guard case .ours(let confirmedAt) = self else { return false }
        let age = now - confirmedAt
        return age >= .zero && age <= Self.confirmedWithin
    }
}
