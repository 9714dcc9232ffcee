import Fleet
import Foundation
import Ledger
import Logging
import Rounds
import Rules
import Synchronization

@testable import Daemon

/// A folder of one test's own; gone with the value.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("mayfly-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
    func write(_ text: String, _ name: String) throws { try Data(text.utf8).write(to: URL(filePath: file(name))) }
    func make(_ name: String) throws { try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true) }
    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }
}

/// What was logged, line by line.
final class Lines: Sendable {
    private let state = Mutex<[String]>([])

    var all: [String] { state.withLock { $0 } }
    func count(_ text: String) -> Int { all.count { $0.contains(text) } }

    func logger(_ format: LogOutput.Format = .text, level: Logger.Level = .debug) -> Logger {
        Logger(label: "test") { _ in LogOutput(format: format, level: level) { line in self.state.withLock { $0.append(line) } } }
    }
}

extension Time {
    /// In which nothing that waits is ever over, unless it is cancelled. An hour is longer than any test.
    static let endless = Time(now: { TurningClock.start }, sleep: { _ in try await Task.sleep(for: .seconds(3600)) })
    /// In which every wait is over at once.
    static let fleeting = Time(now: { TurningClock.start }, sleep: { _ in })
}

/// A clock that is moved on by its own waiting, and after so many turns ends what waits.
final class TurningClock: Sendable {
    static let start = Timestamp(milliseconds: 1_800_000_000_000)
    private let state: Mutex<(now: Timestamp, turns: Int)>
    private let slept = Mutex<[Duration]>([])

    init(turns: Int) { state = Mutex((Self.start, turns)) }

    var sleeps: [Duration] { slept.withLock { $0 } }
    func step(_ duration: Duration) { state.withLock { $0.now = $0.now + duration } }

    var time: Time {
        Time(
            now: { self.state.withLock { $0.now } },
            sleep: { duration in
                self.slept.withLock { $0.append(duration) }
                let isOver = self.state.withLock { state in
                    state.now = state.now + duration
                    state.turns -= 1
                    return state.turns <= 0
                }
                if isOver { throw CancellationError() }
            })
    }
}

enum Samples {
    static let pool = Pool(name: "private", selector: Pool.Selector(tags: [Instance.Tag(key: "Role", value: "agent")]))
    static let failure = SourceFailure("http://10.0.0.5:5050 answered 503")

    static func rule(_ name: String = "lost", _ condition: String = "mesos_state = 'inactive'") -> String {
        "version: 1\nrules:\n  - {name: \(name), when: \"\(condition)\", verdict: notify, summary: \"{{id}}\"}\n"
    }

    static func mesos(_ hostnames: String...) -> MesosSighting {
        MesosSighting(
            master: MesosSighting.Master(id: "M", hostname: "m", version: "1.12.0", electedTime: TurningClock.start - .seconds(86_400), url: "http://m:5050"),
            agents: hostnames.map {
                Agent(id: AgentID("S-\($0)"), hostname: $0, pid: "slave(1)@\($0):5051", version: "1.12.0", registeredTime: TurningClock.start)
            })
    }

    static let nothing = EC2Sighting(instances: .success([]), statuses: .success([]), images: .success([]), targets: [:])

    static func round(
        _ folder: TemporaryFolder, rules: RuleSet = .empty, settings: Settings = Settings(pools: [pool])
    ) throws -> sending (Round, LedgerStore) {
        let ledger = try LedgerStore.open(path: folder.file("mayfly.db"), purpose: .daemon, now: TurningClock.start)
        return (try Round(ledger: ledger, rules: rules, settings: settings, now: TurningClock.start), ledger)
    }

    static func keeper(
        _ folder: TemporaryFolder, _ clock: TurningClock, _ logger: Logger, rules: RuleSet = .empty, settings: Settings = Settings(pools: [pool])
    ) throws -> (RoundKeeper, LedgerStore) {
        let (round, ledger) = try round(folder, rules: rules, settings: settings)
        return (RoundKeeper(round: round, ledger: ledger, time: clock.time, logger: logger), ledger)
    }
}
