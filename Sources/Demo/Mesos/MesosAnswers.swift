internal import FoundationEssentials
internal import Simulation

/// What one of the three masters answers: status codes, headers and texts as a real Mesos 1.12 gave them.
struct MesosAnswers {
    let world: World
    /// Which of the masters was asked.
    let master: Int
    /// Where the masters listen, by position: `127.0.0.1:5050`.
    let addresses: [String]
    let hands: DemoHands

    func answer(_ question: Question) -> Answer {
        // A process that has just been started has set up no path yet.
        if world.leadership.starting.contains(master) { return Self.notFound }
        switch question.path {
        case "/health", "/master/health": return Answer(status: 200)
        case "/version": return .json(MesosBodies.version)
        case "/metrics/snapshot": return .json(.object(bodies.metrics.map { JSON.Member(name: $0.name, value: .real($0.value)) }))
        case "/redirect", "/master/redirect": return redirect(path: "")
        case "/api/v1", "/master/api/v1": return isLeader ? operatorCall(question) : redirect(path: "/master/api/v1")
        default: return Self.notFound
        }
    }

    private static let notFound = Answer.text(404, "404 Not Found.")

    private var isLeader: Bool { world.leadership.announced == master && world.leadership.phase != .none }

    private var bodies: MesosBodies { MesosBodies(world: world, isElected: isLeader, address: addresses[master]) }

    /// Without a scheme, as masters do it: whoever follows keeps his own.
    private func redirect(path: String) -> Answer {
        guard let leader = world.leadership.announced else { return .text(503, "No leader elected") }
        return Answer(status: 307, headers: [("Location", "//\(addresses[leader])\(path)")])
    }

    private func operatorCall(_ question: Question) -> Answer {
        if world.leadership.phase == .recovering { return .text(503, "Master has not finished recovery") }
        if question.method != "POST" {
            let text = "405 Method Not Allowed. Expecting one of { 'POST' }, but received '\(question.method)'."
            return .text(405, text, headers: [("Allow", "POST")])
        }
        guard let contentType = question.contentType else { return .text(400, "Expecting 'Content-Type' to be present") }
        guard contentType == "application/json" else { return .text(415, "Expecting 'Content-Type' of application/json or application/x-protobuf") }
        let call: Call
        switch Call.parse(question.body) {
        case .failure(let refusal): return .text(400, refusal.text)
        case .success(let parsed): call = parsed
        }
        guard accepts(question.accept) else { return .text(406, "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'") }
        if AgentCall.isOne(call.type) { return change(call.type, question) }
        if call.type == "SUBSCRIBE" { return Answer(status: 200, contentType: "application/json", body: bodies.subscribed.record, isStream: true) }
        guard let body = bodies.body(of: call) else { return .text(501, "The invented master does not know '\(call.type)'") }
        return .json(body)
    }

    private func accepts(_ accept: String?) -> Bool {
        guard let accept else { return true }
        return accept.split(separator: ",").contains { part in
            let range = part.split(separator: ";")[0].filter { $0 != " " }
            return range == "application/json" || range == "*/*" || range == "application/*"
        }
    }
}

/// A call of the v1 operator API.
struct Call: Sendable {
    let type: String

    struct Refusal: Error {
        let text: String
    }

    /// The types that a 1.12 master knows; every other text, lower case included, counts as no type at all.
    private static let knownTypes: Set<String> = [
        "GET_HEALTH", "GET_FLAGS", "GET_VERSION", "GET_METRICS", "GET_LOGGING_LEVEL", "SET_LOGGING_LEVEL", "LIST_FILES", "READ_FILE", "GET_STATE",
        "GET_AGENTS", "GET_FRAMEWORKS", "GET_EXECUTORS", "GET_OPERATIONS", "GET_TASKS", "GET_ROLES", "GET_WEIGHTS", "UPDATE_WEIGHTS", "GET_MASTER",
        "SUBSCRIBE", "RESERVE_RESOURCES", "UNRESERVE_RESOURCES", "CREATE_VOLUMES", "DESTROY_VOLUMES", "GROW_VOLUME", "SHRINK_VOLUME",
        "GET_MAINTENANCE_STATUS", "GET_MAINTENANCE_SCHEDULE", "UPDATE_MAINTENANCE_SCHEDULE", "START_MAINTENANCE", "STOP_MAINTENANCE", "GET_QUOTA",
        "UPDATE_QUOTA", "SET_QUOTA", "REMOVE_QUOTA", "TEARDOWN", "MARK_AGENT_GONE", "DRAIN_AGENT", "DEACTIVATE_AGENT", "REACTIVATE_AGENT",
    ]

    static func parse(_ body: [UInt8]) -> Result<Call, Refusal> {
        do {
            let shape = try JSONDecoder().decode(Shape.self, from: Data(body))
            guard let type = shape.type, knownTypes.contains(type) else {
                return .failure(Refusal(text: "Failed to validate master::Call: Expecting 'type' to be present"))
            }
            if type == "GET_METRICS", !shape.hasMetrics {
                return .failure(Refusal(text: "Failed to validate master::Call: Expecting 'get_metrics' to be present"))
            }
            return .success(Call(type: type))
        } catch let refusal as Refusal {
            return .failure(refusal)
        } catch {
            return .failure(Refusal(text: "Failed to parse body into JSON: syntax error at line 1 near: "))
        }
    }

    private struct Shape: Decodable {
        let type: String?
        let hasMetrics: Bool

        enum Key: String, CodingKey {
            case type
            case metrics = "get_metrics"
        }

        init(from decoder: any Decoder) throws {
            guard let members = try? decoder.container(keyedBy: Key.self) else {
                throw Refusal(text: "Failed to convert JSON into Call protobuf: Expecting a JSON object")
            }
            hasMetrics = members.contains(.metrics)
            guard members.contains(.type) else { type = nil; return }
            if (try? members.decode(Double.self, forKey: .type)) != nil {
                throw Refusal(text: "Failed to convert JSON into Call protobuf: Not expecting a JSON number for field 'type'")
            }
            type = try? members.decode(String.self, forKey: .type)
        }
    }
}
