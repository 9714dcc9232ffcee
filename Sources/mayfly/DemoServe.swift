import Console
import Daemon
import Demo
import Fleet
import Foundation
import Logging
import ServiceLifecycle
import Simulation
import UnixSignals

/// The invented cluster alone, for whoever wants to watch it with the real commands.
struct DemoServe {
    let seed: UInt64
    /// How many times as fast as real time the cluster's clock runs.
    let speed: Int
    let folder: URL
    let ledgerPath: String
    let rulesDirectory: String
    let isJSON: Bool
    /// Whether it is for a daemon that does something: with a cluster to refresh, and `mode: act`.
    let isActing: Bool

    /// What a program that starts it needs to know.
    private struct Announcement: Encodable {
        let config: String
        let ledger: String
        let alerts: String
        /// For the commands that watch it.
        let environment: [String: String]
    }

    /// Serves until SIGTERM or Ctrl-C.
    func run() async throws {
        let clock = try clock()
        var world = isActing ? World.refreshing(at: clock.now(), seed: seed) : World.demo(at: clock.now(), into: World.middleOfStory, seed: seed)
        if !isActing { world.beginMischief() }
        let cluster = try DemoCluster(world: world, now: clock.now, wallClock: Time.system.now)
        let rules = isActing ? try DemoSite.actingRules(of: rulesDirectory, in: folder.path) : rulesDirectory
        let site = DemoSite(
            endpoints: try await cluster.start(), folder: folder.path, ledgerPath: ledgerPath, rulesDirectory: rules,
            shape: isActing ? World.refreshShape : World.Shape(), speed: isActing ? 1 : speed, isActing: isActing,
            hearsEvents: speed <= 10)
        do {
            try site.write(secretsOf: cluster)
            let environment = Self.environment(site, clock: clock.name)
            if isJSON {
                let announcement = Announcement(
                    config: site.configurationPath, ledger: ledgerPath, alerts: site.endpoints.alerts, environment: environment)
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                write(String(decoding: try encoder.encode(announcement), as: UTF8.self) + "\n")
            } else {
                write(Self.greeting(site, environment: environment).map { $0 + "\n" }.joined())
            }
            let configuration = ServiceGroupConfiguration(
                services: [Telling(cluster: cluster, isSilent: isJSON, write: write)], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "demo") { _ in SwiftLogNoOpLogHandler() })
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }

    private struct Clock {
        let now: @Sendable () -> Timestamp
        /// For `MAYFLY_CLOCK`. Nil: it is the system's.
        let name: String?
    }

    /// The clock of a cluster that is acted upon waits for whoever acts, so that it comes out the same on a slow machine; any other runs on.
    private func clock() throws -> Clock {
        guard isActing, speed > 1 else {
            let clock = ScaledClock(factor: speed, start: Time.system.now())
            return Clock(now: clock.time.now, name: speed > 1 ? clock.description : nil)
        }
        let path = folder.path + "/clock"
        guard let clock = LeashedClock(start: World.refreshStart, factor: speed, leash: DemoStage.leash, file: path) else {
            throw CommandFailure.failed("\(path) cannot be written")
        }
        return Clock(now: { clock.now() }, name: path)
    }

    private static func environment(_ site: DemoSite, clock: String?) -> [String: String] {
        var environment = ["AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo", "MAYFLY_CONFIG": site.configurationPath]
        environment["MAYFLY_CLOCK"] = clock
        return environment
    }

    private static func greeting(_ site: DemoSite, environment: [String: String]) -> [String] {
        [
            "An invented DC/OS of 20 agents in three zones, with 3 Kafka clusters, until Ctrl-C:",
            "  Admin Router  \(site.endpoints.dcos)",
            "  Mesos         \(site.endpoints.masters.joined(separator: ", "))",
            "  AWS           \(site.endpoints.aws)",
            "  alerts        \(site.endpoints.alerts)  (a GET shows what was received)",
            "Its configuration is \(site.configurationPath). In another terminal:", "",
        ] + environment.sorted { $0.key < $1.key }.map { "  export \($0.key)=\($0.value)" } + [
            "  mayfly check", "  mayfly run --once", "  mayfly run", "  mayfly services  (and all other commands, while it runs)", "", "What happens in it:",
        ]
    }

    /// Straight to standard output: what `print` writes into a pipe is held back until much has gathered.
    private func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }

    /// Moves the cluster on, and tells what happens in it.
    private struct Telling: ServiceLifecycle.Service {
        let cluster: DemoCluster
        let isSilent: Bool
        let write: @Sendable (String) -> Void

        func run() async throws {
            do {
                try await cancelWhenGracefulShutdown {
                    var last = Timestamp(milliseconds: 0)
                    while true {
                        let new = cluster.chronicle().filter { $0.at > last }
                        if let newest = new.last { last = newest.at }
                        if !isSilent { write(new.map { "  \($0.at.shown)  \($0.text)\n" }.joined()) }
                        try await Task.sleep(for: .seconds(1))
                    }
                }
            } catch is CancellationError {}
        }
    }
}
