import Captures
import Fleet
import Foundation
import Ledger
import Logging
import Mesos
import Rounds
import Rules
import Synchronization
import Testing
import Wire

@testable import Daemon

@Suite struct `Events between polls` {
    /// A master that is replayed, with its stream, and the daemon's loops around one round.
    private struct Scene {
        let replay: ReplayServer
        let keeper: RoundKeeper
        let desk: EventDesk
        let ledger: LedgerStore
        let lines: Lines
        let folder: TemporaryFolder
        let rounds: Rounds

        var standing: EventStanding { keeper.bulletin.read().events ?? EventStanding(since: TurningClock.start) }

        func wait(_ what: String, until holds: () async -> Bool) async throws {
            let end = ContinuousClock.now + .seconds(60)
            while await !holds() {
                try #require(ContinuousClock.now < end, "\(what): \(lines.all.suffix(5))")
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    /// The rounds that were held, by when they ended and how many findings they changed.
    private final class Rounds: Sendable {
        private let state = Mutex<[(at: ContinuousClock.Instant, findings: [String])]>([])
        func note(_ report: RoundReport) {
            state.withLock { $0.append((.now, report.findings.map { "\($0.rule.name.rawValue) \($0.state.rawValue)" })) }
        }
        var count: Int { state.withLock { $0.count } }
        var findings: [String] { state.withLock { $0.flatMap(\.findings) } }
        func first(_ finding: String) -> ContinuousClock.Instant? { state.withLock { $0.first { $0.findings.contains(finding) }?.at } }
    }

    private static let rules = """
        version: 1
        rules:
          - {name: failed, when: "task_failures_1h > 0", for: 0s, verdict: notify, summary: "{{id}}"}
          - {name: lost, when: "mesos_state = 'absent'", for: 0s, verdict: notify, summary: "{{id}}"}
        """

    private func scene(_ stream: [RawServer.Step], interval: Duration = .seconds(3600), _ body: (Scene) async throws -> Void) async throws {
        let (folder, lines, rounds) = (try TemporaryFolder(), Lines(), Rounds())
        let replay = try await ReplayServer.start()
        replay.set("SUBSCRIBE", stream)
        let (mesos, ec2, time) = (MesosBell(), EC2Bell(), Time.system)
        let ledger = try LedgerStore.open(path: folder.file("mayfly.db"), purpose: .daemon, now: time.now())
        let settings = Settings(pools: [Samples.pool], mesosInterval: interval)
        let round = try Round(
            ledger: ledger, rules: try RuleSet.parse([RuleFile(path: "r.yaml", text: Self.rules)]), settings: settings, now: time.now())
        let keeper = RoundKeeper(round: round, ledger: ledger, time: time, logger: lines.logger(), onReport: { rounds.note($0) })
        let http = try HTTPCaller()
        let client = MesosClient(masters: [replay.url], http: http)
        let desk = EventDesk(mesos: mesos, ec2: ec2, bulletin: keeper.bulletin, time: time)
        await keeper.take(.ec2(Samples.nothing))
        let logger = lines.logger()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await MesosPoller(
                    client: client, interval: interval, keeper: keeper, time: time, logger: logger, bell: mesos, distance: .seconds(1)
                ).run()
            }
            group.addTask { try await EventStream(client: client, desk: desk, time: time, logger: logger, random: { 0 }).run() }
            group.addTask { try await NewsLoop(desk: desk, keeper: keeper, time: time).run() }
            group.addTask { try await MetricsWatch(client: client, desk: desk, time: time, logger: logger).run() }
            let scene = Scene(replay: replay, keeper: keeper, desk: desk, ledger: ledger, lines: lines, folder: folder, rounds: rounds)
            try await body(scene)
            group.cancelAll()
            try await group.waitForAll()
        }
        await http.shutdown()
        try await replay.stop()
        withExtendedLifetime(folder) {}
    }

    private static let live: [RawServer.Step] = [
        .send(StreamCapture.head), .send(RawServer.Step.chunk(StreamCapture.subscribed() + StreamCapture.heartbeat)), .hold,
    ]

    private static func failed(_ number: Int, _ state: String = "TASK_FAILED") -> [UInt8] {
        StreamCapture.record(
            #"{"type":"TASK_UPDATED","task_updated":{"framework_id":{"value":"f"},"status":{"task_id":{"value":"t\#(number)"},"state":"\#(state)","#
                + #""source":"SOURCE_EXECUTOR","agent_id":{"value":"9df0752e-ca60-48b8-8c9e-93192acd5c39-S0"},"timestamp":\#(Date().timeIntervalSince1970)},"state":"\#(state)"}}"#
        )
    }

    @Test func `a task that fails is found without a poll`() async throws {
        try await scene(Self.live) { scene in
            try await scene.wait("the first poll and the stream") { scene.rounds.count == 1 && scene.standing.isUp }
            let calls = scene.replay.seen.count { $0 == "GET_AGENTS" }
            scene.replay.server.push(RawServer.Step.chunk(Self.failed(1)))
            try await scene.wait("the finding") { scene.rounds.findings == ["failed firing"] }
            #expect(scene.replay.seen.count { $0 == "GET_AGENTS" } == calls && scene.rounds.count == 2 && scene.standing.rounds == 1)
        }
    }

    @Test func `a storm of 10,000 costs a few rounds, and loses nothing`() async throws {
        try await scene(Self.live) { scene in
            try await scene.wait("the first poll and the stream") { scene.rounds.count == 1 && scene.standing.isUp }
            for start in stride(from: 0, to: 10_000, by: 100) {
                scene.replay.server.push(RawServer.Step.chunk((start..<(start + 100)).flatMap { Self.failed($0) }))
            }
            try await scene.wait("all events") { scene.standing.events == 10_002 }
            try await scene.wait("all failures in the facts") {
                let state = scene.keeper.bulletin.read().report?.picture.state
                return state?.nodes.values.contains { $0.told[.taskFailures1h] == .integer(10_000) } ?? false
            }
            // One for the first poll; the others for as many seconds as the storm took here, and one for its end.
            #expect(scene.rounds.count <= 40 && scene.standing.rounds == scene.rounds.count - 1, "\(scene.rounds.count) rounds")
            #expect(scene.replay.seen.count { $0 == "GET_TASKS" } == 1)
        }
    }

    @Test func `an agent that is lost is found by the master's counts, without an event, and without reading tasks`() async throws {
        try await scene(Self.live) { scene in
            try await scene.wait("the first poll and a look at the metrics") { scene.rounds.count == 1 && scene.replay.seen.count { $0 == "GET_METRICS" } >= 2 }
            let seen = scene.replay.seen
            let listed = String(decoding: try Capture("01-steady/v1_GET_AGENTS").body, as: UTF8.self)
            let other = listed.replacing("9df0752e-ca60-48b8-8c9e-93192acd5c39-S4", with: "9df0752e-ca60-48b8-8c9e-93192acd5c39-S40")
            scene.replay.set("GET_AGENTS", [.json(other.utf8)])
            let counts = String(decoding: try Capture("01-steady/v1_GET_METRICS").body, as: UTF8.self)
            scene.replay.set(
                "GET_METRICS", [.json(counts.replacing(#""master/slaves_unreachable","value":0.0"#, with: #""master/slaves_unreachable","value":1.0"#).utf8)])
            try await scene.wait("the finding") { scene.rounds.findings.contains("lost firing") }
            #expect(scene.replay.seen.dropFirst(seen.count).allSatisfy { $0 != "GET_TASKS" && $0 != "GET_MAINTENANCE_STATUS" } && scene.standing.looks == 1)
        }
    }

    @Test func `an event of an agent wakes a look, and one that cannot be read a whole poll`() async throws {
        try await scene(Self.live) { scene in
            try await scene.wait("the first poll and the stream") { scene.rounds.count == 1 && scene.standing.isUp }
            scene.replay.server.push(RawServer.Step.chunk(StreamCapture.record(#"{"type":"AGENT_REMOVED","agent_removed":{"agent_id":{"value":"x-S9"}}}"#)))
            try await scene.wait("a look") { scene.standing.looks == 1 && scene.rounds.count == 2 }
            #expect(scene.replay.seen.count { $0 == "GET_TASKS" } == 1)
            scene.replay.server.push(RawServer.Step.chunk(StreamCapture.record(#"{"type":"TASK_UPDATED"}"#)))
            try await scene.wait("a whole poll") { scene.rounds.count == 3 }
            #expect(
                scene.replay.seen.count { $0 == "GET_TASKS" } == 2 && scene.standing.unreadable == 1 && scene.lines.count("An event could not be read") == 1)
        }
    }

    @Test func `a stream that breaks is begun anew, and followed by a poll`() async throws {
        try await scene(Self.live) { scene in
            try await scene.wait("the first poll and the stream") { scene.rounds.count == 1 && scene.standing.isUp }
            scene.replay.server.dropHeld()
            try await scene.wait("another stream") { scene.standing.streams == 2 && scene.standing.isUp && scene.rounds.count == 2 }
            #expect(scene.lines.count("WARNING") == 0, "\(scene.lines.all)")
        }
    }

    @Test func `without a stream everything is polled as before, and said once`() async throws {
        try await scene([.answer(404, body: "404 Not Found.".utf8)], interval: .seconds(5)) { scene in
            try await scene.wait("some tries and two polls") {
                scene.replay.seen.count { $0 == "SUBSCRIBE" } >= 3 && scene.replay.seen.count { $0 == "GET_TASKS" } >= 2
            }
            #expect(scene.lines.count("WARNING Mesos' event stream is not there, polls go on without it") == 1)
            #expect(!scene.standing.isUp && scene.standing.problem?.contains("404") == true && scene.standing.streams == 0)
            scene.replay.set("SUBSCRIBE", Self.live)
            try await scene.wait("the stream") { scene.standing.isUp }
            #expect(scene.lines.count("NOTICE Mesos' event stream is there again") == 1)
        }
    }
}
