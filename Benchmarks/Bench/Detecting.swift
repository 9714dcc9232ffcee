import Daemon
import Fleet
import Foundation
import Glibc
import Ledger
import Logging
import Rounds
import Rules
import Synchronization
import Wire

/// From what happens to the finding, in the whole daemon: `bench events FOLDER`.
///
/// The server lets something happen to a machine and says when that was told or could first be seen; the daemon's own report of the finding, after its commit,
/// ends the time. Both by the kernel's monotonic clock, which all processes share.
final class Detecting: Sendable {
    /// What can happen, and the rule that finds it.
    enum Kind: String, CaseIterable {
        case task, agent, instance

        var meaning: String {
            switch self {
            case .task: "a task fails"
            case .agent: "an agent's process dies"
            case .instance: "an instance is terminated"
            }
        }

        /// So far apart with events: beyond what the daemon merges, so that each is found by itself. EC2 is asked about instances every five seconds at most.
        var distance: Duration {
            switch self {
            case .task, .agent: .milliseconds(1200)
            case .instance: .milliseconds(5400)
            }
        }
    }

    /// Each is found by the first look that shows it, and decided on in the same round.
    private static let rules = """
        version: 1
        rules:
          - {name: detected-task, when: "task_failures_1h > 0", for: 0s, verdict: replace, class: failing, summary: "{{id}}"}
          - {name: detected-agent, when: "mesos_state = 'inactive'", for: 0s, verdict: replace, class: failing, summary: "{{id}}"}
          - {name: detected-instance, when: "ec2_state = 'terminated'", for: 0s, verdict: replace, class: failing, summary: "{{id}}"}

        """

    private let url: String
    private let http: HTTPCaller
    private let found = Mutex(Found())

    private struct Found {
        var rounds = 0
        var at: [String: Int64] = [:]
    }

    /// What the server says of something that it let happen.
    private struct Told: Decodable {
        var node: String
        var at: Int64
    }

    private init(url: String, http: HTTPCaller) { (self.url, self.http) = (url, http) }

    /// The shares below which one half and 99 in 100 are, and the longest; in seconds.
    struct Times {
        var all: [Double]
        init(_ all: [Double]) { self.all = all.sorted() }
        func quantile(_ share: Double) -> Double { all.isEmpty ? .nan : all[max(0, Int((share * Double(all.count)).rounded(.up)) - 1)] }
    }

    /// From the byte on the socket to the finding, in seconds, 99 in 100 of them.
    static let byteToFindingMax = 0.1

    /// - Parameter count: how often each kind happens; by polls alone instances a fifth as often, for they take so long.
    /// - Returns: the figures, and what is not as it should be.
    static func run(folder: String, python: String, count: Int) async throws -> (text: String, problems: [String]) {
        let head = "Detection, in seconds, at \(try Expected(folder: folder).agents) agents"
        var lines = [head.padded(42) + ["times", "p50", "p99", "most"].map { $0.padded(-10) }.joined()]
        var problems: [String] = []
        for hearsEvents in [true, false] {
            lines.append(hearsEvents ? "with events" : "by polls alone, every 15 s of Mesos and every 60 s of EC2")
            for (kind, times) in try await measured(folder: folder, python: python, count: count, hearsEvents: hearsEvents) {
                let numbers = [times.quantile(0.5), times.quantile(0.99), times.all.last ?? .nan].map { String(format: "%10.3f", $0) }
                lines.append("  \(kind.meaning)".padded(42) + "\(times.all.count)".padded(-10) + numbers.joined())
                if hearsEvents, kind == .task, !(times.quantile(0.99) <= byteToFindingMax) {
                    let most = "99 in 100 take up to \(times.quantile(0.99)) s, at most \(byteToFindingMax)"
                    problems.append("\(kind.meaning): from the byte on the socket to the finding \(most)")
                }
            }
        }
        return (lines.joined(separator: "\n"), problems)
    }

    private static func measured(folder: String, python: String, count: Int, hearsEvents: Bool) async throws -> [(Kind, Times)] {
        let temporary = FileManager.default.temporaryDirectory.appendingPathComponent("mayfly-bench-\(UUID().uuidString)").path
        let rules = temporary + "/rules"
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: temporary) }
        try FileManager.default.copyItem(atPath: "rules", toPath: rules)
        try Self.rules.write(toFile: rules + "/detected.yaml", atomically: true, encoding: .utf8)
        let server = try CannedServer(python: python, folder: folder)
        defer { server.end() }
        let configuration = try Configuration.parse(configuration(server.url, hearsEvents: hearsEvents), path: temporary + "/mayfly.yaml")
        let ledger = try LedgerStore.open(path: configuration.ledger.path, purpose: .daemon, now: Time.system.now())
        let http = try HTTPCaller()
        let detecting = Detecting(url: server.url, http: http)
        let watchdog = try Watchdog(
            configuration, rules: try RuleSet.load(directory: rules), ledger: ledger,
            environment: ["AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "any"], time: .system,
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }, onReport: { detecting.take($0) })
        let daemon = Task { try await watchdog.run(handlesSignals: false) }
        defer { daemon.cancel() }
        // Until both sources were seen once. Looked at now and then: it is before anything is measured.
        let start = ContinuousClock.now
        while detecting.rounds < 2 {
            guard ContinuousClock.now - start < .seconds(120) else { throw BenchFailure("the daemon saw nothing for two minutes") }
            try await Task.sleep(for: .milliseconds(100))
        }
        // The stream's first record, and the poll and the looks that follow the first: nothing of them is to fall into what is measured.
        try await Task.sleep(for: .seconds(20))
        let times = hearsEvents ? try await detecting.oneByOne(count) : try await detecting.allAtOnce(count)
        daemon.cancel()
        _ = await daemon.result
        await http.shutdown()
        try ledger.close()
        return times
    }

    private static func configuration(_ url: String, hearsEvents: Bool) -> String {
        """
        cluster: bench
        mode: alert
        mesos: {masters: ["\(url)"], interval: 15s, events: \(hearsEvents)}
        aws: {region: us-east-1, endpoint_url: "\(url)", interval: 60s\(hearsEvents ? ", event_queue: \"\(url)/123456789012/events\"" : "")}
        pools:
          private:
            select: {tags: {Role: dcos-agent}}
            image: {ssm_parameter: /dcos/agent/ami}
        socket: mayfly.sock
        rules: {directory: rules}
        ledger: {path: mayfly.db}

        """
    }

    private var rounds: Int { found.withLock { $0.rounds } }

    private func take(_ report: RoundReport) {
        let now = Self.monotonicNanoseconds()
        let decided = Set(report.picture.assessments.keys)
        let names = report.findings.filter { $0.state == .firing && $0.rule.name.rawValue.hasPrefix("detected-") && decided.contains($0.node) }.map {
            "\($0.rule.name) \($0.node)"
        }
        found.withLock { found in
            found.rounds += 1
            for name in names { found.at[name] = now }
        }
    }

    private func oneByOne(_ count: Int) async throws -> [(Kind, Times)] {
        var all: [(Kind, Times)] = []
        for kind in Kind.allCases {
            var times: [Double] = []
            for _ in 0..<count {
                let told = try await happen(kind)
                times.append(try await found(kind, told))
                // Each by itself, and at any place between two looks at the metrics.
                try await Task.sleep(for: kind.distance + .milliseconds(Int.random(in: 0...400)))
            }
            all.append((kind, Times(times)))
        }
        return all
    }

    /// Of all kinds, at any moment within three minutes.
    private func allAtOnce(_ count: Int) async throws -> [(Kind, Times)] {
        let kinds = Kind.allCases.flatMap { kind in Array(repeating: kind, count: Self.times(kind, count)) }.shuffled()
        var told: [(Kind, Told)] = []
        for kind in kinds {
            told.append((kind, try await happen(kind)))
            // Over twelve polls of Mesos and three of EC2, so that each falls anywhere between two.
            try await Task.sleep(for: .seconds(180) / kinds.count)
        }
        var times: [Kind: [Double]] = [:]
        for (kind, told) in told { times[kind, default: []].append(try await found(kind, told)) }
        return Kind.allCases.map { ($0, Times(times[$0] ?? [])) }
    }

    private static func times(_ kind: Kind, _ count: Int) -> Int { kind == .instance ? max(1, count / 5) : count }

    private func happen(_ kind: Kind) async throws -> Told {
        let answer = try await http.send(HTTPCall(method: .post, url: "\(url)/happen/\(kind.rawValue)"))
        guard answer.isSuccess else { throw BenchFailure("Benchmarks/serve.py lets nothing happen: \(answer.status)") }
        return try JSONDecoder().decode(Told.self, from: Data(answer.body))
    }

    private func found(_ kind: Kind, _ told: Told) async throws -> Double {
        let start = ContinuousClock.now
        while true {
            if let at = found.withLock({ $0.at["detected-\(kind.rawValue) \(told.node)"] }) { return Double(at - told.at) / 1e9 }
            guard ContinuousClock.now - start < .seconds(180) else { throw BenchFailure("\(kind.meaning), on \(told.node), and nothing is found") }
            // The report itself has noted the time; how often it is looked for adds nothing.
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    private static func monotonicNanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
