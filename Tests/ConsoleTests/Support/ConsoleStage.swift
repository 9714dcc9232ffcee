import Console
import Daemon
import Fleet
import Foundation
import Ledger
import Logging
import Rounds
import Rules
import Simulation
import Synchronization
import Wire

/// A daemon over an invented cluster, without its loops: its rounds are taken by hand, and its socket is real.
final class ConsoleStage: Sendable {
    /// What the daemon's closures hold.
    private final class Surroundings: Sendable {
        let now: Mutex<Timestamp>
        let lines = Mutex<[String]>([])
        init(_ now: Timestamp) { self.now = Mutex(now) }
    }

    private static let rulesDirectory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../rules").standardizedFileURL.path()

    let configuration: Configuration
    let rules: RuleSet
    let ledger: LedgerStore
    let watchdog: Watchdog
    private let folder: URL
    private let surroundings: Surroundings
    private let world: Mutex<World>

    /// - Parameters: where `doctor` looks for them; nobody listens on port 1, and the system says so at once.
    init(masters: String = "http://127.0.0.1:1", aws: String = "http://127.0.0.1:1") throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "mayfly-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let surroundings = Surroundings(World.storyStart)
        self.surroundings = surroundings
        world = Mutex(World.demo(at: World.storyStart, into: .seconds(70 * 60)))
        var configuration = try Configuration.parse(
            """
            cluster: prod
            mesos: {masters: ["\(masters)"]}
            dcos: {url: "http://127.0.0.1:1", credentials: {token_file: token}}
            probe: {ssh: 1, timeout: 100ms}
            aws: {region: us-east-1, endpoint_url: "\(aws)"}
            pools: {private: {select: {groups: [dcos-agents]}}}
            rules: {directory: \(Self.rulesDirectory)}
            ledger: {path: mayfly.db}
            socket: s
            """, path: folder.appending(path: "mayfly.yaml").path())
        configuration.pools = World.demoPools
        self.configuration = configuration
        rules = try RuleSet.load(directory: Self.rulesDirectory)
        ledger = try LedgerStore.open(path: configuration.ledger.path, purpose: .daemon, now: World.storyStart)
        let logger = Logger(label: "test") { _ in LogOutput(format: .text, level: .debug) { line in surroundings.lines.withLock { $0.append(line) } } }
        watchdog = try Watchdog(
            configuration, rules: rules, ledger: ledger, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"],
            time: Time(now: { surroundings.now.withLock { $0 } }, sleep: { _ in throw CancellationError() }), logger: logger)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var now: Timestamp { surroundings.now.withLock { $0 } }
    var lines: [String] { surroundings.lines.withLock { $0 } }

    /// Rounds at the usual intervals, of every source. The last of them is some seconds old then.
    func watch(for duration: Duration) async {
        let end = now + duration
        while now < end {
            await pollOthers()
            for _ in 0..<4 { await pollMesos() }
        }
        step(.seconds(7))
    }

    private func step(_ duration: Duration) { surroundings.now.withLock { $0 = $0 + duration } }

    private func pollMesos() async {
        step(.seconds(15))
        let now = now
        let sighting = world.withLock { world -> Result<MesosSighting, SourceFailure> in
            do throws(SourceFailure) { return .success(try world.mesosSighting(at: now)) } catch { return .failure(error) }
        }
        await watchdog.keeper.take(.mesos(sighting))
    }

    private func pollOthers() async {
        step(.milliseconds(211))
        let now = now
        let (ec2, health, probe, services) = world.withLock {
            ($0.ec2Sighting(pools: World.demoPools, at: now), $0.healthSighting(at: now), $0.probeSighting(at: now), $0.servicesSighting(at: now))
        }
        await watchdog.keeper.take(.ec2(ec2))
        await watchdog.keeper.take(.health(.success(health)))
        await watchdog.keeper.take(.probe(probe))
        await watchdog.keeper.take(.services(services))
    }

    /// Runs `body` with a client, while the daemon answers on its socket.
    func answering(_ body: (ConsoleClient) async throws -> Void) async throws {
        let desk = ConsoleDesk(watchdog, version: "9.9.9")
        let server = ConsoleServer(desk: desk, section: configuration.console, logger: watchdog.logger)
        let file = SocketFile(configuration.console.socket)
        let http = try HTTPCaller()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await server.run() } catch is CancellationError {}
            }
            while file.listening() != .live { await Task.yield() }
            do {
                try await body(ConsoleClient(socket: file.path, http: http))
            } catch {
                group.cancelAll()
                await http.shutdown()
                throw error
            }
            group.cancelAll()
        }
        await http.shutdown()
    }

    /// The daemon is over, and what it left is read.
    func atRest() throws -> Archive {
        try ledger.close()
        let reading = try LedgerStore.open(path: configuration.ledger.path, purpose: .reading, now: now)
        return Archive(cluster: configuration.cluster, ledger: reading, rules: rules, settings: configuration.settings, now: now)
    }
}
