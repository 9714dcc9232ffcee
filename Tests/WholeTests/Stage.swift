import Daemon
import Demo
import Fleet
import Foundation
import Replacing
import Running
import Simulation
import Synchronization

/// The invented cluster in this process, behind real sockets, and the built daemon in another, in mode act, which a test may kill and start again.
///
/// Both go by one clock, 60 times as fast as real time, which waits for the daemon.
final class Stage: Sendable {
    let cluster: DemoCluster
    let site: DemoSite
    private let clock: LeashedClock
    private let folder: TemporaryFolder
    private let ownEnvironment: [String: String]
    private let running = Mutex<Program?>(nil)
    private let hearer = Mutex(Hearer())

    private struct Hearer {
        var onCall: (@Sendable (DemoCluster.MadeCall) -> Void)?
    }

    static let start = World.refreshStart
    private static let shippedRules = String(#filePath.prefix(#filePath.count - "Tests/WholeTests/Stage.swift".count)) + "rules"

    /// - Parameters:
    ///   - ownSections: the configuration's `aws`, `pools` and `limits`, where another AWS is asked than the invented one.
    ///   - environment: of the daemon, besides what it needs for the rest.
    init(_ world: World, ownSections: String? = nil, environment: [String: String] = [:]) async throws {
        let folder = try TemporaryFolder()
        guard let clock = LeashedClock(start: world.now, factor: 60, leash: .seconds(40), file: folder.file("clock")) else {
            throw Program.NeverSaid(description: "no clock can be made in \(folder.path)")
        }
        let holder = Holder()
        self.folder = folder
        ownEnvironment = environment
        self.clock = clock
        cluster = try DemoCluster(
            world: world, now: { clock.now() }, wallClock: Time.system.now, onCall: { holder.stage?.hear($0) })
        site = DemoSite(
            endpoints: try await cluster.start(), folder: folder.path, ledgerPath: folder.file("ledger.db"),
            rulesDirectory: try DemoSite.actingRules(of: Self.shippedRules, in: folder.path), shape: World.refreshShape, isActing: true,
            ownSections: ownSections)
        try site.write(secretsOf: cluster)
        holder.stage = self
    }

    /// Lets the cluster call a stage that is made after it.
    private final class Holder: Sendable {
        private let content = Mutex<Weak>(Weak())
        private struct Weak: Sendable { weak var stage: Stage? }
        var stage: Stage? {
            get { content.withLock { $0.stage } }
            set { content.withLock { $0.stage = newValue } }
        }
    }

    /// Has the daemon do without one file of rules.
    func leaveOut(rules file: String) throws { try FileManager.default.removeItem(atPath: site.rulesDirectory + "/" + file) }

    func now() -> Timestamp { clock.now() }

    /// Where the daemon keeps Terraform's plans and runs.
    var terraformFolder: String { folder.file("terraform") }

    /// Where other processes find the clock.
    var clockPath: String { folder.file("clock") }

    /// Waits for a while of the cluster's time.
    func pass(_ duration: Duration) async throws { try await clock.sleep(duration) }

    func end() async { await cluster.stop() }

    // MARK: - The daemon

    private var environment: [String: String] {
        ownEnvironment.merging(
            ["AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo", "MAYFLY_CONFIG": site.configurationPath, "MAYFLY_CLOCK": clockPath]
        ) { $1 }
    }

    /// Starts it; what runs of it already is not looked after any more.
    @discardableResult func startDaemon() throws -> Program {
        let program = try Program(["run", "--log-level", "info"], environment: environment)
        running.withLock { $0 = program }
        return program
    }

    /// At once, wherever it is.
    func killDaemon() { running.withLock { $0?.signal(SIGKILL) } }

    /// Runs a command of the program against the daemon.
    func command(_ arguments: String...) async throws -> Program.Ended { try await Program(arguments, environment: environment).end() }

    /// Has a closure called with each order that the cluster has carried out or refused, before it answers.
    func onEachCall(_ body: @escaping @Sendable (DemoCluster.MadeCall) -> Void) { hearer.withLock { $0.onCall = body } }

    private func hear(_ call: DemoCluster.MadeCall) { hearer.withLock { $0.onCall }?(call) }

    /// Asks the daemon until it says so of its replacements.
    func waitForReplacements(within limit: Duration, _ isEnough: ([JSON]) -> Bool) async throws -> [JSON] {
        let end = now() + limit
        var last: [JSON] = []
        while now() < end {
            let answer = try await command("replacements", "--json")
            if answer.code == 0 {
                last = try JSON(answer.output).items
                if isEnough(last) { return last }
            }
            try await pass(.seconds(60))
        }
        throw Program.NeverSaid(description: "after \(limit) still: \(last.map { Self.shown($0) })")
    }

    static func shown(_ replacement: JSON) -> String {
        ["id", "node", "order", "step", "standing", "park_reason", "park_words", "outcome"].compactMap { name in
            replacement[name].flatMap { value -> String? in
                switch value {
                case .text(let text): "\(name) \(text)"
                case .number(let number): "\(name) \(number)"
                default: nil
                }
            }
        }.joined(separator: ", ")
    }
}

/// What the daemon has logged of its replacements' changes, in order.
func changes(in log: String) -> [String] {
    log.split(separator: "\n").filter { $0.contains("\"Replacement changed\"") }.compactMap { try? JSON($0)["replacement.change"]?.string }
}
