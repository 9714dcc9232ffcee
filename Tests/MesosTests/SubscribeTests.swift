import Captures
import Fleet
import Synchronization
import Testing
import Wire

@testable import Mesos

@Suite struct `A subscription` {
    private typealias Step = RawServer.Step

    /// Answers as the recorded master, and to `SUBSCRIBE` with these steps.
    private func subscribed(_ steps: [Step], limits: MesosClient.StreamLimits = MesosClient.StreamLimits()) async throws -> (events: [MesosEvent], end: String)
    {
        try await withReplay { replay, http in
            replay.set("SUBSCRIBE", steps)
            let heard = Mutex<[MesosEvent]>([])
            let end = await MesosClient(masters: [replay.url], http: http).subscribe(limits: limits) { event in heard.withLock { $0.append(event) } }
            #expect(end.message.hasPrefix(replay.url + "/api/v1: "), "\(end.message)")
            return (heard.withLock { $0 }, String(end.message.dropFirst((replay.url + "/api/v1: ").count)))
        }
    }

    private static func chunks(_ bytes: [UInt8], of size: Int) -> Step {
        .send(stride(from: 0, to: bytes.count, by: size).flatMap { Step.chunk(bytes[$0..<min(bytes.count, $0 + size)]) })
    }

    private static func short() -> MesosClient.StreamLimits {
        var limits = MesosClient.StreamLimits()
        limits.silenceMax = .milliseconds(400)
        return limits
    }

    @Test(arguments: [1, 7, 1000, 4096, 50_021, 100_000]) func `brings the recorded events, however they are cut`(size: Int) async throws {
        let capture = try StreamCapture()
        var stream = RecordIO()
        let expected = stream.take(capture.bytes).map { MesosEvent($0) }
        let (events, end) = try await subscribed([.send(StreamCapture.head), Self.chunks(capture.bytes, of: size), .send(StreamCapture.lastChunk)])
        #expect(events == expected && end == "SUBSCRIBE: the stream ended")
    }

    @Test func `brings nothing but what came before the connection broke, at every record`() async throws {
        let capture = try StreamCapture()
        var stream = RecordIO()
        let expected = stream.take(capture.bytes).map { MesosEvent($0) }
        for (count, boundary) in capture.boundaries.enumerated().dropFirst() {
            for place in [boundary, boundary - 1] {
                let bytes = Array(capture.bytes[..<place])
                let (events, end) = try await subscribed([.send(StreamCapture.head), Self.chunks(bytes, of: 5000), .close])
                // What came just before the break may be lost with it.
                #expect(events.count <= count && events == Array(expected.prefix(events.count)) && end.contains("cut short"), "\(end)")
            }
        }
    }

    @Test func `ends at once where the master sends the last chunk and leaves the connection open`() async throws {
        // What happens to the oldest subscriber when there are too many: nothing closes.
        let (events, end) = try await subscribed([.send(StreamCapture.head), .send(Step.chunk(StreamCapture.subscribed())), .send(StreamCapture.lastChunk)])
        #expect(events == [.subscribed(heartbeat: .seconds(15))] && end == "SUBSCRIBE: the stream ended")
        let cut = Array(StreamCapture.heartbeat.dropLast())
        let (_, other) = try await subscribed([.send(StreamCapture.head), .send(Step.chunk(StreamCapture.subscribed() + cut)), .send(StreamCapture.lastChunk)])
        #expect(other == "SUBSCRIBE: the stream ended inside of a record")
    }

    @Test func `is dead after five intervals without a record, whatever trickles`() async throws {
        let start = Step.chunk(StreamCapture.subscribed(heartbeat: 0.1) + StreamCapture.heartbeat)
        let began = ContinuousClock.now
        let (events, end) = try await subscribed([.send(StreamCapture.head), .send(start)])
        let took = ContinuousClock.now - began
        #expect(events == [.subscribed(heartbeat: .milliseconds(100)), .heartbeat] && took >= .milliseconds(500) && took < .seconds(30))
        #expect(end == "no answer within 0.5 seconds: nothing of use for so long (SUBSCRIBE)")
        // A record that is announced, and of which a byte comes now and then without an end.
        let (_, stalled) = try await subscribed([
            .send(StreamCapture.head), .send(start), .send(Step.chunk(Array("100000000\n".utf8))), .again(Step.chunk(Array("x".utf8)), times: 1_000_000),
        ])
        #expect(stalled == end)
    }

    @Test func `of a master that tells no interval of heartbeats may be quiet, until it is begun anew after long`() async throws {
        let start = StreamCapture.record(#"{"type":"SUBSCRIBED","subscribed":{"get_state":{}}}"#)
        var limits = Self.short()
        limits.quietMax = .milliseconds(1500)
        let began = ContinuousClock.now
        let (events, end) = try await subscribed([.send(StreamCapture.head), .send(Step.chunk(start))], limits: limits)
        #expect(events == [.subscribed(heartbeat: nil)] && ContinuousClock.now - began >= limits.quietMax)
        #expect(end == "no answer within 1.5 seconds: nothing of use for so long (SUBSCRIBE)")
        #expect(MesosClient.StreamLimits().quietMax == .seconds(900))
    }

    @Test func `whose first record is too long to tell the interval goes by the heartbeats that come`() async throws {
        let state = #"{"type":"SUBSCRIBED","subscribed":{"get_state":{"x":""# + String(repeating: "x", count: 5000)
        let start = StreamCapture.record(state + #""},"heartbeat_interval_seconds":15.0}}"#)
        var limits = Self.short()
        (limits.keptBytesMax, limits.quietMax, limits.heartbeatsMissedMax) = (1000, .seconds(3600), 0)
        let (events, end) = try await subscribed([.send(StreamCapture.head), .send(Step.chunk(start + StreamCapture.heartbeat))], limits: limits)
        #expect(events == [.subscribed(heartbeat: nil), .heartbeat] && end.contains("nothing of use for so long"), "\(end)")
    }

    @Test func `that never begins is given up`() async throws {
        #expect(try await subscribed([], limits: Self.short()).end == "no answer within 0.4 seconds: not one byte for so long (SUBSCRIBE)")
        #expect(
            try await subscribed([.send(StreamCapture.head)], limits: Self.short()).end == "no answer within 0.4 seconds: not one byte for so long (SUBSCRIBE)")
        #expect(
            try await subscribed([.send(StreamCapture.head), .send(Step.chunk(StreamCapture.heartbeat))]).end.hasPrefix(
                "SUBSCRIBE: the stream begins with something else"))
    }

    @Test func `with lengths that lie, or of a gibibyte, ends in words and little memory`() async throws {
        let start = StreamCapture.subscribed()
        let (events, lied) = try await subscribed([.send(StreamCapture.head), .send(Step.chunk(start + Array("5\n{\"type\":\"HEARTBEAT\"}".utf8)))])
        #expect(events.count == 2 && lied.contains("has no length before it, but"), "\(lied)")
        let (_, huge) = try await subscribed([
            .send(StreamCapture.head), .send(Step.chunk(start + Array("1073741824\n".utf8))),
            .again(Step.chunk(Array(repeating: 0x20, count: 65_536)), times: 16_384),
        ])
        #expect(huge == "SUBSCRIBE: the record at byte \(start.count) of the stream is announced with 1073741824 bytes, and at most 536870912 are taken")
    }

    @Test func `of a record that is too long to be kept goes on with the next`() async throws {
        var limits = MesosClient.StreamLimits()
        limits.keptBytesMax = 10_000
        let large = #"{"type":"TASK_ADDED","task_added":{"x":""# + String(repeating: "x", count: 100_000) + #""}}"#
        let bytes = StreamCapture.subscribed() + StreamCapture.record(large) + StreamCapture.heartbeat
        let (events, _) = try await subscribed([.send(StreamCapture.head), Self.chunks(bytes, of: 4096), .send(StreamCapture.lastChunk)], limits: limits)
        #expect(
            events.count == 3 && events.last == .heartbeat
                && events[1] == .unreadable("TASK_ADDED: a record of \(large.utf8.count) bytes, of which none were kept"))
    }

    @Test func `that is refused says how`() async throws {
        #expect(
            try await subscribed([.answer(403, body: "Not allowed".utf8)]).end
                == "SUBSCRIBE: 403 \"Not allowed\": the credentials lack the permission for this call")
        #expect(try await subscribed([.answer(400, body: "Unknown call".utf8)]).end == "SUBSCRIBE: 400 \"Unknown call\"")
        #expect(try await subscribed([.answer(200, [("Content-Type", "text/html")], body: "<html>".utf8)]).end.contains("has no length before it, but \"<\""))
    }

    @Test func `follows a standby to the leader`() async throws {
        try await withReplay { leader, http in
            leader.set("SUBSCRIBE", [.send(StreamCapture.head), .send(Step.chunk(StreamCapture.subscribed())), .send(StreamCapture.lastChunk)])
            let authority = leader.server.authority
            try await RawServer.with(answer: { _ in [.answer(307, [("Location", "//\(authority)/master/api/v1")])] }) { standby in
                let heard = Mutex(0)
                let end = await MesosClient(masters: [standby.url], http: http).subscribe { _ in heard.withLock { $0 += 1 } }
                #expect(heard.withLock { $0 } == 1 && end.message == "\(leader.url)/master/api/v1: SUBSCRIBE: the stream ended")
            }
        }
    }
}
