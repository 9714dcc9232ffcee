import Dispatch
import Fleet
import Rules
import Simulation
import Synchronization

/// One replacement in each order, interrupted in every way that there is, one at a time: `simulate --interruptions [--only TEXT] [--log]`.
struct Interruptions {
    let rules: RuleSet
    /// Only those whose names hold this. Nil: all.
    var only: String?

    /// One replacement in an order, of a machine that its group or template brings anew, or Terraform.
    private struct Course: Sendable {
        let order: Order
        let isByTerraform: Bool

        static let all =
            Order.allCases.map { Course(order: $0, isByTerraform: false) }
            + Order.allCases.filter { $0 != .launchFirst }.map { Course(order: $0, isByTerraform: true) }

        var name: String { order.rawValue + (isByTerraform ? ", by Terraform" : "") }
        func plan(_ rules: RuleSet) -> RunPlan { isByTerraform ? .courseByTerraform(order, rules) : .course(order, rules) }
    }

    /// What was found that must never be, and what was tried.
    struct Tally: Sendable {
        var tried: [String: Int] = [:]
        var found: [String] = []
    }

    func tryAll() throws -> Tally {
        var trials: [(course: Course, away: Duration, interruption: Interruption)] = []
        for course in Course.all {
            let whole = try outcome(of: course.plan(rules))
            let all = Interruption.all(of: whole)
            trials += all.map { (course, .seconds(20), $0) }
            // Away for longer than anything that was looked at stays fresh.
            trials += all.filter { if case .crash = $0 { true } else { false } }.map { (course, .seconds(600), $0) }
        }
        let tally = Mutex(Tally())
        let listed = trials.filter { trial in only.map { "\(trial.course.name), \(trial.interruption), away for \(trial.away.text)".contains($0) } ?? true }
        DispatchQueue.concurrentPerform(iterations: listed.count) { place in
            let trial = listed[place]
            let complaints: [String]
            do {
                var plan = trial.course.plan(rules)
                plan.awayAfterCrash = trial.away
                plan.keepsLog = keepsLog
                let outcome = try outcome(of: trial.interruption.interrupting(plan))
                if keepsLog { tell(outcome.log.joined(separator: "\n")) }
                complaints = trial.interruption.complaints(about: outcome)
            } catch { complaints = ["\(error)"] }
            tally.withLock { tally in
                tally.tried[trial.course.name, default: 0] += 1
                tally.found += complaints.prefix(3).map { "\(trial.course.name), \(trial.interruption), away for \(trial.away.text): \($0)" }
            }
        }
        return tally.withLock { $0 }
    }

    private func outcome(of plan: RunPlan) throws -> RunOutcome {
        let folder = try LedgerFolder()
        return try SimulatedRun(plan, openLedger: folder.open).run()
    }
}
