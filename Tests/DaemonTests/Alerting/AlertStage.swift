import Captures
import Fleet
import Foundation
import Ledger
import Logging
import Rounds
import Rules
import Synchronization
import Wire

@testable import Daemon

/// A clock that is moved on by hand.
final class HandClock: Sendable {
    private let state: Mutex<Timestamp>

    init(_ start: Timestamp = TurningClock.start) { state = Mutex(start) }

    var now: Timestamp { state.withLock { $0 } }
    func step(_ duration: Duration) { state.withLock { $0 = $0 + duration } }
    /// Waiting is for those who have time.
    var time: Time { Time(now: { self.now }, sleep: { _ in throw CancellationError() }) }
}

/// A real ledger, its keeper, and a rule that fires for every agent which is there.
final class AlertStage {
    let folder: TemporaryFolder
    let clock: HandClock
    let lines = Lines()
    let http: HTTPCaller
    private(set) var ledger: LedgerStore
    private(set) var keeper: RoundKeeper
    private let destinations: [AlertDestination]
    private let queuedMax: Int
    private let mode: Mode

    init(_ destinations: AlertDestination..., clock: HandClock = HandClock(), queuedMax: Int = 10_000, mode: Mode = .alert, tls: HTTPCaller.TLS = .system)
        throws
    {
        folder = try TemporaryFolder()
        self.clock = clock
        self.destinations = destinations
        self.queuedMax = queuedMax
        self.mode = mode
        http = try HTTPCaller(tls: tls)
        (ledger, keeper) = try Self.open(folder.file("mayfly.db"), clock: clock, lines: lines, destinations: destinations, queuedMax: queuedMax, mode: mode)
    }

    /// Another process on a copy of what was on the disk when the first one was killed.
    func afterKill() throws {
        for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: folder.file("mayfly.db" + suffix), toPath: folder.file("after.db" + suffix)) }
        (ledger, keeper) = try Self.open(folder.file("after.db"), clock: clock, lines: lines, destinations: destinations, queuedMax: queuedMax, mode: mode)
    }

    private static func open(
        _ path: String, clock: HandClock, lines: Lines, destinations: [AlertDestination], queuedMax: Int, mode: Mode
    ) throws -> (LedgerStore, RoundKeeper) {
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: clock.now)
        var settings = Settings(pools: [Samples.pool], mode: mode)
        settings.alerting = Alerting(cluster: "prod", targets: destinations.map(\.target), queuedMax: queuedMax)
        let rules = try RuleSet.parse([RuleFile(path: "r.yaml", text: Samples.rule("there", "mesos_state = 'active'"))])
        let round = try Round(ledger: ledger, rules: rules, settings: settings, now: clock.now)
        return (ledger, RoundKeeper(round: round, ledger: ledger, time: clock.time, logger: lines.logger()))
    }

    /// A round that sees these agents, and so fires for them and ends for the others.
    @discardableResult func see(_ hosts: String...) async -> RoundReport? { await see(hosts) }

    @discardableResult func see(_ hosts: [String]) async -> RoundReport? {
        await keeper.take(.ec2(Samples.nothing))
        let all = Samples.mesos()
        let agents = hosts.map {
            Agent(id: AgentID("S-\($0)"), hostname: $0, pid: "slave(1)@\($0):5051", version: "1.12.0", registeredTime: TurningClock.start)
        }
        // Somebody who is always there, that an empty list is not taken for a failure.
        let lasting = Agent(
            id: "S-0", hostname: "10.9.9.9", pid: "slave(1)@10.9.9.9:5051", isActive: false, version: "1.12.0", registeredTime: TurningClock.start)
        return await keeper.take(.mesos(.success(MesosSighting(master: all.master, agents: agents + [lasting]))))
    }

    func sender(_ index: Int = 0, resend: Duration = .seconds(60)) -> AlertSender {
        AlertSender(destinations[index], resend: resend, http: http, keeper: keeper, time: clock.time, logger: lines.logger(), random: { 1 })
    }

    func standing(_ index: Int = 0) throws -> AlertStanding? { try ledger.alertStandings().first { $0.target == destinations[index].name } }
}

extension AlertDestination {
    static func webhook(_ url: String, name: String = "hook", tokenFile: String? = nil) -> AlertDestination {
        AlertDestination(kind: .webhook, name: AlertTargetName(name), url: url, tokenFile: tokenFile)
    }

    static func alertmanager(_ url: String, name: String = "am", tokenFile: String? = nil) -> AlertDestination {
        AlertDestination(kind: .alertmanager, name: AlertTargetName(name), url: url, tokenFile: tokenFile)
    }
}

/// What a webhook is sent, as far as the tests look.
struct Told: Decodable, Equatable {
    let version: Int
    let cluster: String
    let state: String
    let fingerprint: String
    let node: String?
    let rule: String?
    let kind: String?

    /// `10.0.0.1 firing`
    var text: String { "\(node?.replacing("agent:S-", with: "") ?? kind ?? "") \(state)" }
}

extension RawServer {
    /// What came, in order.
    func told() throws -> [Told] { try requests.map { try JSONDecoder().decode(Told.self, from: Data($0.body)) } }
}

/// Answers in turn, the last one again and again.
final class Script: Sendable {
    private let answers: Mutex<[[RawServer.Step]]>

    init(_ answers: [RawServer.Step]...) { self.answers = Mutex(answers) }

    func next() -> [RawServer.Step] { answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
}
