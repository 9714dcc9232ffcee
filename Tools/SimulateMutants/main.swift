import Dispatch
import Fleet
import Foundation
import Rules
import Simulation
import Synchronization

/// `simulate-mutants [--only TEXT] [--seeds N] [--rules DIR]`: breaks what protects, one thing at a time, and looks whether a run tells.
/// With `--whole` or `--broken`, and `--log`: what each mutant's situation comes to by itself, without and with what is broken.
///
/// Lists each mutant with what caught it and the seed; exits with 1 if one was not caught.
let arguments = Array(CommandLine.arguments.dropFirst())

func value(of name: String) -> String? {
    arguments.firstIndex(of: name).flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
}

let files = try RuleSet.files(paths: [value(of: "--rules") ?? "rules"])
var sets: [RunPlan.BusinessZone: [RuleSet]] = [:]
for zone in RunPlan.BusinessZone.allCases { sets[zone] = try RunPlan.actingSets(files, in: zone) }
let hunt = Hunt(rules: sets, seedsMax: value(of: "--seeds").flatMap { Int($0) } ?? 6)
let mutants = Mutant.all.filter { mutant in value(of: "--only").map { mutant.name.contains($0) } ?? true }

if arguments.contains("--whole") || arguments.contains("--broken") {
    // What each comes to by itself, where nothing is broken, or with what is.
    for mutant in mutants {
        var counters = RunCounters()
        var found: [String] = []
        for seed in 1...UInt64(hunt.seedsMax) {
            var plan = mutant.whole(seed, rules: sets)
            if arguments.contains("--broken") { mutant.breaks(&plan) }
            plan.keepsLog = arguments.contains("--log")
            let outcome = try Hunt.outcome(of: plan)
            if plan.keepsLog { print(outcome.log.joined(separator: "\n")) }
            counters += outcome.counters
            found += outcome.violations.prefix(2).map { "    seed \(seed): \($0)" }
        }
        print(
            "\(mutant.name), \(mutant.scenario.name): \(counters.started) started, ended \(counters.ended), parked \(counters.parked), shut \(counters.shutGates)"
        )
        print(found.prefix(6).joined(separator: "\n"))
    }
    exit(0)
}

/// What was found, in words; and whether it was not caught.
@Sendable func told(_ mutant: Mutant, _ found: Hunt.Catch) -> (line: String, isLeft: Bool) {
    switch found {
    case .checker(let checker, let seed, let found): ("caught by \(checker), seed \(seed): \(found)", false)
    case .liveness(let done, let of): ("caught by liveness: \(done) are done of \(of)", false)
    case .error(let error, let seed): ("caught by an error, seed \(seed): \(error)", false)
    case .none(let runs): ("NOT CAUGHT in \(runs) runs of \(mutant.scenario.name)", true)
    }
}

let left = Mutex<[String]>([])
let began = ContinuousClock.now
DispatchQueue.concurrentPerform(iterations: mutants.count) { place in
    let (line, isLeft) = told(mutants[place], hunt.run(mutants[place]))
    left.withLock { names in
        if isLeft { names.append(mutants[place].name) }
        // At once: a hunt takes its time.
        print("\(mutants[place].name): \(line)")
        fflush(nil)
    }
}
let names = left.withLock { $0.sorted() }
print("\(mutants.count) mutants, \(names.count) not caught, took \((ContinuousClock.now - began).text)")
for name in names { print("not caught: \(name)") }
exit(names.isEmpty ? 0 : 1)
