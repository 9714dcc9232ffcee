internal import Fleet
internal import FoundationEssentials
internal import Replacing

/// A call of the v1 operator API that changes an agent, read as strictly as a 1.12 master reads it.
struct AgentCall: Sendable {
    let type: String
    let agent: AgentID

    /// Which member of the call holds what it needs.
    private static let members = [
        "DEACTIVATE_AGENT": "deactivate_agent", "REACTIVATE_AGENT": "reactivate_agent", "DRAIN_AGENT": "drain_agent", "MARK_AGENT_GONE": "mark_agent_gone",
    ]

    static func isOne(_ type: String) -> Bool { members[type] != nil }

    static func parse(_ type: String, body: [UInt8]) -> Result<AgentCall, Call.Refusal> {
        guard let member = members[type], case .object(let call)? = try? JSONDecoder().decode(Loose.self, from: Data(body)), let message = call[member] else {
            return .failure(Call.Refusal(text: "Failed to validate master::Call: Expecting '\(members[type] ?? "type")' to be present"))
        }
        let conversion = "Failed to convert JSON into Call protobuf: "
        guard case .object(let fields) = message else {
            return .failure(Call.Refusal(text: conversion + "Not expecting a JSON \(message.kind) for field '\(member)'"))
        }
        // A master converts the fields in the order of the text, which matters only where several are wrong.
        for field in ["agent_id", "max_grace_period"] {
            if let value = fields[field], value.kind != "object" {
                return .failure(Call.Refusal(text: conversion + "Not expecting a JSON \(value.kind) for field '\(field)'"))
            }
        }
        guard case .object(let id)? = fields["agent_id"], case .text(let value)? = id["value"] else {
            let path = fields["agent_id"] == nil ? "agent_id" : "agent_id.value"
            return .failure(Call.Refusal(text: conversion + "Missing required fields: \(member).\(path)"))
        }
        return .success(AgentCall(type: type, agent: AgentID(value)))
    }

    var action: Action {
        switch type {
        case "DEACTIVATE_AGENT": .deactivate(agent)
        case "REACTIVATE_AGENT": .reactivate(agent)
        case "DRAIN_AGENT": .drain(agent)
        default: .markGone(agent)
        }
    }

    /// JSON of any shape.
    private indirect enum Loose: Decodable {
        case text(String)
        case object([String: Loose])
        case number, flag, list, nothing

        var kind: String {
            switch self {
            case .text: "string"
            case .object: "object"
            case .number: "number"
            case .flag: "boolean"
            case .list: "array"
            case .nothing: "null"
            }
        }

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .nothing
            } else if let object = try? value.decode([String: Loose].self) {
                self = .object(object)
            } else if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if (try? value.decode(Bool.self)) != nil {
                self = .flag
            } else if (try? value.decode(Double.self)) != nil {
                self = .number
            } else {
                self = .list
            }
        }
    }
}

extension MesosAnswers {
    /// What the leading master says to a call that changes an agent. What it has done is only seen afterwards.
    func change(_ type: String, _ question: Question) -> Answer {
        switch AgentCall.parse(type, body: question.body) {
        case .failure(let refusal): return .text(400, refusal.text)
        case .success(let call):
            guard let refusal = hands.refusal(of: call.action) else { return Answer(status: 200) }
            return .text(refusal.status, refusal.text)
        }
    }
}
