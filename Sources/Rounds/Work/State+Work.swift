package import Fleet
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
    /// A person's word that the claim is to be taken over.
    package var takeOver: Command?
    /// The plans of Terraform's that are wanted.
    package var planWishes: [PlanWish] = []

    package init() {}
}

extension State {
    /// Takes in commands and answers, looks after the work in flight, asks the gates for every candidate, and starts what may start.
    ///
    /// - Throws: a command that cannot be taken; nothing has changed then.
    mutating func noteWork(
        _ event: Event, judgement: Judgement, rules: RuleSet, settings: Settings, stale: Set<Source>, deriving: Deriving, program: ProgramStanding,
        statuses: inout StatusMemory, recording: inout Recording
    ) throws(CommandRefusal) -> WorkReport {
        noteSight(settings: settings, stale: stale, now: deriving.now)
        let replaced = Set(work.open.map(\.node))
        departures = departures.filter { (deriving.now - $0.value.at < Self.departuresKept || replaced.contains($0.key)) && nodes[$0.key] == nil }
        var working = Working(
            self, event, judgement: judgement, rules: rules, settings: settings, stale: stale, deriving: deriving, program: program)
        swap(&working.statuses, &statuses)
        try working.run()
        swap(&working.statuses, &statuses)
        work = working.work
        replacements = work.counts(of: nodes.values, at: deriving.now)
        recording.work = working.entry
        for entry in working.audit { recording.add(entry) }
        return working.report
    }

    /// What nobody saw, or was not ours to do, counts toward no deadline.
    private mutating func noteSight(settings: Settings, stale: Set<Source>, now: Timestamp) {
        let wasAway = lastLook.map { now - $0 > settings.mesosInterval * 3 } ?? true
        if !stale.isDisjoint(with: [.agents, .instances]) || !work.claim.allowsActing(at: now) {
            seenSince = nil
        } else if seenSince == nil || wasAway {
            seenSince = now
        }
    }

    /// The span over which the fleet's maximum is taken.
    static let departuresKept = Duration.seconds(86_400)
}
