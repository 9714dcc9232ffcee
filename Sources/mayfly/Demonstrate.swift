import ArgumentParser
import Console
import Daemon
import Demo
import Fleet
import Foundation
import Ledger
import Logging
import Rounds
import Rules
import ServiceLifecycle
import Simulation
import Synchronization
import UnixSignals

struct Demonstrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "An invented cluster of 20 agents behind real sockets, and the real daemon against it.",
        discussion: """
            Starts three Mesos masters, DC/OS' Admin Router with Marathon, three schedulers and system health behind it, EC2, Auto Scaling and SSM, and a \
            receiver of alerts on 127.0.0.1, which answer for 20 agents in three zones with 3 Kafka clusters, and runs the real daemon against them with \
            mode act. All agents run an image that is outdated, and two machines fail meanwhile: every one of them is drained, its brokers are moved, and it \
            is replaced. Nothing outside this machine is asked. The rules are the shipped ones, each with mode act.

            With --watch nothing is done: things fail and age for three hours, and the daemon watches with the shipped rules unchanged.

            The cluster's clock runs 60 times as fast as ours, or as fast as the daemon can follow. On a terminal it shows a live table. Ctrl-C ends it, \
            with a summary.

            To try the other commands on it, --serve keeps the cluster up without a daemon, in real time, and prints a configuration for them; things go \
            on breaking and being mended for as long as it runs. With --act its agents are outdated instead, and the configuration has mode act.

            EXAMPLES
              mayfly demo
              mayfly demo --watch
              mayfly demo --once             at a moment when several things are wrong, watching
              mayfly demo --json             a summary, at the end
              mayfly demo --ledger demo.db
              mayfly demo --serve            and then, in another terminal, mayfly run --config … as it says
            """)

    @OptionGroup var logging: LogOptions
    @OptionGroup var output: JSONOption
    @Flag(name: .long, help: "Only watch a cluster in which things fail and age for three hours; nothing is done.") var watch = false
    @Flag(name: .long, help: "Watch the first 70 minutes of the story as fast as can be, show the fleet, and exit.") var once = false
    @Flag(name: .long, help: "Only keep the cluster up, and print a configuration to watch it with.") var serve = false
    @Flag(name: .long, help: "With --serve: a cluster that is to be refreshed, and a configuration with mode act.") var act = false
    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many times as fast as real time the cluster's clock runs: 1 to 600, 60 by default; with --serve 1 to 10,000, 1 by default.",
            valueName: "factor"))
    var speed: Int?
    @Option(name: .long, help: ArgumentHelp("What the invented cluster's ids and details are made from.", valueName: "number")) var seed: UInt64 = 1
    @Option(name: .long, help: ArgumentHelp("The rule files. Without it: the shipped ones.", valueName: "directory"), completion: .directory) var rules: String?
    @Option(
        name: .long, help: ArgumentHelp("Keep the ledger in this file, which must not exist yet. Without it: a temporary one.", valueName: "file"),
        completion: .file())
    var ledger: String?

    private static let usualSpeed = 60

    func validate() throws {
        if act, !serve { throw ValidationError("--act goes with --serve") }
        if serve, once { throw ValidationError("--once and --serve exclude each other") }
        let speeds = serve ? ScaledClock.factors : 1...600
        if let speed, !speeds.contains(speed) { throw ValidationError("--speed must be from 1 to \(speeds.upperBound), not \(speed)") }
    }

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mayfly-demo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        if let ledger, FileManager.default.fileExists(atPath: ledger) {
            throw CommandFailure.wrongUse("\(ledger) exists; name a file that does not, or remove it")
        }
        // Absolute, for the configuration that names it stands in another directory.
        let path = (ledger.map { URL(fileURLWithPath: $0) } ?? folder.appendingPathComponent("demo.db")).standardizedFileURL.path
        if serve {
            return try await DemoServe(
                seed: seed, speed: speed ?? 1, folder: folder, ledgerPath: path, rulesDirectory: try rulesDirectory(), isJSON: output.json,
                isActing: act
            ).run()
        }
        let stage = try await DemoStage(
            once || watch ? .watching : .refreshing, seed: seed, speed: speed ?? Self.usualSpeed, isPaced: !once, folder: folder.path, ledgerPath: path,
            rulesDirectory: try rulesDirectory())
        do {
            if once { try await lookOnce(stage) } else { try await play(stage) }
        } catch {
            await stage.end()
            throw error
        }
        await stage.end()
    }

    /// The shipped rules: where the program is run from its source tree, beside the build, or where a package puts them.
    private func rulesDirectory() throws -> String { URL(fileURLWithPath: try foundRules()).standardizedFileURL.path }

    private func foundRules() throws -> String {
        if let rules { return rules }
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let places = [
            "rules", program.deletingLastPathComponent().appendingPathComponent("../../../rules").standardizedFileURL.path, "/usr/share/mayfly/rules",
            "/etc/mayfly/rules",
        ]
        guard let found = places.first(where: { FileManager.default.fileExists(atPath: $0 + "/lost.yaml") }) else {
            throw CommandFailure.wrongUse("the shipped rules are in none of \(places.joined(separator: ", ")); name their directory with --rules")
        }
        return found
    }

    // MARK: - Once

    /// How far the looks are apart: three of the daemon's intervals, the most that still counts as watching without a gap.
    private static let step = Duration.seconds(45)

    private func lookOnce(_ stage: DemoStage) async throws {
        let watchdog = try stage.watchdog(logger: quietLogger()) { _ in }
        var report: RoundReport?
        while stage.now() < World.storyStart + World.middleOfStory {
            stage.jump(to: stage.now() + Self.step)
            report = await watchdog.lookOnce()
        }
        await watchdog.clients.shutdown()
        guard let report else { throw CommandFailure.failed("the last look could not be recorded") }
        if output.json {
            try printJSON(PictureView(report.picture, cluster: "prod", notices: report.notices))
            return
        }
        print("An invented cluster, after \((report.picture.at - World.storyStart).text) of watching it. What has happened in it so far:")
        for deed in stage.cluster.chronicle() where deed.at <= report.picture.at { print("  \(deed.at.clock)  \(deed.text)") }
        print("")
        PictureText(report.picture, cluster: "prod", notices: report.notices).lines(width: Terminal.columns).forEach { print($0) }
    }

    /// The story tells what happens; log lines would tear the table.
    private func quietLogger() -> Logger {
        var logger = logging.logger()
        if logging.logLevel == nil { logger.logLevel = .critical }
        return logger
    }

    // MARK: - The whole story

    private func play(_ stage: DemoStage) async throws {
        let show = DemoShow(
            isLive: isatty(1) == 1 && !output.json, isSilent: output.json, cluster: stage.cluster, speed: speed ?? Self.usualSpeed,
            story: stage.story)
        let end = DemoEnd()
        let watchdog = try stage.watchdog(logger: quietLogger()) { report in
            show.take(report)
            if stage.story == .refreshing, stage.isRefreshed(report) { end.come() }
        }
        show.begin(stage)
        var configuration = ServiceGroupConfiguration(
            services: watchdog.services(reloadsOnSignal: false).map { .init(service: $0) }
                + [

                    .init(
                        service: StoryEnd(time: stage.time, at: stage.story.start + stage.story.duration, early: end),
                        successTerminationBehavior: .gracefullyShutdownGroup)
                ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "demo") { _ in SwiftLogNoOpLogHandler() })
        configuration.maximumGracefulShutdownDuration = .milliseconds(1500)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch is CancellationError {}
        await watchdog.clients.shutdown()
        if output.json { try printJSON(show.summary()) } else { show.end() }
    }
}

/// Ends the demonstration when the story is over.
private struct StoryEnd: ServiceLifecycle.Service {
    let time: Time
    let at: Timestamp
    let early: DemoEnd

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await withThrowingTaskGroup { group in
                    group.addTask { try await time.sleep(max(.zero, at - time.now())) }
                    group.addTask { await early.wait() }
                    try await group.next()
                    group.cancelAll()
                }
            }
        } catch is CancellationError {}
    }
}

/// Says that everything has been shown before the time is over.
final class DemoEnd: Sendable {
    private let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    func come() { continuation.yield() }
    func wait() async { for await _ in stream { return } }
}
