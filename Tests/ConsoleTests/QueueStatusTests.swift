import Console
import Fleet
import Foundation
import Ledger
import Rounds
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(2))) struct `How it stands with the queue of AWS' events` {
    private struct Body: Decodable {
        struct Queue: Decodable, Equatable {
            var lastRead, failingSince, problem: String?
            var messages, nothing, unreadable, looked, repeated, old, parked, quarantined: Int
            var lastReason: String?
            var looks: Int
        }
        let wrong: [String]
        let queue: Queue?
    }

    private static func read(_ json: String) throws -> Body {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Body.self, from: Data(json.utf8))
    }

    private static func standing(readAt: Timestamp?, failing: ProgramStanding.Refusal? = nil) -> QueueStanding {
        var standing = QueueStanding()
        (standing.lastRead, standing.failing, standing.messages, standing.nothings, standing.unreadable) = (readAt, failing, 25, 4, 3)
        (standing.looked, standing.repeated, standing.old, standing.parked, standing.looks) = (9, 5, 2, 1, 6)
        (standing.quarantined, standing.lastReason) = (7, "it is not the JSON of an event")
        return standing
    }

    /// What a daemon says that knows this of its queue, as of its own time.
    private func told(_ standing: @Sendable (Timestamp) -> QueueStanding?) async throws -> (now: Timestamp, text: String, body: Body, metrics: [String]) {
        let stage = try ConsoleStage()
        await stage.watch(for: .seconds(60))
        let queue = standing(stage.now)
        stage.watchdog.keeper.bulletin.change { $0.queue = queue }
        let metrics = ConsoleDesk(stage.watchdog, version: "9.9.9").metrics().split(separator: "\n").map(String.init).filter {
            $0.wholeMatch(of: /mayfly_(queue|hints|quarantined).*/) != nil
        }
        var found: (Timestamp, String, Body, [String])?
        try await stage.answering { client in
            let text = try await client.ask(.status, wantsText: true).text
            let json = try await client.ask(.status, wantsText: false).text
            found = (stage.now, text, try Self.read(json), metrics)
        }
        await stage.watchdog.clients.shutdown()
        try stage.ledger.close()
        return try #require(found)
    }

    @Test func `is in the status, for people and for programs, and in the metrics`() async throws {
        let told = try await told { Self.standing(readAt: $0 - .seconds(12)) }
        let words = "read 12s ago; 25 messages came; 6 looks at some instances alone; 1 hint waits for an instance that is not known yet; "
        #expect(told.text.contains("\nQueue       \(words)7 messages in quarantine, the last: it is not the JSON of an event\n"), "\(told.text)")
        #expect(
            told.body.queue
                == Body.Queue(
                    lastRead: (told.now - .seconds(12)).description, messages: 25, nothing: 4, unreadable: 3, looked: 9, repeated: 5, old: 2, parked: 1,
                    quarantined: 7, lastReason: "it is not the JSON of an event", looks: 6))
        #expect(!told.body.wrong.contains { $0.contains("queue") })
        #expect(
            Set(told.metrics) == [
                "mayfly_queue_up 1", #"mayfly_queue_messages_total{outcome="nothing"} 4"#, #"mayfly_queue_messages_total{outcome="understood"} 18"#,
                #"mayfly_queue_messages_total{outcome="unreadable"} 3"#, #"mayfly_hints_total{outcome="looked"} 9"#, #"mayfly_hints_total{outcome="old"} 2"#,
                #"mayfly_hints_total{outcome="repeated"} 5"#, "mayfly_hints_parked 1", "mayfly_quarantined 7",
            ])
    }

    @Test(arguments: [299, 300]) func `that fails is told at once, and is wrong after five minutes`(seconds: Int) async throws {
        let told = try await told {
            Self.standing(readAt: $0 - .seconds(900), failing: ProgramStanding.Refusal(since: $0 - .seconds(seconds), reason: "AccessDenied"))
        }
        let since = told.now - .seconds(seconds)
        #expect(told.text.contains("\nQueue       fails since \(since.shown), polls go on without it: AccessDenied; 25 messages came;"), "\(told.text)")
        #expect(told.body.queue?.failingSince == since.description && told.body.queue?.problem == "AccessDenied")
        let wrong = told.body.wrong.filter { $0.contains("queue") }
        #expect(wrong == (seconds < 300 ? [] : ["the queue of AWS' events fails since \(since.shown): AccessDenied"]))
        #expect(told.metrics.contains("mayfly_queue_up 0"))
    }

    @Test func `is nowhere where there is none`() async throws {
        let told = try await told { _ in nil }
        #expect(told.body.queue == nil && !told.text.contains("\nQueue ") && told.metrics.isEmpty)
    }

    @Test func `that was not read yet is not up`() async throws {
        let told = try await told { _ in QueueStanding() }
        #expect(
            told.text.contains("\nQueue       not read yet; 0 messages came; 0 looks at some instances alone\n") && told.metrics.contains("mayfly_queue_up 0"))
    }
}
