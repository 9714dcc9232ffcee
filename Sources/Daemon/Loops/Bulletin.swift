package import Fleet
package import Replacing
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
        /// What the pause file said before the last round. Nil: it was not there.
        package var pauseFile: String?
        /// How it stands with what is heard between polls. Nil: nothing is to be.
        package var events: EventStanding?
        /// How it stands with the queue of AWS' events. Nil: there is none.
        package var queue: QueueStanding?
        /// Replacements that were begun, in this run of the program; and those that ended, by how.
        package var begun = 0
        package var ended: [Replacement.Outcome.Kind: Int] = [:]
    }

    private let content = Mutex(Content())

    package init() {}

    package func read() -> Content { content.withLock { $0 } }

    /// Counts what began and what ended.
    func count(_ transitions: [TransitionEntry]) {
        change { content in
            for entry in transitions {
                switch entry.transition {
                case .began: content.begun += 1
                case .ended(let outcome): content.ended[outcome.kind, default: 0] += 1
                case .stepped, .reordered, .retried, .intended, .answered, .membersSeen, .entrancesSeen, .moved, .waits, .goesOn, .parked, .unparked,
                    .successorSeen,
                    .successorJoined, .successorLost, .cancelling:
                    break
                }
            }
        }
    }

    func change(_ body: (inout Content) -> Void) { content.withLock { body(&$0) } }
}
