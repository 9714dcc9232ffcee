import Fleet
import Foundation
import Ledger
import Planning
import Rounds
import Rules

/// Measures a back-test over a ledger of many days: `bench backtest [DAYS [NODES]]`, 30 days of 1,000 nodes if nothing is said.
///
/// The rounds are recorded through the ledger as the daemon does, but with what changed made up and nothing judged: judging a month in
/// real rounds would take most of an hour, and a replay does not read what they found.
enum Backtesting {
    private static let start = Timestamp(milliseconds: 1_795_000_000_000)
    /// A round of Mesos every quarter of a minute, and one of EC2 every minute.
    private static let roundsPerDay = 86_400 / 15 + 1440
    private static let roundMilliseconds = 86_400_000 / roundsPerDay
    /// How often in a day each node's `mesos_state` leaves `active`, for ten minutes; and how often its `task_failures_1h` changes.
    private static let lossesPerDay = 0.5
    private static let failuresPerDay = 4.0
    /// The share of the nodes that EC2 calls impaired in a day, for an hour each: then `instance-system-impaired` fires for half an hour, and the gates are
    /// asked about them in every round. One in a hundred is more than any fleet should see.
    private static let impairedPerDay = 0.01
    private static let impairedFor = Duration.seconds(3600)
    private static let usual = (days: 30, nodes: 1000)

    /// - Returns: the figures, and what is not as it should be.
    static func run(days: Int = usual.days, nodes: Int = usual.nodes) throws -> (text: String, problems: [String]) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mayfly-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("mayfly.db").path
        let rules = try RuleSet.load(directory: "rules")
        let changes = try record(days: days, nodes: nodes, rules: rules, path: path)
        let bytes = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        let ledger = try LedgerStore.open(path: path, purpose: .reading, now: start)
        let (plain, plainCPU, _) = try measured { try Backtest.run(ledger) }
        let (seconds, cpu, backtest) = try measured { try Backtest.run(ledger, gates: Settings(pools: [], servicesInterval: .seconds(60))) }
        let peak = try Usage.peakMebibytes() ?? 0
        let fired = backtest.findings.count { $0.rule.verdict == .replace && $0.firingSince != nil }
        let gated = backtest.gates?.findings ?? []
        let text = """
            \(days) days of \(nodes) nodes: \(backtest.rounds) rounds, \(changes) changes of facts, a ledger of \(bytes / 1_000_000) MB
            replayed without gates in \(String(format: "%.1f s, %.1f s of CPU", plain, plainCPU))
            replayed in \(String(format: "%.1f s, %.1f s of CPU, %.0f MiB at the peak", seconds, cpu, peak))
            \(backtest.judged) rounds were judged; \(backtest.findings.count) findings, of which \(gated.count) came before the gates
            \(backtest.gates?.replacements.count ?? 0) nodes would have been replaced; \(gated.count { $0.replacedAt == nil }) findings ended before; held by \(holds(gated))
            """
        var problems: [String] = []
        if gated.count != fired || gated.isEmpty { problems.append("\(gated.count) findings came before the gates, and \(fired) ask for a replacement") }
        if backtest.gates?.replacements.isEmpty ?? true { problems.append("nothing would have been replaced: the gates showed nothing") }
        return (text, problems)
    }

    /// How many findings each gate held, the most first.
    private static func holds(_ findings: [GatedFinding]) -> String {
        var counts: [String: Int] = [:]
        for finding in findings { for hold in finding.held { counts[hold.gate.rawValue, default: 0] += 1 } }
        let all = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
        return all.isEmpty ? "nothing" : all.joined(separator: ", ")
    }

    /// How long it takes, and how much of the processor.
    private static func measured(_ replay: () throws -> Backtest) rethrows -> (seconds: Double, cpu: Double, backtest: Backtest) {
        let before = Usage.cpuSeconds()
        let began = ContinuousClock.now
        let backtest = try replay()
        return (Double((ContinuousClock.now - began) / .milliseconds(1)) / 1000, Usage.cpuSeconds() - before, backtest)
    }

    private static func record(days: Int, nodes: Int, rules: RuleSet, path: String) throws -> Int {
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: start)
        var random = Numbers()
        var (back, mended): ([Int: Int], [Int: Int]) = ([:], [:])
        var changes = 0
        for round in 0..<days * roundsPerDay {
            let at = start + .milliseconds(round * roundMilliseconds)
            var entry = RoundEntry(at: at, interval: .seconds(15))
            entry.sources = sources.map { SourceState(source: $0, interval: .seconds(60), lastSuccess: at, lastAttempt: at) }
            entry.terms = RoundTerms(capacity: nodes, ruleSet: rules.hash)
            if round == 0 {
                entry.ruleSet = RecordedRuleSet(
                    hash: rules.hash, loadedAt: at, files: rules.files.map { RecordedRuleSet.File(path: $0.path, text: $0.text) })
                for node in 0..<nodes { begin(node, in: &entry) }
            } else {
                for node in 0..<nodes where random.happens(lossesPerDay / Double(roundsPerDay)) && back[node] == nil {
                    entry.observations.append(Observation(node: name(node), fact: .mesosState, reading: .text("absent"), from: at))
                    back[node] = round + 50
                }
                for (node, due) in back.sorted(by: { $0.key < $1.key }) where due <= round {
                    entry.observations.append(Observation(node: name(node), fact: .mesosState, reading: .text("active"), from: at))
                    back[node] = nil
                }
                for node in 0..<nodes where random.happens(impairedPerDay / Double(roundsPerDay)) && mended[node] == nil {
                    entry.observations.append(Observation(node: name(node), fact: .systemStatus, reading: .text("impaired"), from: at))
                    mended[node] = round + Int(impairedFor / .milliseconds(roundMilliseconds))
                }
                for (node, due) in mended.sorted(by: { $0.key < $1.key }) where due <= round {
                    entry.observations.append(Observation(node: name(node), fact: .systemStatus, reading: .text("ok"), from: at))
                    mended[node] = nil
                }
                for node in 0..<nodes where random.happens(failuresPerDay / Double(roundsPerDay)) {
                    entry.observations.append(
                        Observation(node: name(node), fact: .taskFailures1h, reading: .integer(Int64(random.next() % 4)), from: at))
                }
                changes += entry.observations.count
            }
            try ledger.record(entry)
        }
        try ledger.close()
        return changes
    }

    private static let sources: [Source] = [
        .agents, .images, .instances, .maintenance, .services, .statuses, .target("private"), .tasks,
    ]

    private static func name(_ node: Int) -> NodeID { NodeID("i-\(100_000 + node)") }

    private static func begin(_ node: Int, in entry: inout RoundEntry) {
        let id = name(node)
        entry.nodes.append(.came(Node(id: id, instance: InstanceID(id.rawValue), agent: AgentID("S\(node)"), firstSeen: entry.at)))
        let known: [Fact: Reading] = [
            .id: .text(id.rawValue), .agentID: .text("S\(node)"), .instanceID: .text(id.rawValue), .zone: .text("us-east-1" + ["a", "b", "c"][node % 3]),
            .members: .text("[]"), .pool: .text("private"), .mesosState: .text("active"), .ec2State: .text("running"), .systemStatus: .text("ok"),
            .instanceStatus: .text("ok"), .scheduledEvent: .none, .imageID: .text("ami-1"), .targetImageID: .text("ami-1"), .taskFailures1h: .integer(0),
            .launchTime: .time(start - .seconds(86_400 * node)), .imageTime: .time(start), .registeredTime: .time(start), .scheduledEventTime: .none,
        ]
        for fact in Fact.allCases where fact.isRecorded {
            entry.observations.append(
                Observation(node: id, fact: fact, reading: known[fact] ?? (fact.type == .integer ? .integer(0) : .text("text")), from: entry.at))
        }
    }

    /// Xorshift: the same numbers in every run.
    private struct Numbers {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }

        mutating func happens(_ probability: Double) -> Bool { Double(next() >> 11) / 9_007_199_254_740_992 < probability }
    }
}
