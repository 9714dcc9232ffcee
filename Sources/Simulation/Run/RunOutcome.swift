package import Fleet
package import Replacing

/// What a run has come to.
package struct RunOutcome: Sendable {
    package let seed: UInt64
    /// In the order in which they were found; at most `violationsMax`.
    package var violations: [Violation] = []
    /// Every event of the run as a line. Empty unless the plan keeps it.
    package var log: [String] = []
    package var counters = RunCounters()
    /// The numbers of the rounds that stored something of the work, from 1. The first 1000.
    package var storingRounds: [Int] = []
    /// How many rounds handed something out.
    package var handingRounds = 0
    /// The steps that replacements have been in.
    package var visited: Set<Step> = []
    /// The replacements as they were at the end, by id.
    package var replacements: [Replacement] = []
    /// Truly sick nodes that were left at the end, each with why, as far as Mayfly says.
    package var leftSick: [String] = []
    /// Sick nodes with a safe path that are parked for a person in the end, or were when a person gave up: which, and for what.
    package var leftParked: [String] = []

    /// What is decided in the end, without when; in order, of the first daemon.
    package var rest: [String] = []

    /// Something that must never be.
    package struct Violation: Hashable, Sendable, CustomStringConvertible {
        /// The checker that found it.
        package let checker: String
        package let at: Timestamp
        /// What was found, in one sentence.
        package let found: String

        package var description: String { "\(at) \(checker): \(found)" }
    }

    /// One is enough to fail; a handful helps to understand it.
    static let violationsMax = 20
}

/// What happened how often. Adds up over runs.
package struct RunCounters: Hashable, Sendable {
    package var runs = 0
    package var simulated = Duration.zero
    package var nodeTime = Duration.zero
    package var rounds = 0
    package var events = 0
    package var started = 0
    package var ended: [String: Int] = [:]
    package var parked: [String: Int] = [:]
    package var calls: [String: Int] = [:]
    package var crashes = 0
    package var troubles: [TroubleKind: Int] = [:]
    /// Which trouble met which step of a replacement in flight, how often.
    package var met: [Coverage.Cell: Int] = [:]
    /// Rules that led to a replacement which was done.
    package var doneByRule: [String: Int] = [:]
    /// Truly sick nodes that a shipped rule would have replaced; of them those that were, and those that were parked for a person.
    package var sick = 0
    package var sickReplaced = 0
    package var sickParked = 0
    /// Of them those that the world itself kept from being replaced safely.
    package var sickUnsafe = 0
    /// How often somebody looked after a parked replacement once the trouble was over.
    package var lookedAfter = 0
    package var shutGates: [String: Int] = [:]

    package init() {}

    package static func += (left: inout Self, right: Self) {
        left.runs += right.runs
        left.simulated += right.simulated
        left.nodeTime += right.nodeTime
        left.rounds += right.rounds
        left.events += right.events
        left.started += right.started
        left.crashes += right.crashes
        left.sick += right.sick
        left.lookedAfter += right.lookedAfter
        left.sickReplaced += right.sickReplaced
        left.sickParked += right.sickParked
        left.sickUnsafe += right.sickUnsafe
        left.ended.merge(right.ended, uniquingKeysWith: +)
        left.parked.merge(right.parked, uniquingKeysWith: +)
        left.calls.merge(right.calls, uniquingKeysWith: +)
        left.troubles.merge(right.troubles, uniquingKeysWith: +)
        left.met.merge(right.met, uniquingKeysWith: +)
        left.doneByRule.merge(right.doneByRule, uniquingKeysWith: +)
        left.shutGates.merge(right.shutGates, uniquingKeysWith: +)
    }
}
