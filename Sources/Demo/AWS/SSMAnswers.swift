internal import Fleet
internal import FoundationEssentials
internal import Simulation

/// What the invented SSM answers: of its agents, of the parameters that name images, of those that were put there, and of commands.
struct SSMAnswers {
    let world: World
    let hands: DemoHands

    func answer(_ question: Question, target: String) -> Answer {
        guard question.isSigned else { return Self.refusal("MissingAuthenticationTokenException", "Missing Authentication Token") }
        if world.throttledUntil[.ssm].map({ world.now < $0 }) ?? false { return Self.refusal("ThrottlingException", "Rate exceeded") }
        switch target {
        case "AmazonSSM.DescribeInstanceInformation": return instanceInformation(question)
        case "AmazonSSM.GetParameter": return getParameter(question)
        case "AmazonSSM.PutParameter": return putParameter(question)
        case "AmazonSSM.GetParametersByPath": return parametersByPath(question)
        case "AmazonSSM.DeleteParameters": return deleteParameters(question)
        case "AmazonSSM.SendCommand": return sendCommand(question)
        case "AmazonSSM.GetCommandInvocation": return commandInvocation(question)
        default: return Self.refusal("UnknownOperationException", nil)
        }
    }

    private func getParameter(_ question: Question) -> Answer {
        guard let name = try? JSONDecoder().decode(Asked.self, from: Data(question.body)).name else { return Self.refusal("SerializationException", nil) }
        // A name may carry a version: `/ami/dcos-agent:7`. Only the newest version is kept here.
        let parts = name.split(separator: ":", maxSplits: 1)
        guard let parameter = world.parameters.first(where: { $0.name == (parts.first.map(String.init) ?? "") }) else {
            let text = JSON("Parameter \(name) not found.")
            return Self.refusal("ParameterNotFound", body: ["__type": "ParameterNotFound", "message": text, "Message": text])
        }
        let body: JSON = [
            "Parameter": [
                "Name": JSON(parameter.name), "Type": "String", "Value": JSON(parameter.value), "Version": JSON(parameter.version),
                "LastModifiedDate": .real(parameter.lastModified.inSeconds), "ARN": JSON("arn:aws:ssm:us-east-1:\(World.account):parameter\(parameter.name)"),
                "DataType": "aws:ec2:image",
            ]
        ]
        return Answer(status: 200, contentType: Self.contentType, body: body.bytes)
    }

    private struct AskedPage: Decodable {
        let size: Int?
        let token: String?

        enum CodingKeys: String, CodingKey {
            case size = "MaxResults"
            case token = "NextToken"
        }
    }

    /// Ten at a time, or up to 50 as asked; filters are not looked at.
    private func instanceInformation(_ question: Question) -> Answer {
        guard let asked = try? JSONDecoder().decode(AskedPage.self, from: Data(question.body)) else { return Self.refusal("SerializationException", nil) }
        let size = asked.size ?? 10
        guard (5...50).contains(size) else {
            return Self.refusal("ValidationException", "MaxResults must be a value between 5 and 50")
        }
        guard let first = asked.token.map({ Int($0) }) ?? 0, first >= 0 else { return Self.refusal("InvalidNextToken", "The specified token is not valid.") }
        let known = world.machines.filter { world.ssmPing($0) != nil }
        let page = known.dropFirst(first).prefix(size)
        let next = first + page.count < known.count ? JSON(String(first + page.count)) : nil
        let body: JSON = ["InstanceInformationList": .list(page.map(information))]
        return Answer(status: 200, contentType: Self.contentType, body: body.with(["NextToken": next]).bytes)
    }

    private func information(_ machine: Machine) -> JSON {
        let known = world.ssmPing(machine)
        return [
            "InstanceId": JSON(machine.instance.rawValue), "PingStatus": JSON(known?.ping.rawValue ?? ""),
            "LastPingDateTime": .real((known?.lastHeard ?? world.now).inSeconds), "AgentVersion": "3.3.987.0", "IsLatestVersion": true,
            "PlatformType": "Linux", "PlatformName": "CentOS Linux", "PlatformVersion": "7", "ResourceType": "EC2Instance",
            "IPAddress": JSON(machine.privateIP), "ComputerName": JSON("ip-" + machine.privateIP.split(separator: ".").joined(separator: "-")),
        ]
    }

    private struct Asked: Decodable {
        let name: String

        enum CodingKeys: String, CodingKey { case name = "Name" }
    }

    static let contentType = "application/x-amz-json-1.1"

    static func refusal(_ code: String, _ message: String?) -> Answer {
        refusal(code, body: (["__type": JSON(code)] as JSON).with(["message": message.map { JSON($0) }]))
    }

    static func refusal(_ code: String, body: JSON) -> Answer {
        Answer(status: 400, contentType: contentType, headers: [("X-Amzn-Errortype", code)], body: body.bytes)
    }
}
