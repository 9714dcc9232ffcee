import Dispatch
import Fleet
import Foundation
import Rules
import Simulation
import Synchronization

/// `simulate [--seed N] [--count N] [--log] [--two] [--events] [--rules DIR]`: runs of the real round over the invented world, and what they came to.
/// With `--two` every run has two daemons; with `--events` Mesos tells of what happens between two polls, as well or badly as the seed decides.
///
/// `simulate --interruptions [--only TEXT] [--log]`: one replacement in each order, interrupted in every way in turn.
///
/// `simulate --at-rest [--seed N] [--count N]`: the same failures by polls alone and with events; what is decided in the end must be the same.
///
/// Exits with 1 if anything was found that must never be, and in a sweep of 2,000 runs or more also if too few of the truly sick were replaced, or
/// some trouble has met some step less often than it should.
let arguments = Array(CommandLine.arguments.dropFirst())

func value(of name: String) -> String? {
    arguments.firstIndex(of: name).flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
}

let seed = value(of: "--seed").flatMap { UInt64($0) } ?? 1
let count = value(of: "--count").flatMap { Int($0) } ?? 1
let keepsLog = arguments.contains("--log")
let hasTwo = arguments.contains("--two")
let hasEvents = arguments.contains("--events")
let files = try RuleSet.files(paths: [value(of: "--rules") ?? "rules"])
var rules: [RunPlan.BusinessZone: [RuleSet]] = [:]
for zone in RunPlan.BusinessZone.allCases { rules[zone] = try RunPlan.actingSets(files, in: zone) }
let shippedRules = rules

if arguments.contains("--interruptions") {
    let began = ContinuousClock.now
    let tally = try Interruptions(rules: rules[.utc]?.first ?? .empty, only: value(of: "--only")).tryAll()
    for (order, count) in tally.tried.sorted(by: { $0.key < $1.key }) { print("\(order): \(count) interruptions, one a run") }
    print("took \((ContinuousClock.now - began).text)")
    for line in tally.found.sorted() { print(line) }
    if !tally.found.isEmpty { print("replay one: make simulate-interruptions LOG=1 ONLY=\"…\", with the beginning of its line") }
    print(tally.found.isEmpty ? "nothing was found" : "\(tally.found.count) were found")
    exit(tally.found.isEmpty ? 0 : 1)
}

if arguments.contains("--at-rest") {
    let began = ContinuousClock.now
    let tally = AtRest(rules: rules).compare(from: seed, count: count)
    print("\(count) seeds, \(tally.runs) runs, \(tally.started) replacements, \(tally.done) of them done")
    for (name, rounds) in tally.rounds.sorted(by: { $0.value < $1.value }) { print("  \(name): \(rounds) rounds") }
    print("took \((ContinuousClock.now - began).text)")
    for line in tally.found.sorted().prefix(40) { print(line) }
    print(tally.found.isEmpty ? "the same at rest" : "\(tally.found.count) differences or violations were found")
    exit(tally.found.isEmpty ? 0 : 1)
}

struct Sweep: Sendable {
    var counters = RunCounters()
    var failed: [(seed: UInt64, violations: [RunOutcome.Violation])] = []
    var leftSick: [(seed: UInt64, text: String)] = []
    var leftParked: [(seed: UInt64, text: String)] = []
    var errors: [(seed: UInt64, text: String)] = []
    var done = 0
}

/// On standard error: what came of it all goes to standard output.
@Sendable func tell(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

let sweep = Mutex(Sweep())
let began = ContinuousClock.now
DispatchQueue.concurrentPerform(iterations: count) { place in
    let own = seed &+ UInt64(place)
    do {
        var plan = RunPlan(seed: own, rules: shippedRules)
        plan.keepsLog = keepsLog
        if hasTwo { plan.addDaemon() }
        if hasEvents { plan.hearing = Hearing(seed: own) }
        // One in sixteen on a disk: what a file system does is part of it.
        let folder = try LedgerFolder(in: own % 16 == 0 ? FileManager.default.temporaryDirectory.path : nil)
        let outcome = try SimulatedRun(plan, openLedger: folder.open).run()
        sweep.withLock { sweep in
            sweep.counters += outcome.counters
            sweep.done += 1
            // At once: a sweep takes its time.
            if let first = outcome.violations.first { tell("seed \(own): \(first)") }
            if count >= 100, sweep.done % 50 == 0 { tell("\(sweep.done) of \(count) runs in \((ContinuousClock.now - began).text)") }
            if !outcome.violations.isEmpty { sweep.failed.append((own, outcome.violations)) }
            sweep.leftSick += outcome.leftSick.map { (own, $0) }
            sweep.leftParked += outcome.leftParked.map { (own, $0) }
            if keepsLog { print(outcome.log.joined(separator: "\n")) }
        }
    } catch {
        sweep.withLock { $0.errors.append((own, "\(error)")) }
    }
}
let took = ContinuousClock.now - began
let total = sweep.withLock { $0 }
print(total.counters.summary)
print("took \(took.text)")

/// The command that runs the same again, byte for byte, and tells all.
func replay(_ seed: UInt64) { print("  replay it: make simulate SEED=\(seed) COUNT=1 LOG=1\(hasTwo ? " TWO=1" : "")\(hasEvents ? " EVENTS=1" : "")") }

/// So many of each kind are printed.
let shownMax = 20
for (kind, lines) in [("left sick", total.leftSick), ("left parked", total.leftParked), ("error", total.errors)] {
    for line in lines.sorted(by: { ($0.seed, $0.text) < ($1.seed, $1.text) }).prefix(shownMax) {
        print("\(kind): seed \(line.seed): \(line.text)")
        replay(line.seed)
    }
}
for failure in total.failed.sorted(by: { $0.seed < $1.seed }).prefix(shownMax) {
    for violation in failure.violations.prefix(3) { print("seed \(failure.seed): \(violation)") }
    replay(failure.seed)
}
var isGood = total.failed.isEmpty && total.errors.isEmpty
if count >= Coverage.sweepOfCoverage {
    let missing = Coverage.missing(in: total.counters, atLeast: Coverage.timesDemanded)
    for (cell, met) in missing { print("too seldom: \(cell) \(met) times, of \(Coverage.timesDemanded)") }
    let isLively = total.counters.isLively
    if !isLively { print("too few of the truly sick were replaced") }
    isGood = isGood && missing.isEmpty && isLively
}
if isGood { print("nothing was found") } else { exit(1) }
