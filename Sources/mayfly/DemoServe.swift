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
        let clock = ScaledClock(factor: speed, start: Time.system.now())
        var world = isActing ? World.refreshing(at: clock.start, seed: seed) : World.demo(at: clock.start, into: World.middleOfStory, seed: seed)
        if !isActing { world.beginMischief() }
        let cluster = try DemoCluster(world: world, now: clock.time.now, wallClock: Time.system.now)
        let rules = isActing ? try DemoSite.actingRules(of: rulesDirectory, in: folder.path) : rulesDirectory
        let site = DemoSite(
            endpoints: try await cluster.start(), folder: folder.path, ledgerPath: ledgerPath, rulesDirectory: rules,
            shape: isActing ? World.refreshShape : World.Shape(), speed: speed, isActing: isActing)
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
    /// Copies a directory's rule files into a folder, with every rule that would have a node replaced set to `mode: act`; where they are then.
    static func actingRules(of directory: String, in folder: String) throws -> String {
        let copy = folder + "/rules"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) where name.hasSuffix(".yaml") && !name.hasSuffix(".test.yaml") {
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)), as: UTF8.self)
            try Data(DemoRules.acting(text).utf8).write(to: URL(fileURLWithPath: copy + "/" + name))
        }
        return copy
    }

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
