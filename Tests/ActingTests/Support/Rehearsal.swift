import Demo
import Fleet
import Foundation
import Ledger
import Replacing
import Rounds
import Rules
import Simulation
import Testing

@testable import Daemon

/// The daemon as it is built, in mode act, in this process: its round, its pollers and its hands, against the invented cluster behind real sockets.
///
/// Nothing in it waits. Time stands still while sources are read and errands carried out, one after the other, and then goes on to when the next source is due: a
/// replacement of an hour takes seconds, and comes out the same each time.
final class Rehearsal {
    let cluster: DemoCluster
    let clock: StillClock
    let keeper: RoundKeeper
    let log = LogBook()
    let hands: Hands
    private let pollers: Pollers
    private let errands: ErrandLoop
    private let claims: ClaimLoop
    private let heartbeats: HookHeartbeats?
    private let sender: AlertSender
    private let inbox: Inbox
    private var progress = AlertSender.Progress()
    private var due: [Source: Timestamp] = [:]
    /// Is told of each errand once it has been carried out, before anything else is done.
    var onErrand: ((Action) async throws -> Void)?

    /// What is read, and apart from reading is done at an interval.
    private enum Source: Hashable, CaseIterable { case mesos, ec2, services, health, alerts, heartbeats }

    private struct Pollers {
        let mesos: MesosPoller
        let ec2: EC2Poller
        let services: ServicesPoller
        let health: HealthPoller
    }

    /// - Parameter change: what is other in the configuration than as the demo has it.
    private init(
        _ world: World, folder: String, configuration change: (String) -> String
    ) async throws {
        let (clock, inbox) = (StillClock(world.now), Inbox())
        (self.clock, self.inbox) = (clock, inbox)
        cluster = try DemoCluster(world: world, now: { clock.now() }, wallClock: Time.system.now)
        let site = DemoSite(
            endpoints: try await cluster.start(), folder: folder, ledgerPath: folder + "/ledger.db", rulesDirectory: folder + "/rules", shape: world.shape,
            isActing: true)
        try site.write(secretsOf: cluster)
        try FileManager.default.createDirectory(atPath: folder + "/rules", withIntermediateDirectories: true)
        let text = site.configuration.replacing("claim: {ssm_parameter: /mayfly/prod/claim}", with: "claim: none").replacing(
            "interval: 15s", with: "interval: 30s")
        let configuration = try Configuration.parse(change(text), path: site.configurationPath)
        let ledger = try LedgerStore.open(path: site.ledgerPath, purpose: .daemon, now: clock.now())
        let logger = log.logger()
        let watchdog = try Watchdog(
            configuration, rules: .empty, ledger: ledger, environment: ["AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo"], time: clock.time,
            logger: logger, onReport: { report in inbox.put(report.errands.map { ErrandBook.Entry(errand: $0, site: Hands.Site(of: $0, by: report)) }) })
        keeper = watchdog.keeper
        clients = watchdog.clients
        self.ledger = ledger
        let loops = watchdog.services(reloadsOnSignal: false)
        func loop<Loop>(_: Loop.Type) throws -> Loop { try #require(loops.lazy.compactMap { $0 as? Loop }.first) }
        pollers = Pollers(
            mesos: try loop(MesosPoller.self), ec2: try loop(EC2Poller.self), services: try loop(ServicesPoller.self), health: try loop(HealthPoller.self))
        errands = try loop(ErrandLoop.self)
        hands = errands.hands
        claims = try loop(ClaimLoop.self)
        sender = try loop(AlertSender.self)
        heartbeats = loops.lazy.compactMap { $0 as? HookHeartbeats }.first
        for source in Source.allCases { due[source] = clock.now() }
    }

    private let clients: Clients
    private let ledger: LedgerStore

    /// Runs a test with one, from when the daemon knows the cluster and has its claim.
    static func with(
        _ world: World, configuration change: (String) -> String = { $0 }, _ body: (Rehearsal) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mayfly-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let rehearsal = try await Rehearsal(world, folder: folder.path, configuration: change)
        let outcome: Result<Void, any Error>
        do {
            await rehearsal.go(for: .seconds(240))
            outcome = .success(try await body(rehearsal))
        } catch {
            outcome = .failure(error)
        }
        await rehearsal.end()
        try outcome.get()
    }

    private func end() async {
        await clients.shutdown()
        await cluster.stop()
        do { try ledger.close() } catch { Issue.record("\(error)") }
    }

    // MARK: - Time

    /// Lets so much time go by.
    func go(for duration: Duration) async {
        let end = clock.now() + duration
        await go(atMost: duration) { _ in false }
        if clock.now() < end { clock.advance(end - clock.now()) }
    }

    /// Lets time go by until it is so, and at most for so long.
    ///
    /// - Returns: whether it is so.
    @discardableResult func go(atMost limit: Duration, until isSo: (RoundReport) -> Bool) async -> Bool {
        let end = clock.now() + limit
        while true {
            await turn()
            if let report = await keeper.lastReport, isSo(report) { return true }
            let next = due.values.min() ?? end
            guard next < end else { return false }
            if await pass(until: next, isSo) { return true }
        }
    }

    /// The claim is kept meanwhile, as it has to be; what comes of that is carried out at once.
    private func pass(until time: Timestamp, _ isSo: (RoundReport) -> Bool) async -> Bool {
        while clock.now() < time, due.values.allSatisfy({ $0 > clock.now() }) {
            clock.advance(min(ClaimLoop.tickEvery, time - clock.now()))
            if let call = await claims.tick() { await claims.make(call) }
            await carryOut()
            if let report = await keeper.lastReport, isSo(report) { return true }
        }
        return false
    }

    /// Reads what is due and carries out what comes of it, until nothing is left to do at this time.
    private func turn() async {
        for _ in 0..<Self.turnsMax {
            let now = clock.now()
            let sources = Source.allCases.filter { (due[$0] ?? now) <= now }
            if sources.isEmpty { return }
            for source in sources {
                due[source] = now + interval(of: source)
                await read(source)
            }
            await carryOut()
        }
        Issue.record("it is asked for looks without an end")
    }

    private func carryOut() async {
        while let entry = inbox.take() {
            await errands.carryOut(entry)
            do { try await onErrand?(entry.errand.action) } catch { Issue.record("\(error)") }
            if case .look(let scopes) = entry.errand.action { ask(for: scopes) }
        }
    }

    private static let turnsMax = 100

    private func interval(of source: Source) -> Duration {
        switch source {
        case .mesos: pollers.mesos.interval
        case .ec2: pollers.ec2.interval
        case .services: pollers.services.interval
        case .health: pollers.health.interval
        case .alerts: .seconds(30)
        case .heartbeats: HookHeartbeats.interval
        }
    }

    private func read(_ source: Source) async {
        switch source {
        case .mesos: await pollers.mesos.poll()
        case .ec2: await pollers.ec2.poll()
        case .services: await pollers.services.poll()
        case .health: await pollers.health.poll()
        case .alerts:
            var next = progress
            _ = await sender.turn(&next)
            progress = next
        case .heartbeats: await heartbeats?.beat()
        }
    }

    /// What a loop of the daemon does when its bell rings.
    private func ask(for scopes: [Action.Scope]) {
        for scope in scopes {
            switch scope {
            case .mesos: due[.mesos] = clock.now()
            case .ec2: due[.ec2] = clock.now()
            case .service, .marathon: due[.services] = clock.now()
            }
        }
    }

    // MARK: - People

    func tell(_ kind: Command.Kind) async throws {
        _ = try await keeper.obey(Command(who: "ada", reason: "as the test says", kind: kind))
    }

    /// The newest replacement.
    var replacement: Replacement? {
        get async { await keeper.lastReport?.picture.state.work.replacements.values.max { $0.id < $1.id } }
    }
}
