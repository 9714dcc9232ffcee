import Daemon
import Demo
import Fleet
import Ledger
import Logging
import Replacing
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
    /// What is shown.
    let story: Story
    private let clock: Clock

    enum Story {
        /// Things fail and age for three hours, and nothing is done.
        case watching
        /// Everything is outdated, two machines fail, and the daemon replaces all of them.
        case refreshing

        var start: Timestamp { self == .watching ? World.storyStart : World.refreshStart }
        var duration: Duration { self == .watching ? World.storyDuration : World.refreshDuration }
        func world(seed: UInt64) -> World { self == .watching ? World.demo(at: start, seed: seed) : World.refreshing(at: start, seed: seed) }
    }

    /// Either runs at a pace, or stands still and is moved on by hand.
    private final class Clock: Sendable {
        let watcher: ClockWatcher?
        private let standing: Mutex<Timestamp>

        init(paced: LeashedClock?, start: Timestamp) {
            watcher = paced.map(ClockWatcher.init)
            standing = Mutex(start)
        }

        func jump(to time: Timestamp) { standing.withLock { $0 = max($0, time) } }
        /// While it stands still nothing waits by it: a look runs to its end, and the clock is moved on after that.
        var time: Time { watcher?.time ?? Time(now: { self.standing.withLock { $0 } }, sleep: { try await Task.sleep(for: $0) }) }
    }

    /// Less than three of the daemon's intervals, which is the most that it takes for watching without a gap.
    static let leash = Duration.seconds(40)

    init(_ story: Story, seed: UInt64, speed: Int, isPaced: Bool, folder: String, ledgerPath: String, rulesDirectory: String) async throws {
        self.story = story
        let clock = Clock(paced: isPaced ? LeashedClock(start: story.start, factor: speed, leash: Self.leash) : nil, start: story.start)
        self.clock = clock
        let time = clock.time
        self.time = time
        let directory = story == .refreshing ? try DemoSite.actingRules(of: rulesDirectory, in: folder) : rulesDirectory
        do throws(RuleFileErrors) {
            rules = try RuleSet.load(directory: directory)
        } catch {
            throw CommandFailure.wrongUse("the rules are wrong:\n\(error)")
        }
        cluster = try DemoCluster(world: story.world(seed: seed), now: time.now, wallClock: Time.system.now)
        endpoints = try await cluster.start()
        do {
            let site = DemoSite(
                endpoints: endpoints, folder: folder, ledgerPath: ledgerPath, rulesDirectory: directory,
                shape: story == .refreshing ? World.refreshShape : World.Shape(), isActing: story == .refreshing)
            try site.write(secretsOf: cluster)
            configuration = try Configuration.parse(site.configuration, path: site.configurationPath)
            ledger = try LedgerStore.open(path: ledgerPath, purpose: .daemon, now: time.now())
        } catch {
            await cluster.stop()
            throw CommandFailure.failed("\(error)")
        }
    }

    /// Whether every agent runs the image that it is to have, and nothing is under way any more.
    func isRefreshed(_ report: RoundReport) -> Bool {
        guard report.picture.state.work.open.isEmpty else { return false }
        return cluster.look { $0.refreshed.done == $0.refreshed.of }
    }

    func now() -> Timestamp { time.now() }
    func jump(to time: Timestamp) { clock.jump(to: time) }

    /// The real daemon, as `run` makes it; only its clock and the keys that the invented AWS wants are handed in.
    func watchdog(logger: Logger, onReport: @escaping @Sendable (RoundReport) -> Void) throws -> Watchdog {
        let (clock, usual) = (clock, configuration.mesos.interval)
        let watchdog = try Watchdog(
            configuration, rules: rules, ledger: ledger, environment: ["AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo"], time: time, logger: logger
        ) { report in
            clock.watcher?.take(report, usual: usual)
            onReport(report)
        }
        if let claim = watchdog.claim { clock.watcher?.follow(claim) }
        return watchdog
    }

    func end() async {
        await cluster.stop()
        do { try ledger.close() } catch { printError("mayfly: \(error)") }
    }
}
