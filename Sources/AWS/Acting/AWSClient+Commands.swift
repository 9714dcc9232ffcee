package import Fleet
import FoundationEssentials

/// How a command that was sent to a host stands, as SSM tells it.
package struct CommandStanding: Hashable, Sendable {
    package enum Phase: Hashable, Sendable {
        /// It is on its way, or runs.
        case underWay
        /// It ran and ended with 0. That is no proof of anything but that.
        case ended
        /// It ran and ended otherwise, or was ended. What it had done by then it has done.
        case failed
        /// It ran for longer than it may.
        case ranTooLong
        /// The host did not take it in time. It may take it all the same: the host was silent, not SSM.
        case notDelivered
        /// SSM could not give it to anybody: nothing ran.
        case undeliverable
    }

    package let phase: Phase
    /// SSM's own words: `ExecutionTimedOut`.
    package let details: String
    /// The last of what it wrote, at most 300 characters.
    package let output: String

    /// By `StatusDetails`, of which blanks are left out: SSM writes them in some places and not in others.
    static func phase(status: String, details: String) -> Phase {
        switch details.filter(\.isLetter) {
        case "Pending", "InProgress", "Delayed", "Cancelling": .underWay
        case "Success": .ended
        case "ExecutionTimedOut": .ranTooLong
        case "DeliveryTimedOut": .notDelivered
        case "Undeliverable", "Terminated", "InvalidPlatform", "AccessDenied": .undeliverable
        default: status == "InProgress" || status == "Pending" || status == "Delayed" ? .underWay : .failed
        }
    }

    /// What the call comes to for whoever sent it. While it is under way it counts as accepted: what has come of it is seen on the host's agent, and not here.
    package var outcome: CallOutcome {
        let words = String("SSM: \(details)\(output.isEmpty ? "" : ": \(output)")".prefix(CallOutcome.wordsMax))
        switch phase {
        case .underWay, .ended: return .accepted
        case .undeliverable: return .refused(words)
        case .failed, .ranTooLong, .notDelivered: return .unanswered(words)
        }
    }
}

extension AWSClient {
    /// Runs lines of shell on one host, by SSM's own document. Nothing of a node is ever put into the lines: they are the operator's, as they are written.
    ///
    /// - Parameters:
    ///   - deliveredWithin: how long SSM waits for the host to take it; 30 s at least, by SSM's model.
    ///   - endsWithin: how long it may run.
    /// - Returns: the command's id.
    package func send(
        _ lines: [String], to instance: InstanceID, comment: String, deliveredWithin: Duration = .seconds(60), endsWithin: Duration
    ) async throws(AWSError) -> String {
        let commands = lines.map { JSONString.quoted($0) }.joined(separator: ", ")
        let delivery = min(max(30, deliveredWithin.components.seconds), 2_592_000)
        let execution = min(max(1, endsWithin.components.seconds), 172_800)
        let body =
            "{\"InstanceIds\": [\(JSONString.quoted(instance.rawValue))], \"DocumentName\": \"AWS-RunShellScript\", "
            + "\"Comment\": \(JSONString.quoted(String(comment.prefix(100)))), \"TimeoutSeconds\": \(delivery), "
            + "\"Parameters\": {\"commands\": [\(commands)], \"executionTimeout\": [\"\(execution)\"]}}"
        return try await ask(AWSCall.ssm("SendCommand", body: Array(body.utf8))) { (body) throws(MalformedAnswer) in try CommandAnswer.id(body) }.0
    }

    /// Whether this account may send commands, as far as that can be told without sending one: it is asked of an instance that cannot be, which SSM calls
    /// `InvalidInstanceId` after it has looked at the permission. One that is given by the instance's tags is not seen so, and comes out as refused.
    package func trySending() async -> DryRun {
        do throws(AWSError) {
            _ = try await send([":"], to: "i-00000000000000000", comment: "mayfly doctor: nothing is run", endsWithin: .seconds(10))
            return .wouldDo
        } catch {
            if case .refused(_, "InvalidInstanceId", _) = error.problem { return .wouldDo }
            if case .refused = error.outcome, error.kind != .throttled { return .refused(error.description) }
            return .unanswered(error.description)
        }
    }

    /// How a command stands on a host. Nil: SSM does not know of it there yet, which it may not for a moment after it was sent.
    package func standing(of command: String, on instance: InstanceID) async throws(AWSError) -> CommandStanding? {
        let body = "{\"CommandId\": \(JSONString.quoted(command)), \"InstanceId\": \(JSONString.quoted(instance.rawValue))}"
        do throws(AWSError) {
            return try await ask(AWSCall.ssm("GetCommandInvocation", body: Array(body.utf8))) { (body) throws(MalformedAnswer) in
                try CommandAnswer.standing(body)
            }.0
        } catch {
            if case .refused(_, "InvocationDoesNotExist", _) = error.problem { return nil }
            throw error
        }
    }
}

enum CommandAnswer {
    static func id(_ body: [UInt8]) throws(MalformedAnswer) -> String {
        guard let answer = try? JSONDecoder().decode(Sent.self, from: Data(body)), !answer.command.id.isEmpty else {
            throw MalformedAnswer("the answer is not the JSON of a Command with CommandId")
        }
        return answer.command.id
    }

    static func standing(_ body: [UInt8]) throws(MalformedAnswer) -> CommandStanding {
        guard let answer = try? JSONDecoder().decode(Invocation.self, from: Data(body)) else {
            throw MalformedAnswer("the answer is not the JSON of an invocation with Status and StatusDetails")
        }
        let written = (answer.error ?? "").isEmpty ? answer.output ?? "" : answer.error ?? ""
        let line = written.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return CommandStanding(
            phase: CommandStanding.phase(status: answer.status, details: answer.details), details: String(answer.details.prefix(64)),
            output: String(line.suffix(CallOutcome.wordsMax)))
    }

    private struct Sent: Decodable {
        let command: Command
        enum CodingKeys: String, CodingKey { case command = "Command" }

        struct Command: Decodable {
            let id: String
            enum CodingKeys: String, CodingKey { case id = "CommandId" }
        }
    }

    private struct Invocation: Decodable {
        let status, details: String
        let output, error: String?

        enum CodingKeys: String, CodingKey {
            case status = "Status"
            case details = "StatusDetails"
            case output = "StandardOutputContent"
            case error = "StandardErrorContent"
        }
    }
}
