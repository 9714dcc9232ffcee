import Daemon
import Demo
import Fleet
import Ledger
import Logging
import Rounds
import Rules
import Simulation
import Synchronization

/// The demonstration's cluster, its clock and its ledger.
final class DemoStage: Sendable {
    let cluster: DemoCluster
    let endpoints: DemoCluster.Endpoints
    let configuration: Configuration
    let rules: RuleSet
    let ledger: LedgerStore
    let time: Time
    private let clock: Clock

    /// Either runs at a pace, or stands still and is moved on by hand.
    private final class Clock: Sendable {
        private let paced: LeashedClock?
        private let standing = Mutex(World.storyStart)

        init(paced: LeashedClock?) { self.paced = paced }
        func now() -> Timestamp { paced?.now() ?? standing.withLock { $0 } }
        func jump(to time: Timestamp) { standing.withLock { $0 = max($0, time) } }
        func looked(at time: Timestamp) { paced?.looked(at: time) }
        func sleep(_ duration: Duration) async throws {
            if let paced { try await paced.sleep(duration) } else { try await Task.sleep(for: duration) }
        }
    }

    /// Less than three of the daemon's intervals, which is the most that it takes for watching without a gap.
    private static let leash = Duration.seconds(40)

    init(seed: UInt64, speed: Int, isPaced: Bool, folder: String, ledgerPath: String, rulesDirectory: String) async throws {
        let clock = Clock(paced: isPaced ? LeashedClock(start: World.storyStart, factor: speed, leash: Self.leash) : nil)
        self.clock = clock
        time = Time(now: { clock.now() }, sleep: { try await clock.sleep($0) })
        do throws(RuleFileErrors) {
            rules = try RuleSet.load(directory: rulesDirectory)
        } catch {
            throw CommandFailure.wrongUse("the rules are wrong:\n\(error)")
        }
        cluster = try DemoCluster(world: World.demo(at: World.storyStart, seed: seed), now: { clock.now() }, wallClock: Time.system.now)
        endpoints = try await cluster.start()
        do {
            let site = DemoSite(endpoints: endpoints, folder: folder, ledgerPath: ledgerPath, rulesDirectory: rulesDirectory)
            try site.write(secretsOf: cluster)
            configuration = try Configuration.parse(site.configuration, path: site.configurationPath)
            ledger = try LedgerStore.open(path: ledgerPath, purpose: .daemon, now: clock.now())
        } catch {
            await cluster.stop()
            throw CommandFailure.failed("\(error)")
        }
    }

    func now() -> Timestamp { clock.now() }
    func jump(to time: Timestamp) { clock.jump(to: time) }

    /// The real daemon, as `run` makes it; only its clock and the keys that the invented AWS wants are handed in.
    func watchdog(logger: Logger, onReport: @escaping @Sendable (RoundReport) -> Void) throws -> Watchdog {
        let (clock, usual) = (clock, configuration.mesos.interval)
        return try Watchdog(
            configuration, rules: rules, ledger: ledger, environment: ["AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo"], time: time, logger: logger
        ) { report in
            // Whatever is furthest behind holds the clock. One that is asked more rarely than the masters may be as much further back.
            let sources = report.picture.state.sources.values
            let looked = sources.compactMap { source in source.lastAttempt.map { $0 + (source.interval - usual) } }.min()
            clock.looked(at: looked ?? report.at)
            onReport(report)
        }
    }

    func end() async {
        await cluster.stop()
        do { try ledger.close() } catch { printError("mayfly: \(error)") }
    }
}
