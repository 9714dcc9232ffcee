import Console
import Fleet
import Foundation
import Ledger
import Mesos
import Rounds
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(2))) struct `How it stands with Mesos' events` {
    private struct Body: Decodable {
        struct Events: Decodable, Equatable {
            var up: Bool
            var since, problem: String?
            var events, unreadable, streams, rounds, looks: Int
        }
        let events: Events?
    }

    /// What a daemon says whose desk was told this, as of its own time.
    private func told(_ tell: @Sendable (EventDesk, Bulletin) -> Void) async throws -> (now: Timestamp, text: String, body: Body, metrics: [String]) {
        let stage = try ConsoleStage()
        await stage.watch(for: .seconds(60))
        let (bulletin, now) = (stage.watchdog.keeper.bulletin, stage.now)
        tell(EventDesk(mesos: MesosBell(), ec2: EC2Bell(), bulletin: bulletin, time: Time(now: { now }, sleep: { _ in })), bulletin)
        let metrics = ConsoleDesk(stage.watchdog, version: "9.9.9").metrics().split(separator: "\n").map(String.init).filter {
            $0.hasPrefix("mayfly_event")
        }
        var found: (Timestamp, String, Body, [String])?
        try await stage.answering { client in
            let text = try await client.ask(.status, wantsText: true).text
            let json = try await client.ask(.status, wantsText: false).text
            found = (now, text, try JSONDecoder().decode(Body.self, from: Data(json.utf8)), metrics)
        }
        await stage.watchdog.clients.shutdown()
        try stage.ledger.close()
        return try #require(found)
    }

    private static let failed = TaskNews(id: "t", framework: "f", agent: "S", state: "TASK_FAILED", since: nil)

    @Test func `is in the status, for people and for programs, and in the metrics`() async throws {
        let told = try await told { desk, bulletin in
            for event in [MesosEvent.subscribed(heartbeat: .seconds(15)), .heartbeat, .taskUpdated(Self.failed), .unreadable("no")] { desk.hear(event) }
            desk.noteRound()
            bulletin.change { $0.events?.looks += 2 }
        }
        #expect(told.text.contains("\nEvents      the stream lives since \(told.now.shown); 4 came, and woke 1 round and 2 looks\n"), "\(told.text)")
        #expect(told.body.events == Body.Events(up: true, since: told.now.description, events: 4, unreadable: 1, streams: 1, rounds: 1, looks: 2))
        #expect(
            Set(told.metrics) == [
                "mayfly_event_stream_up 1", "mayfly_event_streams_total 1", "mayfly_events_total 4", "mayfly_events_unreadable_total 1",
                #"mayfly_event_wakes_total{kind="look"} 2"#, #"mayfly_event_wakes_total{kind="round"} 1"#,
            ])
    }

    @Test func `says why there is no stream, and that polls go on`() async throws {
        let told = try await told { desk, _ in
            desk.hear(.subscribed(heartbeat: nil))
            desk.hearEnd(SourceFailure("http://10.0.0.5:5050/api/v1: SUBSCRIBE: the stream ended"))
        }
        let problem = "http://10.0.0.5:5050/api/v1: SUBSCRIBE: the stream ended"
        #expect(
            told.text.contains(
                "\nEvents      no stream since \(told.now.shown), polls go on without it: \(problem); 1 came, and woke 0 rounds and 0 looks\n"), "\(told.text)")
        #expect(
            told.body.events == Body.Events(up: false, since: told.now.description, problem: problem, events: 1, unreadable: 0, streams: 1, rounds: 0, looks: 0)
        )
        #expect(told.metrics.contains("mayfly_event_stream_up 0"))
    }

    @Test func `is nowhere where nothing is to be heard`() async throws {
        let told = try await told { _, bulletin in bulletin.change { $0.events = nil } }
        #expect(told.body.events == nil && !told.text.contains("\nEvents ") && told.metrics.isEmpty)
    }
}
