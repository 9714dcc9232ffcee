package import Fleet
internal import Wire

/// One record of a master's event stream (`v1/master/master.proto`, `Event`), as far as anything follows from it.
package enum MesosEvent: Hashable, Sendable {
    /// The stream stands. `heartbeat`: how often the master says that it lives, 15 s by default. Nil where it tells none, as before Mesos 1.5, and where the
    /// record was too long to be kept: it stands at the record's end.
    case subscribed(heartbeat: Duration?)
    case heartbeat
    case taskAdded(TaskID, on: AgentID)
    case taskUpdated(TaskNews)
    /// Registered anew, or back from being unreachable.
    case agentAdded(AgentID)
    /// Only of one that unregistered, whose machine was taken down, or whose place another took: not of one that is lost.
    case agentRemoved(AgentID)
    /// A framework's, or one that is not known here. By its type.
    case other(String)
    /// Not what an event should be: its type where that could be read, and what is wrong, naming the field.
    case unreadable(String)

    /// `DEFAULT_HEARTBEAT_INTERVAL` of `master/constants.hpp`; no flag of a master changes it. A master that sends heartbeats sends the first at once.
    static let heartbeatDefault = Duration.seconds(15)

    /// Reads a record. Of one that was too long to be kept its type tells what it is, and nothing what it says.
    init(_ record: RecordIO.Record) {
        self = record.bytes.withUnsafeBufferPointer { bytes in
            guard record.isWhole else { return MesosEvent(start: bytes, byteCount: record.byteCount) }
            var type: String?
            do throws(JSONProblem) {
                return try MesosEvent(bytes, type: &type)
            } catch {
                let start = String(decoding: bytes.prefix(60), as: UTF8.self)
                return .unreadable((type.map { "\($0.prefix(40)): " } ?? "") + error.text(byteCount: record.byteCount, start: start))
            }
        }
    }

    private init(start: UnsafeBufferPointer<UInt8>, byteCount: Int) {
        switch Self.type(start) {
        case "SUBSCRIBED": self = .subscribed(heartbeat: nil)
        case let type?: self = .unreadable("\(type.prefix(40)): a record of \(byteCount) bytes, of which none were kept")
        case nil: self = .unreadable("a record of \(byteCount) bytes that does not begin with its type")
        }
    }

    /// A master writes the type first. The text is cut, so reading it ends in a problem in any case.
    private static func type(_ start: UnsafeBufferPointer<UInt8>) -> String? {
        var reader = JSONReader(start)
        var type: String?
        do throws(JSONProblem) {
            try reader.object { (reader, key) throws(JSONProblem) in
                if key == "type", type == nil { type = try reader.text() } else { try reader.skip() }
            }
        } catch {
            return type
        }
        return type
    }

    private static let keys: JSONKeys = [
        "heartbeat_interval_seconds", "task", "task_id", "value", "agent_id", "agent", "agent_info", "id", "framework_id", "status", "state", "timestamp",
        "reason", "source",
    ]

    private static let sections = ["subscribed", "task_added", "task_updated", "agent_added", "agent_removed"]

    private init(_ bytes: UnsafeBufferPointer<UInt8>, type: inout String?) throws(JSONProblem) {
        var reader = JSONReader(bytes)
        var found: [String: JSONNode] = [:]
        var seen: String?
        do throws(JSONProblem) {
            try reader.object { (reader, key) throws(JSONProblem) in
                if key == "type" {
                    seen = try reader.text()
                } else if Self.sections.contains(key) {
                    found[key] = try reader.node(keeping: Self.keys)
                } else {
                    try reader.skip()
                }
            }
            try reader.end()
        } catch {
            type = seen
            throw error
        }
        type = seen
        guard let name = seen else { throw JSONProblem(path: "type", what: "is missing", offset: nil) }
        func section() throws(JSONProblem) -> JSONNode {
            guard let node = found[name.lowercased()] else { throw JSONProblem(path: name.lowercased(), what: "is missing", offset: nil) }
            return node
        }
        switch name {
        case "SUBSCRIBED": self = .subscribed(heartbeat: try Self.heartbeat(try section()))
        case "HEARTBEAT": self = .heartbeat
        case "TASK_ADDED":
            let task = try section()["task"]
            self = .taskAdded(TaskID(try task["task_id"]["value"].name), on: AgentID(try task["agent_id"]["value"].name))
        case "TASK_UPDATED": self = .taskUpdated(try Self.news(try section()))
        case "AGENT_ADDED": self = .agentAdded(AgentID(try section()["agent"]["agent_info"]["id"]["value"].name))
        case "AGENT_REMOVED": self = .agentRemoved(AgentID(try section()["agent_id"]["value"].name))
        default: self = .other(name)
        }
    }

    /// Between a twentieth of a second and an hour: five of them are waited for.
    private static func heartbeat(_ subscribed: JSONNode) throws(JSONProblem) -> Duration? {
        guard let node = try subscribed.optional("heartbeat_interval_seconds") else { return nil }
        let seconds = try node.double
        guard (0.05...3600).contains(seconds) else { throw node.wrong("is no interval between 0.05 and 3600 seconds") }
        return .milliseconds(Int64(seconds * 1000))
    }

    /// The state is that of the update itself: the one beside it is the task's latest, whose own update is still to come.
    private static func news(_ updated: JSONNode) throws(JSONProblem) -> TaskNews {
        let status = try updated["status"]
        return TaskNews(
            id: TaskID(try status["task_id"]["value"].name), framework: FrameworkID(try updated["framework_id"]["value"].name),
            agent: try status.optional("agent_id").map { (node) throws(JSONProblem) in AgentID(try node["value"].name) }, state: try status["state"].name,
            since: try status.optional("timestamp")?.secondsTime, reason: try status.optional("reason")?.string,
            isMastersWord: try status.optional("source")?.string == "SOURCE_MASTER")
    }
}
