import Dispatch
import Fleet
import Foundation
import Rules
import Simulation
import Synchronization

/// `simulate-mutants [--only TEXT] [--seeds N] [--whole] [--rules DIR]`: breaks what protects, one thing at a time, and looks whether a run tells.
///
/// Lists each mutant with what caught it and the seed; exits with 1 if one was not caught that could be.
let arguments = Array(CommandLine.arguments.dropFirst())

func value(of name: String) -> String? {
    arguments.firstIndex(of: name).flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
}

let files = try RuleSet.files(paths: [value(of: "--rules") ?? "rules"])
var sets: [RunPlan.BusinessZone: [RuleSet]] = [:]
for zone in RunPlan.BusinessZone.allCases { sets[zone] = try RunPlan.actingSets(files, in: zone) }
let hunt = Hunt(rules: sets, seedsMax: value(of: "--seeds").flatMap { Int($0) } ?? 6)
let mutants = Mutant.all.filter { mutant in value(of: "--only").map { mutant.name.contains($0) } ?? true }

if arguments.contains("--whole") {
    // The scenarios by themselves: what they come to where nothing is broken.
    var seen: Set<String> = []
    for scenario in mutants.map(\.scenario) where seen.insert(scenario.name).inserted {
        var counters = RunCounters()
        var found: [String] = []
        for seed in 1...UInt64(hunt.seedsMax) {
            var plan = scenario.plan(seed, rules: sets)
            plan.keepsLog = arguments.contains("--log")
            let outcome = try Hunt.outcome(of: plan)
            if plan.keepsLog { print(outcome.log.joined(separator: "\n")) }
            counters += outcome.counters
            found += outcome.violations.prefix(2).map { "    seed \(seed): \($0)" }
        }
        print("\(scenario.name): \(counters.started) started, ended \(counters.ended), parked \(counters.parked), shut \(counters.shutGates)")
        print(found.prefix(6).joined(separator: "\n"))
    }
    exit(0)
}

let caught = Mutex<[Int: Hunt.Catch]>([:])
let began = ContinuousClock.now
DispatchQueue.concurrentPerform(iterations: mutants.count) { place in
    let found = hunt.run(mutants[place])
    caught.withLock { $0[place] = found }
}
var left: [String] = []
for (place, mutant) in mutants.enumerated() {
    let line: String
    switch caught.withLock({ $0[place] }) {
    case .checker(let checker, let seed, let found)?: line = "caught by \(checker), seed \(seed): \(found)"
    case .liveness(let done, let of)?: line = "caught by liveness: \(done) are done of \(of)"
    case .error(let error, let seed)?: line = "caught by an error, seed \(seed): \(error)"
    case .none(let runs)?:
        if mutant.equivalent == nil { left.append(mutant.name) }
        line = mutant.equivalent.map { "the same as what is whole: \($0)" } ?? "NOT CAUGHT in \(runs) runs of \(mutant.scenario.name)"
    case nil: line = "not run"
    }
    print("\(mutant.name): \(line)")
}
print("\(mutants.count) mutants, \(left.count) not caught, took \((ContinuousClock.now - began).text)")
for name in left { print("not caught: \(name)") }
exit(left.isEmpty ? 0 : 1)
