import Dispatch
import Fleet
import Rules
import Simulation
import Synchronization

/// One replacement in each order, interrupted in every way that there is, one at a time: `simulate --interruptions`.
struct Interruptions {
    let rules: RuleSet

    /// What was found that must never be, and what was tried.
    struct Tally: Sendable {
        var tried: [String: Int] = [:]
        var found: [String] = []
    }

    func tryAll() throws -> Tally {
        var trials: [(order: Order, away: Duration, interruption: Interruption)] = []
        for order in Order.allCases {
            let whole = try outcome(of: RunPlan.course(order, rules))
            let all = Interruption.all(of: whole)
            trials += all.map { (order, .seconds(20), $0) }
            // Away for longer than anything that was looked at stays fresh. A node that somebody else has ended has left the fleet by then, and nobody can
            // ask for it any more.
            if order == .departed { continue }
            trials += all.filter { if case .crash = $0 { true } else { false } }.map { (order, .seconds(600), $0) }
        }
        let tally = Mutex(Tally())
        let listed = trials
        DispatchQueue.concurrentPerform(iterations: listed.count) { place in
            let trial = listed[place]
            let complaints: [String]
            do {
                var plan = RunPlan.course(trial.order, rules)
                plan.awayAfterCrash = trial.away
                complaints = trial.interruption.complaints(about: try outcome(of: trial.interruption.interrupting(plan)))
            } catch { complaints = ["\(error)"] }
            tally.withLock { tally in
                tally.tried[trial.order.rawValue, default: 0] += 1
                tally.found += complaints.prefix(3).map { "\(trial.order), \(trial.interruption), away for \(trial.away.text): \($0)" }
            }
        }
        return tally.withLock { $0 }
    }

    private func outcome(of plan: RunPlan) throws -> RunOutcome {
        let folder = try LedgerFolder()
        return try SimulatedRun(plan, openLedger: folder.open).run()
    }
}
