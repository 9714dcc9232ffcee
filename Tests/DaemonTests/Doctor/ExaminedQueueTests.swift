import Fleet
import Rounds
import Synchronization
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(2))) struct `An examination of the queue of events` {
    private static let aws = [Examination.Check("AWS") { await $0.aws() }]
    private static let remedy = "allow sqs:ReceiveMessage and sqs:DeleteMessage on the queue, and see that it is in the region that is called"

    private func examine(_ server: SQSServer, bulletin: Bulletin? = nil) async throws -> [Checkup] {
        let found = Mutex<[Checkup]>([])
        try await DoctorStage.with { stage in
            let all = try await stage.examine(aws: server.url, queue: server.name, checks: Self.aws, bulletin: bulletin)
            found.withLock { $0 = all.filter { $0.name == "event queue" } }
        }
        try await server.stop()
        return found.withLock { $0 }
    }

    private func server(_ count: Int, refuses: String? = nil) async throws -> SQSServer {
        try await SQSServer.start(count, refuses: refuses, others: { DoctorStage.answerOfAWS($0, refused: []) }, body: { "message \($0)" })
    }

    @Test func `tries to read and to empty it, and neither takes nor hides anything`() async throws {
        let server = try await server(3)
        #expect(try await examine(server) == [.ok("event queue", "can be read and emptied, and has messages")])
        #expect(server.left == 3 && server.outMax == 0 && server.firstCalls == ["ReceiveMessage", "DeleteMessageBatch"])
        #expect(try await examine(try await self.server(0)) == [.ok("event queue", "can be read and emptied")])
    }

    @Test(arguments: ["ReceiveMessage", "DeleteMessageBatch"]) func `says what to allow`(call: String) async throws {
        let found = try await examine(try await server(3, refuses: call))
        #expect(found.count == 1 && found[0].verdict == .fail && found[0].message.contains("AccessDenied") && found[0].remedy == Self.remedy, "\(found)")
    }

    @Test func `tells a daemon's own word, and asks nobody`() async throws {
        let bulletin = Bulletin()
        var standing = QueueStanding()
        (standing.lastRead, standing.messages) = (TurningClock.start, 25)
        bulletin.change { $0.queue = standing }
        let server = try await server(3)
        #expect(try await examine(server, bulletin: bulletin) == [.ok("event queue", "last read at \(TurningClock.start), 25 messages")])
        #expect(server.firstCalls == [])
        standing.failing = ProgramStanding.Refusal(since: TurningClock.start, reason: "AccessDenied")
        bulletin.change { $0.queue = standing }
        #expect(
            try await examine(try await self.server(3), bulletin: bulletin)
                == [.fail("event queue", "fails since \(TurningClock.start): AccessDenied", remedy: Self.remedy)])
    }

    @Test func `says nothing where there is none`() async throws {
        try await DoctorStage.with { stage in
            let found = try await stage.examine(checks: Self.aws)
            #expect(!found.isEmpty && !found.contains { $0.name == "event queue" })
        }
    }
}
