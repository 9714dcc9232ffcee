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
    let ledger: Ledger
    let time: Time
    private let clock: Clock

    /// Either runs at a pace, or stands still and is moved on by hand.
    ///
    /// One that runs waits for the daemon where the machine is too slow for the pace: else every source would be stale and nothing would ever fire.
    private final class Clock: Sendable {
        private let paced: ScaledTime?
        private let state = Mutex(State())

        private struct State {
            var standing = World.storyStart
            /// The last round.
            var followed = World.storyStart
            /// How much of the pace has been given up so far.
            var waited = Duration.zero
        }

        /// How far the clock may be ahead of the last round: two of Mesos' intervals, where a source is stale after three.
        private static let aheadMax = Duration.seconds(30)

        init(paced: ScaledTime?) { self.paced = paced }

        func now() -> Timestamp {
            state.withLock { state in
                guard let paced else { return state.standing }
                let now = paced.now() - state.waited
                let late = now - (state.followed + Self.aheadMax)
                if late > .zero { state.waited += late }
                return min(now, state.followed + Self.aheadMax)
            }
        }

        func follow(_ time: Timestamp) { state.withLock { $0.followed = max($0.followed, time) } }
        func jump(to time: Timestamp) { state.withLock { $0.standing = max($0.standing, time) } }
        func sleep(_ duration: Duration) async throws {
            if let paced { try await paced.sleep(duration) } else { try await Task.sleep(for: duration) }
        }
    }

    init(seed: UInt64, speed: Int, isPaced: Bool, ledgerPath: String, rulesDirectory: String) async throws {
        let clock = Clock(paced: isPaced ? ScaledTime(start: World.storyStart, factor: speed) : nil)
        self.clock = clock
        time = Time(now: { clock.now() }, sleep: { try await clock.sleep($0) })
        do throws(RuleFileErrors) {
            rules = try RuleSet.load(directory: rulesDirectory)
        } catch {
            throw CommandFailure.wrongUse("the rules are wrong:\n\(error)")
        }
        cluster = DemoCluster(world: World.demo(at: World.storyStart, seed: seed)) { clock.now() }
        endpoints = try await cluster.start()
        do {
            configuration = try Configuration.parse(
                demoConfiguration(endpoints: endpoints, ledgerPath: ledgerPath, rulesDirectory: rulesDirectory), path: "demo.yaml")
            ledger = try Ledger.open(path: ledgerPath, purpose: .daemon, now: clock.now())
        } catch {
            await cluster.stop()
            throw CommandFailure.failed("\(error)")
        }
    }

    func now() -> Timestamp { clock.now() }
    func jump(to time: Timestamp) { clock.jump(to: time) }
    /// Tells the clock how far the daemon has come.
    func follow(_ time: Timestamp) { clock.follow(time) }

    /// The real daemon, as `run` makes it; only its clock and the keys that the invented AWS wants are handed in.
    func watchdog(logger: Logger, onReport: @escaping @Sendable (RoundReport) -> Void) throws -> Watchdog {
        try Watchdog(
            configuration, rules: rules, ledger: ledger, environment: ["AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo"], time: time, logger: logger,
            onReport: onReport)
    }

    func end() async {
        await cluster.stop()
        do { try ledger.close() } catch { printError("mayfly: \(error)") }
    }
}
