import Fleet
import Rules
import Simulation

/// Runs one mutant over seeds until something tells it from what is whole.
struct Hunt: Sendable {
    let rules: [RunPlan.BusinessZone: [RuleSet]]
    let seedsMax: Int

    enum Catch: Sendable {
        case checker(String, seed: UInt64, found: String)
        /// Fewer replacements reach their end than without it.
        case liveness(done: Int, of: Int)
        case error(String, seed: UInt64)
        case none(runs: Int)
    }

    /// So many runs say whether it gets less done.
    private static let livenessRuns = 3

    func run(_ mutant: Mutant) -> Catch {
        var (done, doneWhole) = (0, 0)
        for place in 0..<seedsMax {
            let seed = UInt64(place + 1)
            let whole = mutant.whole(seed, rules: rules)
            var broken = whole
            mutant.breaks(&broken)
            let outcome: RunOutcome
            do { outcome = try Self.outcome(of: broken) } catch { return .error("\(error)", seed: seed) }
            // What the whole one does as well is no sign of the mutant.
            guard let control = try? Self.outcome(of: whole) else { continue }
            let known = Set(control.violations.map(\.checker))
            if let first = outcome.violations.first(where: { !known.contains($0.checker) }) { return .checker(first.checker, seed: seed, found: first.found) }
            done += outcome.counters.ended["done", default: 0]
            doneWhole += control.counters.ended["done", default: 0]
            if place + 1 == Self.livenessRuns || place + 1 == seedsMax, doneWhole >= 4, done * 10 < doneWhole * 7 {
                return .liveness(done: done, of: doneWhole)
            }
        }
        return .none(runs: seedsMax)
    }

    static func outcome(of plan: RunPlan) throws -> RunOutcome {
        let folder = try LedgerFolder()
        return try SimulatedRun(plan, openLedger: folder.open).run()
    }
}
