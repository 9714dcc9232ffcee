import Fleet
import Foundation
import Ledger

/// Measures full rounds over a large cluster: the real clients, the real round and a real ledger, against canned answers on loopback.
///
/// See `Benchmarks/README.md` for what it starts and how they talk.
@main
enum Bench {
    /// Longer than the longest `for` of the shipped rules, so that every finding has become what it is going to be.
    private static let settling = Duration.seconds(4500)
    private static let steadyRounds = 3
    private static let usage = "usage: bench [--json] FOLDER, bench backtest [DAYS [NODES]], or bench events|rounds FOLDER [TIMES]"

    static func main() async {
        var arguments = Array(CommandLine.arguments.dropFirst())
        let wantsJSON = arguments.contains("--json")
        arguments.removeAll { $0 == "--json" }
        if arguments.first == "backtest" {
            let numbers = arguments.dropFirst().compactMap { Int($0) }.filter { $0 > 0 }
            guard numbers.count == arguments.count - 1, numbers.count <= 2 else { end(2, usage) }
            do {
                let (text, problems) = numbers.isEmpty ? try Backtesting.run() : try Backtesting.run(days: numbers[0], nodes: numbers.dropFirst().first ?? 1000)
                print(([text] + problems.map { "FAILED: " + $0 }).joined(separator: "\n"))
                exit(problems.isEmpty ? 0 : 1)
            } catch {
                end(1, "\(error)")
            }
        }
        let python = ProcessInfo.processInfo.environment["MAYFLY_PYTHON"] ?? ".venv/bin/python3"
        if let part = arguments.first, ["events", "rounds"].contains(part) {
            let count = arguments.count == 3 ? Int(arguments[2]) ?? 0 : 100
            guard (2...3).contains(arguments.count), (1...500).contains(count) else { end(2, usage) }
            do {
                if part == "rounds" {
                    print(try await EventRounds.run(folder: arguments[1], python: python, count: count))
                    exit(0)
                }
                let (text, problems) = try await Detecting.run(folder: arguments[1], python: python, count: count)
                print(([text] + problems.map { "FAILED: " + $0 }).joined(separator: "\n"))
                exit(problems.isEmpty ? 0 : 1)
            } catch {
                end(1, "nothing was measured: \(error)")
            }
        }
        guard arguments.count == 1, !arguments[0].hasPrefix("-") else { end(2, usage) }
        do {
            let report = try await measured(folder: arguments[0], python: python)
            print(wantsJSON ? try report.json() : report.text)
            exit(report.problems.isEmpty ? 0 : 1)
        } catch {
            end(1, "nothing was measured: \(error)")
        }
    }

    private static func end(_ status: Int32, _ message: String) -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        exit(status)
    }

    private static func measured(folder: String, python: String) async throws -> Report {
        let expected = try Expected(folder: folder)
        let temporary = FileManager.default.temporaryDirectory.appendingPathComponent("mayfly-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: temporary) }
        let server = try CannedServer(python: python, folder: folder)
        defer { server.end() }
        let watching = try Watching(
            url: server.url, ledger: temporary.appendingPathComponent("mayfly.db").path, rules: "rules",
            now: Timestamp(milliseconds: expected.nowMilliseconds))

        let first = try await watching.lookAtAll()
        try watching.wait(settling)
        var steady: [Measurement] = []
        for _ in 0..<steadyRounds { steady.append(try await watching.lookAtAll()) }
        steady.sort { $0.total < $1.total }
        var problems = differences(watching.findings, expected.variants[0].findings, "with nothing changed")
        for measurement in steady where measurement.rows.changes != 0 { problems.append("a round with nothing changed wrote \(measurement.rows)") }

        try await server.choose(variant: 1, through: watching.http)
        let changed = try await watching.lookAtAll()
        problems += differences(watching.findings, expected.variants[1].findings, "with 1 % changed")
        try await watching.close()
        guard let peak = try Usage.peakMebibytes() else { throw BenchFailure("/proc/self/status does not tell the peak of memory") }
        let other = try Watching(
            url: server.url, ledger: temporary.appendingPathComponent("services.db").path, rules: "rules",
            now: Timestamp(milliseconds: expected.nowMilliseconds), servicesInterval: ServicesReading.interval)
        try await server.choose(variant: 0, through: other.http)
        let services = try await ServicesReading.measured(by: other) { try await server.choose(variant: 1, through: other.http) }

        var report = Report(
            first: first, steady: steady[steady.count / 2], changed: changed, peakMebibytes: peak,
            baseline: try Baseline.measured(python: python, folder: folder), services: services, problems: problems + services.problems)
        report.judge()
        return report
    }

    /// What was found and not expected, and the other way round; a few of each.
    private static func differences(_ found: Set<FoundFinding>, _ expected: [FoundFinding], _ when: String) -> [String] {
        func words(_ findings: Set<FoundFinding>) -> String {
            let shown = findings.sorted().prefix(5).map { "\($0.rule) \($0.state) on \($0.node)" }.joined(separator: ", ")
            return findings.count > 5 ? shown + ", …" : shown
        }
        let missing = Set(expected).subtracting(found)
        let extra = found.subtracting(expected)
        return (missing.isEmpty ? [] : ["\(missing.count) of \(expected.count) findings are missing \(when): \(words(missing))"])
            + (extra.isEmpty ? [] : ["\(extra.count) findings too many \(when): \(words(extra))"])
    }
}
