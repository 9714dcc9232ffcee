import Captures
import Fleet
import Foundation
import Ledger
import Replacing
import Rounds
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(2))) struct `The loop that carries errands out` {
    /// A loop whose one master leads, answers everything else with 200, and remembers what it was asked.
    private struct Stage {
        let loop: ErrandLoop
        let clock: TurningClock
        let lines: Lines
        let ledger: LedgerStore
        let server: RawServer

        /// What was asked besides who leads.
        var asked: [String] { server.requests.map(\.text).filter { !$0.contains("GET_MASTER") } }
        /// What was logged besides the rounds that went well.
        var said: [String] { lines.all.filter { !$0.contains("DEBUG Round ended") } }

        func errand(_ action: Action, intent: Int? = 1, notAfter: Timestamp = TurningClock.start + .seconds(10)) -> ErrandBook.Entry {
            ErrandBook.Entry(
                errand: Errand(replacement: ReplacementID(7), intent: intent, action: action, notAfter: notAfter),
                site: Hands.Site(replacement: ReplacementID(7), pool: "p", instance: "i-1", address: nil))
        }
    }

    private static let leads =
        #"{"type": "GET_MASTER", "get_master": {"master_info": {"id": "M", "hostname": "m", "version": "1.11.0"}, "elected_time": 1799000000.5}}"#

    private func with(turns: Int = 100, _ body: (Stage) async throws -> Void) async throws {
        let (folder, clock, lines) = (try TemporaryFolder(), TurningClock(turns: turns), Lines())
        try await RawServer.with { request in
            [.answer(200, [("Content-Type", "application/json")], body: (request.text.contains("GET_MASTER") ? Self.leads : "").utf8)]
        } _: { server in
            let configuration = try Configuration.parse(
                """
                cluster: c
                mesos: {masters: ["\(server.url)"]}
                aws: {region: us-east-1, endpoint_url: "\(server.url)"}
                pools: {p: {select: {tags: {a: b}}}}
                """, path: folder.file("mayfly.yaml"))
            let clients = try Clients(configuration, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"], logger: lines.logger())
            let (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger())
            await keeper.take(.ec2(Samples.nothing))
            await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
            let looks = ErrandLoop.Looks(mesos: MesosBell(), ec2: EC2Bell(), entrances: Bell(), services: ServiceWishes())
            let loop = ErrandLoop(
                book: ErrandBook(), hands: Hands(configuration, clients: clients, time: clock.time), looks: looks, keeper: keeper, time: clock.time,
                logger: lines.logger())
            try await body(Stage(loop: loop, clock: clock, lines: lines, ledger: ledger, server: server))
            await clients.shutdown()
        }
    }

    @Test func `asks the pollers for what is to be looked at, and makes no call itself`() async throws {
        try await with { stage in
            let scopes: [Action.Scope] = [.mesos, .ec2, .marathon, .service("prod/kafka")]
            await stage.loop.carryOut(stage.errand(.look(scopes), intent: nil))
            let looks = stage.loop.looks
            let part = try await looks.mesos.wait(atMost: .seconds(60), .endless)
            #expect(part == .whole)
            let ec2 = try await looks.ec2.wait(atMost: .seconds(60), .endless)
            #expect(ec2 == .whole)
            #expect(try await looks.services.bell.wait(atMost: .seconds(60), .endless))
            #expect(looks.services.take() == ["prod/kafka"] && stage.server.requests.isEmpty && stage.said.isEmpty, "\(stage.said)")
        }
    }

    @Test func `makes one call for an errand, and says what it came to`() async throws {
        try await with { stage in
            await stage.loop.carryOut(stage.errand(.deactivate("S-1")))
            #expect(stage.asked.count == 1 && stage.asked.allSatisfy { $0.contains("DEACTIVATE_AGENT") }, "\(stage.asked)")
            #expect(stage.lines.count("NOTICE Acted") == 1 && stage.lines.count("action=\"deactivate agent S-1\"") == 1, "\(stage.lines.all)")
        }
    }

    @Test func `does not begin what it was handed too late`() async throws {
        try await with { stage in
            stage.clock.step(.seconds(11))
            await stage.loop.carryOut(stage.errand(.deactivate("S-1")))
            #expect(stage.server.requests.isEmpty)
            #expect(stage.lines.count("WARNING An action came to nothing, or nobody knows") == 1 && stage.lines.count("it was not begun in time") == 1)
        }
    }

    @Test func `tells of an answer for a minute while no round can be recorded, and then leaves it to a look`() async throws {
        try await with { stage in
            try stage.ledger.close()
            await stage.loop.carryOut(stage.errand(.deactivate("S-1")))
            #expect(stage.asked.count == 1)
            #expect(stage.clock.sleeps == Array(repeating: .seconds(5), count: 12))
            #expect(stage.lines.count("Round failed") == 12, "\(stage.lines.all)")
        }
    }

    @Test func `tells nobody of what is not waited for`() async throws {
        try await with { stage in
            try stage.ledger.close()
            await stage.loop.carryOut(stage.errand(.deactivate("S-1"), intent: nil))
            #expect(stage.asked.count == 1 && stage.clock.sleeps.isEmpty && stage.lines.count("Round failed") == 0)
        }
    }

    @Test func `has who leads where looked at once somebody was put into or out of a load balancer`() async throws {
        try await with { stage in
            await stage.loop.carryOut(stage.errand(.detach("i-1")))
            let hasRung = try await stage.loop.looks.entrances.wait(atMost: .seconds(60), .endless)
            #expect(hasRung)
        }
    }

    @Test func `tells nothing of what its own end has cut off`() async throws {
        try await with { stage in
            let entry = stage.errand(.deactivate("S-1"))
            let running = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                await stage.loop.carryOut(entry)
            }
            await running.value
            #expect(stage.said.isEmpty, "\(stage.said)")
        }
    }
}
