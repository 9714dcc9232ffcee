package import Fleet
package import Replacing
package import Rounds

/// Something that must always hold, looked at from the world's side.
package struct Checker: Sendable {
    /// A few words: how it is named in a report.
    package let name: String
    /// What it holds, in one sentence.
    package let sentence: String
    /// What is wrong, in one sentence each.
    package let find: @Sendable (CheckedMoment, Evidence) -> [String]

    package init(_ name: String, _ sentence: String, find: @escaping @Sendable (CheckedMoment, Evidence) -> [String]) {
        self.name = name
        self.sentence = sentence
        self.find = find
    }

    /// All of them, in the order of the design's invariants.
    package static let all = copies + terminations + limits + records + starts + steps + claim
}

/// When something is checked.
package enum CheckedMoment: Sendable {
    /// After anything that happened in the world or to the program.
    case event
    /// A call is about to have its effect.
    case before(Errand)
    /// It has had it.
    case after(Errand)
    /// A round was committed.
    case round(RoundReport)
    /// The program has begun again with what its ledger remembers.
    case reopened(Work)
    /// The run is over.
    case closing(Work)
}

/// What checkers may look at.
package struct Evidence: Sendable {
    package let world: World
    package let truth: Truth
    /// The work as the last committed round left it.
    package let work: Work
    package let rules: RuleWindows
    /// How far the daemon's clock is from the world's.
    package let skew: Duration
    /// Since when Mesos, EC2 and the schedulers have not been seen as they are; nil while they are.
    package let blindSince: [String: Timestamp]
    /// When each was last read whole, and told the truth, by the present process.
    package let readAt: [String: Timestamp]
    /// When the claim was last confirmed.
    package let claimedAt: Timestamp?
    /// How many other daemons may act at this moment, as far as they know.
    package let othersActing: Int
    /// On which machine this program runs, where it is one of the world's.
    package let home: Int?
    /// Whether an alert target has answered, so that people can be told.
    package let isAlertingProven: Bool
    /// The ledger's own trail of what is remembered, where it has just been opened or is about to be closed; else empty.
    package var trail: [ReplacementID: [TransitionEntry]] = [:]
    /// What the operator wants, whatever the lists of gates and steps come to.
    package let settings: Settings

    package var now: Timestamp { world.now }

    /// A look is made, the round decides, and the call is on its way: what came to be so within this time nobody could know.
    static let grace = Duration.seconds(45)

    func isOld(_ since: Timestamp?) -> Bool { since.map { now - $0 > Self.grace } ?? false }
}

/// Which rules wait for business hours, and an oracle of those hours that shares no code with the program's calendar.
package struct RuleWindows: Sendable {
    package let waiting: Set<RuleName>
    /// Those that may do something by themselves.
    package let acting: Set<RuleName>
    package let zone: RunPlan.BusinessZone

    /// Monday to Friday, 9 to 16, by the clocks of the zone.
    package func isOpen(at time: Timestamp) -> Bool {
        let local = time.milliseconds / 1000 + (zone == .berlin ? Self.berlinOffset(time.milliseconds / 1000) : 0)
        let day = local / 86_400
        // 1970-01-01 was a Thursday.
        let weekday = (day + 3) % 7
        let hour = (local % 86_400) / 3600
        return weekday < 5 && (9..<16).contains(hour)
    }

    /// Summer time from the last Sunday of March to the last one of October, at 01:00 UTC: of 2026, the year of all runs.
    private static func berlinOffset(_ seconds: Int64) -> Int64 { seconds >= 1_774_746_000 && seconds < 1_792_890_000 ? 7200 : 3600 }
}
