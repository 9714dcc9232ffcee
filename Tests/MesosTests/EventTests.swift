import Captures
import Fleet
import Testing

@testable import Mesos

@Suite struct `An event of a master` {
    private func events(_ bytes: [UInt8]) -> [MesosEvent] {
        var stream = RecordIO()
        return stream.take(bytes).map { MesosEvent($0) }
    }

    private func event(_ text: String) -> MesosEvent { MesosEvent(RecordIO.Record(bytes: Array(text.utf8), byteCount: text.utf8.count)) }

    private func problem(_ text: String) -> String { if case .unreadable(let problem) = event(text) { problem } else { "" } }

    @Test func `says in the recorded stream what happened to the cluster`() throws {
        let capture = try StreamCapture()
        let events = events(capture.bytes)
        let types = events.map { event in
            switch event {
            case .subscribed(let heartbeat): heartbeat == .seconds(15) ? "SUBSCRIBED" : String(describing: heartbeat)
            case .heartbeat: "HEARTBEAT"
            case .taskAdded: "TASK_ADDED"
            case .taskUpdated: "TASK_UPDATED"
            case .agentAdded: "AGENT_ADDED"
            case .agentRemoved: "AGENT_REMOVED"
            case .other(let type): type
            case .unreadable(let problem): problem
            }
        }
        #expect(types == capture.types)
        let trouble = events.compactMap { if case .taskUpdated(let news) = $0, news.isTrouble { news } else { nil } }
        #expect(
            trouble.map { "\($0.id.rawValue.prefix { $0 != "_" }) \($0.state) \($0.agent?.rawValue.suffix(2) ?? "") \($0.isOfAgent) \($0.reason ?? "")" } == [
                "short-fail TASK_FAILED S5 false ", "kafka-3-broker TASK_UNREACHABLE S5 true REASON_AGENT_REMOVED",
                "nightly-report TASK_UNREACHABLE S2 true REASON_AGENT_REMOVED", "kafka-2-broker TASK_UNREACHABLE S2 true REASON_AGENT_REMOVED",
                "kafka-2-broker TASK_GONE_BY_OPERATOR S2 true REASON_AGENT_REMOVED_BY_OPERATOR",
                "nightly-report TASK_GONE_BY_OPERATOR S2 true REASON_AGENT_REMOVED_BY_OPERATOR", "execute-probe TASK_LOST S1 true REASON_AGENT_REMOVED",
                "kafka-1-broker TASK_LOST S1 true REASON_AGENT_REMOVED", "to-be-drained TASK_GONE_BY_OPERATOR S5 true REASON_AGENT_DRAINING",
                "doomed TASK_GONE_BY_OPERATOR S6 true REASON_AGENT_REMOVED_BY_OPERATOR",
            ])
        #expect(trouble.first?.since.map { "\($0)" }?.hasPrefix("2026-11-23T10:08:47") == true)
    }

    @Test func `that is not what it should be is told with its type and the field`() {
        #expect(problem(#"{"type":"TASK_UPDATED"}"#) == "TASK_UPDATED: task_updated is missing")
        #expect(
            problem(#"{"type":"TASK_UPDATED","task_updated":{"framework_id":{"value":"f"},"status":{"task_id":{"value":"t"}}}}"#)
                == "TASK_UPDATED: task_updated.status.state is missing")
        #expect(
            problem(#"{"type":"AGENT_REMOVED","agent_removed":{"agent_id":{"value":5}}}"#) == "AGENT_REMOVED: agent_removed.agent_id.value is not a string")
        #expect(
            problem(#"{"type":"SUBSCRIBED","subscribed":{"heartbeat_interval_seconds":0}}"#)
                == "SUBSCRIBED: subscribed.heartbeat_interval_seconds is no interval between 0.05 and 3600 seconds")
        #expect(
            problem("{}") == "type is missing" && problem("").contains("not valid JSON")
                && problem(#"{"type":"HEARTBEAT"} x"#).hasPrefix("HEARTBEAT: not valid JSON"))
        #expect(event(#"{"type":"SOMETHING_NEW","something_new":{"a":[1,2]}}"#) == .other("SOMETHING_NEW"))
        #expect(event(#"{"type":"SUBSCRIBED","subscribed":{}}"#) == .subscribed(heartbeat: nil), "before Mesos 1.5")
    }

    @Test func `with flipped bits is read, or told as unreadable, and never a crash`() throws {
        let bytes = try StreamCapture().bytes
        var stream = RecordIO()
        var unreadable = 0
        for (index, record) in stream.take(bytes).enumerated() where record.byteCount < 10_000 {
            for flip in 0..<30 {
                var generator = SeededGenerator(seed: UInt64(index * 100 + flip))
                var body = record.bytes
                body[Int.random(in: body.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                if case .unreadable(let text) = MesosEvent(RecordIO.Record(bytes: body, byteCount: body.count)) {
                    unreadable += 1
                    #expect(!text.isEmpty)
                }
            }
        }
        #expect(unreadable > 0)
    }

    @Test func `that was too long to be kept is known by its type`() {
        let start = Array(#"{"type":"SUBSCRIBED","subscribed":{"get_state":{"get_tasks":{"tasks":[{"na"#.utf8)
        #expect(MesosEvent(RecordIO.Record(bytes: start, byteCount: 100_000_000)) == .subscribed(heartbeat: nil))
        let task = Array(#"{"type":"TASK_ADDED","task_added":{"task":{"na"#.utf8)
        #expect(MesosEvent(RecordIO.Record(bytes: task, byteCount: 2_000_000)) == .unreadable("TASK_ADDED: a record of 2000000 bytes, of which none were kept"))
        #expect(MesosEvent(RecordIO.Record(bytes: Array("x".utf8), byteCount: 9)) == .unreadable("a record of 9 bytes that does not begin with its type"))
    }
}
