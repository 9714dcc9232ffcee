internal import Fleet
internal import FoundationEssentials
internal import Simulation

extension SSMAnswers {
    // MARK: - Parameters

    private struct Put: Decodable {
        let name: String
        let value: String
        let overwrite: Bool?

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case value = "Value"
            case overwrite = "Overwrite"
        }
    }

    func putParameter(_ question: Question) -> Answer {
        guard let asked = try? JSONDecoder().decode(Put.self, from: Data(question.body)) else { return Self.refusal("SerializationException", nil) }
        guard let version = hands.shelf.put(asked.name, value: asked.value, overwrite: asked.overwrite ?? false, at: world.now) else {
            return Self.refusal(
                "ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
        }
        return Self.json(["Version": JSON(version), "Tier": "Standard"])
    }

    private struct Path: Decodable {
        let path: String

        enum CodingKeys: String, CodingKey { case path = "Path" }
    }

    func parametersByPath(_ question: Question) -> Answer {
        guard let asked = try? JSONDecoder().decode(Path.self, from: Data(question.body)) else { return Self.refusal("SerializationException", nil) }
        let found = hands.shelf.entries(under: asked.path).map { entry -> JSON in
            [
                "Name": JSON(entry.name), "Type": "String", "Value": JSON(entry.value), "Version": JSON(entry.version),
                "LastModifiedDate": .real(entry.lastModified.inSeconds), "ARN": JSON("arn:aws:ssm:us-east-1:\(World.account):parameter\(entry.name)"),
                "DataType": "text",
            ]
        }
        return Self.json(["Parameters": .list(found)])
    }

    private struct Names: Decodable {
        let names: [String]

        enum CodingKeys: String, CodingKey { case names = "Names" }
    }

    func deleteParameters(_ question: Question) -> Answer {
        guard let asked = try? JSONDecoder().decode(Names.self, from: Data(question.body)) else { return Self.refusal("SerializationException", nil) }
        let deleted = hands.shelf.delete(asked.names)
        let unknown = asked.names.filter { !deleted.contains($0) }
        return Self.json(["DeletedParameters": .list(deleted.map { JSON($0) }), "InvalidParameters": .list(unknown.map { JSON($0) })])
    }

    // MARK: - Commands

    private struct Sent: Decodable {
        let instances: [String]
        let document: String
        let comment: String?
        let parameters: Parameters

        struct Parameters: Decodable {
            let commands: [String]
        }

        enum CodingKeys: String, CodingKey {
            case instances = "InstanceIds"
            case document = "DocumentName"
            case comment = "Comment"
            case parameters = "Parameters"
        }
    }

    /// Done at once, as far as the host is there to do it; that it has ended is said a moment later.
    func sendCommand(_ question: Question) -> Answer {
        guard let asked = try? JSONDecoder().decode(Sent.self, from: Data(question.body)) else { return Self.refusal("SerializationException", nil) }
        guard asked.document == "AWS-RunShellScript" else { return Self.refusal("InvalidDocument", "Document with name \(asked.document) does not exist.") }
        guard asked.instances.count == 1, let machine = world.machines.first(where: { $0.instance.rawValue == asked.instances[0] }),
            world.ssmPing(machine) != nil, machine.ec2State == .running
        else {
            return Self.refusal("InvalidInstanceId", "Instances [\(asked.instances)] not in a valid state for account \(World.account)")
        }
        let end = end(of: asked.parameters.commands, on: machine)
        let id = hands.desk.enter(machine.instance, comment: asked.comment ?? "", end: end, at: world.now)
        let command: JSON = [
            "CommandId": JSON(id), "DocumentName": JSON(asked.document), "Comment": JSON(asked.comment ?? ""),
            "InstanceIds": .list(asked.instances.map { JSON($0) }), "RequestedDateTime": .real(world.now.inSeconds), "Status": "Pending",
            "StatusDetails": "Pending", "TargetCount": JSON(1), "CompletedCount": JSON(0), "ErrorCount": JSON(0), "TimeoutSeconds": JSON(60),
        ]
        return Self.json(["Command": command])
    }

    private func end(of lines: [String], on machine: Machine) -> CommandDesk.End {
        let node = NodeID(machine.instance.rawValue)
        guard let action = HostShell.action(of: lines, on: node) else {
            return .failed(127, "the invented host knows no such command: \(lines.last ?? "")")
        }
        switch hands.carryOut(action) {
        case .accepted, .launched: return .success
        case .refused, .unanswered: return .undeliverable
        }
    }

    private struct Invoked: Decodable {
        let command: String
        let instance: String

        enum CodingKeys: String, CodingKey {
            case command = "CommandId"
            case instance = "InstanceId"
        }
    }

    func commandInvocation(_ question: Question) -> Answer {
        guard let asked = try? JSONDecoder().decode(Invoked.self, from: Data(question.body)) else { return Self.refusal("SerializationException", nil) }
        guard let command = hands.desk.command(asked.command) else {
            return Self.refusal("InvalidCommandId", body: ["__type": "InvalidCommandId", "Message": "Invalid command id."])
        }
        guard command.instance.rawValue == asked.instance else { return Self.refusal("InvocationDoesNotExist", nil) }
        var (status, details, code, output) = ("InProgress", "InProgress", -1, "")
        if world.now - command.sentAt >= CommandDesk.duration {
            switch command.end {
            case .success: (status, details, code) = ("Success", "Success", 0)
            case .failed(let exit, let text): (status, details, code, output) = ("Failed", "Failed", exit, text)
            case .undeliverable: (status, details) = ("Failed", "Undeliverable")
            }
        }
        return Self.json([
            "CommandId": JSON(command.id), "InstanceId": JSON(asked.instance), "Comment": JSON(command.comment), "DocumentName": "AWS-RunShellScript",
            "PluginName": "aws:runShellScript", "ResponseCode": JSON(code), "ExecutionStartDateTime": JSON(command.sentAt.inEC2),
            "ExecutionElapsedTime": "PT2S", "ExecutionEndDateTime": JSON((command.sentAt + CommandDesk.duration).inEC2), "Status": JSON(status),
            "StatusDetails": JSON(details), "StandardOutputContent": "", "StandardOutputUrl": "", "StandardErrorContent": JSON(output),
        ])
    }

    private static func json(_ body: JSON) -> Answer { Answer(status: 200, contentType: contentType, body: body.bytes) }
}
