import Daemon
import Demo
import Fleet
import Foundation
import Replacing
import Running
import Simulation

/// The invented cluster behind real sockets, and the built program as a process of its own that acts on it. Nothing but loopback sockets lies between.
final class WholeCluster: Sendable {
    let cluster: DemoCluster
    let site: DemoSite
    let clock: ScaledClock
    private let folder: TemporaryFolder

    private static let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL

    private init(cluster: DemoCluster, site: DemoSite, clock: ScaledClock, folder: TemporaryFolder) {
        self.cluster = cluster
        self.site = site
        self.clock = clock
        self.folder = folder
    }

    /// - Parameters:
    ///   - speed: how many times as fast as real time everything runs.
    ///   - world: the cluster, as it is when the clock starts.
    static func with(speed: Int, world: (Timestamp) -> World, _ body: (WholeCluster) async throws -> Void) async throws {
        let clock = ScaledClock(factor: speed, start: Time.system.now())
        let time = clock.time
        let cluster = try DemoCluster(world: world(clock.start), now: time.now, wallClock: Time.system.now)
        let outcome: Result<Void, any Error>
        do {
            let folder = try TemporaryFolder()
            try Self.writeRules(folder)
            let site = DemoSite(
                endpoints: try await cluster.start(), folder: folder.path, ledgerPath: folder.file("mayfly.db"), rulesDirectory: folder.file("rules"),
                shape: World.refreshShape, speed: speed, isActing: true)
            let secrets = cluster.secrets(endpoints: site.endpoints)
            for (path, text) in [
                (site.configurationPath, site.configuration), (site.serviceAccountPath, secrets.serviceAccount), (site.authorityPath, secrets.authority),
            ] { try Data(text.utf8).write(to: URL(filePath: path)) }
            outcome = .success(try await body(WholeCluster(cluster: cluster, site: site, clock: clock, folder: folder)))
        } catch {
            outcome = .failure(error)
        }
        await cluster.stop()
        try outcome.get()
    }

    /// The shipped ones, by which work is done at any hour.
    private static func writeRules(_ folder: TemporaryFolder) throws {
        let shipped = package.appending(path: "rules")
        for name in try FileManager.default.contentsOfDirectory(atPath: shipped.path()) where name.hasSuffix(".yaml") && !name.hasSuffix(".test.yaml") {
            var text = String(decoding: try Data(contentsOf: shipped.appending(path: name)), as: UTF8.self)
            if name == "intervals.yaml" {
                text = "version: 1\ntime_intervals:\n  - {name: business-hours, time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]}\n"
            }
            try folder.write(DemoRules.acting(text), "rules/" + name)
        }
    }

    /// The built program, on this cluster.
    func program(_ arguments: String...) throws -> Program {
        let environment = [
            "AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo", "MAYFLY_CONFIG": site.configurationPath, "MAYFLY_CLOCK": clock.description,
        ]
        return try Program(arguments, environment: environment, folder: folder.path)
    }

    /// What a command answers as JSON.
    func answer(_ arguments: String...) async throws -> JSON {
        let environment = ["MAYFLY_CONFIG": site.configurationPath, "MAYFLY_CLOCK": clock.description]
        let ended = try await Program(arguments + ["--json"], environment: environment, folder: folder.path).end()
        guard ended.code == 0 else { throw Program.NeverSaid(description: "\(arguments): \(ended.all)") }
        return try JSON(ended.output)
    }

    /// Waits, in real time, until it holds; false when it did not in time.
    func wait(_ duration: Duration, until holds: (World) -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            if cluster.look(holds) { return true }
            try await Task.sleep(for: .milliseconds(200))
        }
        return false
    }
}
