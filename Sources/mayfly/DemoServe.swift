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
        let clock = ScaledClock(factor: speed, start: Time.system.now())
        var world = World.demo(at: clock.start, into: World.middleOfStory, seed: seed)
        world.beginMischief()
        let cluster = try DemoCluster(world: world, now: clock.time.now, wallClock: Time.system.now)
        let site = DemoSite(
            endpoints: try await cluster.start(), folder: folder.path, ledgerPath: ledgerPath, rulesDirectory: rulesDirectory, speed: speed)
        do {
            try site.write(secretsOf: cluster)
            let environment = Self.environment(site, clock: clock)
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

    private static func environment(_ site: DemoSite, clock: ScaledClock) -> [String: String] {
        var environment = ["AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo", "MAYFLY_CONFIG": site.configurationPath]
        if clock.factor > 1 { environment["MAYFLY_CLOCK"] = clock.description }
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

extension DemoSite {
    /// Writes the configuration and the files that it names.
    func write(secretsOf cluster: DemoCluster) throws {
        let secrets = cluster.secrets(endpoints: endpoints)
        for (path, text) in [(configurationPath, configuration), (serviceAccountPath, secrets.serviceAccount), (authorityPath, secrets.authority)] {
            guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]) else {
                throw CommandFailure.failed("\(path) cannot be written")
            }
        }
    }
}
