package import Fleet
package import Ledger
package import Replacing

/// What one round saw and decided: everything that a person or a log may want to know of it.
package struct RoundReport: Sendable {
    package let picture: Picture
    /// Facts that took another reading.
    package let changes: [FactChange]
    /// Findings that began, changed or ended.
    package let findings: [Finding]
    /// Findings of Mayfly's own that began or ended.
    package let ownFindings: [OwnFinding]
    /// What is odd about the join and the pools, in words. Sorted.
    package let notices: [String]
    /// What became of the work in flight.
    package let transitions: [TransitionEntry]
    /// What is to be done in the world, now that it is stored. Whoever has hands carries it out, and tells with `Event.acted`.
    package let errands: [Errand]
    /// A person's word that the cluster's claim is to be taken over: for whoever keeps the claim. Nil in nearly every round.
    package let takeOver: Command?
    /// The plans of Terraform's that are wanted, in the order in which they are to be made.
    package let planWishes: [PlanWish]
    /// What was written, by kind.
    package let rows: RecordedRows

    package var at: Timestamp { picture.at }
    package var isQuiet: Bool { changes.isEmpty && findings.isEmpty && ownFindings.isEmpty && transitions.isEmpty }
}
