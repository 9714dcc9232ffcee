import Dispatch
import Fleet
import Foundation
import Rules
import Simulation
import Synchronization

/// `simulate-refresh [--seed N] [--count N] [--apps] [--log] [--rules DIR]`: how long the refresh of a whole cluster takes, against the least that it can take.
/// With `--apps`: of a cluster with Marathon's apps, in which hosts fail meanwhile; it has to come to its end.
///
/// Exits with 1 if one of them takes too long, brokers move too often, or anything was found that must never be.
let arguments = Array(CommandLine.arguments.dropFirst())

func value(of name: String) -> String? {
    arguments.firstIndex(of: name).flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
}

func column(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.utf8.count)) + text }
func twoDigits(_ number: Double) -> String { String(format: "%.2f", number) }

let seed = value(of: "--seed").flatMap { UInt64($0) } ?? 1
let count = value(of: "--count").flatMap { Int($0) } ?? 20
let keepsLog = arguments.contains("--log")
let hasApps = arguments.contains("--apps")
let rules = try RunPlan.acting(RuleSet.files(paths: [value(of: "--rules") ?? "rules"]), in: .utc)
let results = Mutex<[RefreshMeasure]>([])
let errors = Mutex<[String]>([])

DispatchQueue.concurrentPerform(iterations: count) { place in
    do {
        let folder = try LedgerFolder()
        let own = seed &+ UInt64(place)
        let refresh = hasApps ? Refresh.withApps(seed: own, rules: rules, keepsLog: keepsLog) : Refresh(seed: own, rules: rules, keepsLog: keepsLog)
        let measure = try refresh.run(openLedger: folder.open)
        results.withLock { $0.append(measure) }
    } catch {
        errors.withLock { $0.append("seed \(seed &+ UInt64(place)): \(error)") }
    }
}

let measures = results.withLock { $0 }.sorted { $0.seed < $1.seed }
for measure in measures where keepsLog { print(measure.log.joined(separator: "\n")) }
print(["seed", "first node", "bound", "makespan", "ratio", "moves per broker"].map { column($0, 12) }.joined())
for measure in measures {
    let cells = [
        "\(measure.seed)", measure.canary?.text ?? "-", measure.bound.text, measure.makespan?.text ?? "-", measure.ratio.map(twoDigits) ?? "-",
        twoDigits(measure.movesPerBroker),
    ]
    print(cells.map { column($0, 12) }.joined())
    if measure.nodesLeft > 0 { print("  \(measure.nodesLeft) nodes still run the old image") }
    for violation in measure.violations.prefix(3) { print("  \(violation)") }
}
let worst = measures.map { $0.ratio ?? .infinity }.max() ?? .infinity
let moves = measures.map(\.movesPerBroker).reduce(0, +) / Double(max(1, measures.count))
if !hasApps { print("the worst is \(twoDigits(worst)) times the bound, of \(twoDigits(RefreshMeasure.ratioMax)) that are allowed") }
if !hasApps { print("\(twoDigits(moves)) moves per broker on average, of \(twoDigits(RefreshMeasure.movesPerBrokerMax))") }
for error in errors.withLock({ $0 }).sorted() { print("error: \(error)") }
let isGood =
    measures.count == count && measures.allSatisfy(\.isWhole) && (hasApps || (worst <= RefreshMeasure.ratioMax && moves <= RefreshMeasure.movesPerBrokerMax))
if !isGood { exit(1) }
