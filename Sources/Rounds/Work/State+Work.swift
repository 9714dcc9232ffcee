import Fleet
import Ledger
package import Planning
package import Replacing
import Rules

/// What planning and replacing came to in a round.
package struct WorkReport: Sendable {
    package var plan = Plan()
    package var transitions: [TransitionEntry] = []
    /// To be carried out once the round is committed.
    package var errands: [Errand] = []

    package init() {}
}

extension State {
    /// Takes in commands and answers, looks after the work in flight, asks the gates for every candidate, and starts what may start.
    mutating func noteWork(
        _ event: Event, judgement: Judgement, rules: RuleSet, settings: Settings, stale: Set<Source>, sightings: Sightings, program: ProgramStanding,
        now: Timestamp, recording: inout Recording
    ) -> WorkReport {
        WorkReport()
    }
}
