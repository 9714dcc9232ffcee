package import Fleet
package import Rounds
internal import Synchronization

/// The last round, hung out for whoever wants to read: reading it waits for nobody, and no round waits for a reader.
package final class Bulletin: Sendable {
    package struct Content: Sendable {
        /// Of the last round that was recorded. Nil before the first of this run of the program.
        package var report: RoundReport?
        /// Rounds that were recorded, in this run of the program.
        package var rounds = 0
        /// Rounds that could not be recorded.
        package var failures = 0
        /// Since when none could be recorded, and why. Nil while they are.
        package var failing: ProgramStanding.Refusal?
        /// What all rounds together took, failed ones included.
        package var took = Duration.zero
        /// How the targets of alerts did at the last round. By name.
        package var alerts: [AlertStanding] = []
        /// The rule files that are there now have errors.
        package var rulesRefused: ProgramStanding.Refusal?
    }

    private let content = Mutex(Content())

    package init() {}

    package func read() -> Content { content.withLock { $0 } }

    func change(_ body: (inout Content) -> Void) { content.withLock { body(&$0) } }
}
