internal import Fleet

/// What a refresh came to.
package struct RefreshMeasure: Sendable {
    package let seed: UInt64
    /// How long it takes at least, by the durations drawn.
    package let bound: Duration
    /// How long the first node of the image took, with its probation. Nil: it did not get through.
    package let canary: Duration?
    /// From then until the last node had joined. Nil: none did.
    package let makespan: Duration?
    /// How often brokers were moved, all together.
    package let moves: Int
    package let brokers: Int
    /// Machines that run another image at the end.
    package let nodesLeft: Int
    package let violations: [RunOutcome.Violation]
    /// Empty unless the plan keeps it.
    package let log: [String]

    /// What is asked of it.
    package static let ratioMax = 1.15
    package static let movesPerBrokerMax = 1.2

    /// The makespan as a multiple of the bound. Nil while nothing was measured.
    package var ratio: Double? { makespan.map { Double($0.inMilliseconds) / Double(max(1, bound.inMilliseconds)) } }
    package var movesPerBroker: Double { brokers == 0 ? 0 : Double(moves) / Double(brokers) }
    package var isWhole: Bool { nodesLeft == 0 && violations.isEmpty && makespan != nil }
}
