internal import Fleet
internal import Replacing

/// One way in which one run is interrupted. Whoever tries all of them in turn has tried everything that can happen to a run once.
package enum Interruption: Hashable, Sendable, CustomStringConvertible {
    /// The program ends, and is started again.
    case crash(RunPlan.CrashPoint)
    /// One call does not go as it should. Numbered as the run makes them, from 1.
    case call(Int, RunPlan.CallFate)
    /// Every call is done twice, but for the one that is never repeated blindly: a member that is sent away twice moves twice.
    case allTwice

    /// All that there are for a run that has come to this without any.
    ///
    /// Each round that stored something of the work ends once before its commit; each that handed something out, once after it and once when the call was
    /// made and its answer is not stored yet.
    package static func all(of outcome: RunOutcome) -> [Interruption] {
        let calls = outcome.counters.calls.values.reduce(0, +)
        let fates: [RunPlan.CallFate] = [.refused, .lostBefore, .lostAfter, .late]
        return outcome.storingRounds.map { .crash(.beforeCommit($0)) }
            + numbers(to: outcome.handingRounds).map { .crash(.afterCommit($0)) }
            + numbers(to: calls).map { .crash(.afterAction($0)) }
            + numbers(to: calls).flatMap { number in fates.map { .call(number, $0) } }
            + [.allTwice]
    }

    private static func numbers(to last: Int) -> [Int] { last < 1 ? [] : Array(1...last) }

    /// The same run with it.
    package func interrupting(_ plan: RunPlan) -> RunPlan {
        var plan = plan
        switch self {
        case .crash(let point): plan.crashes = { $0 == point }
        case .call(let number, let fate): plan.fates = { $0.number == number ? fate : nil }
        case .allTwice: plan.fates = { $0.errand == .replaceMember ? nil : .doneTwice }
        }
        return plan
    }

    /// What a run with it has come to that it must not, in words: it must have been interrupted, break nothing, and end as it would have without. Empty: well.
    package func complaints(about outcome: RunOutcome) -> [String] {
        var complaints = outcome.violations.map(\.description)
        if case .crash = self, outcome.counters.crashes != 1 { complaints.append("the program ended \(outcome.counters.crashes) times") }
        if !outcome.replacements.contains(where: { $0.outcome?.kind == .done }) {
            complaints.append("not done: " + outcome.replacements.map { "\($0.order), \($0.step) \($0.standing)" }.joined(separator: "; "))
        }
        return complaints
    }

    package var description: String {
        switch self {
        case .crash(.beforeCommit(let round)): "the program ends before the commit of round \(round)"
        case .crash(.afterCommit(let number)): "the program ends after commit \(number) that hands something out"
        case .crash(.afterAction(let number)): "the program ends between call \(number) and its answer"
        case .call(let number, let fate): "call \(number) is \(fate.rawValue)"
        case .allTwice: "every call is done twice"
        }
    }
}
