import Demo
import Fleet
import Foundation
import Moto
import Running
import Simulation
import Testing
import Wire

/// moto as the daemon's AWS, and what is made in it beforehand.
final class Cloud: Sendable {
    let moto: MotoServer

    /// An instance, as moto has it.
    struct Host: Decodable, Hashable, Sendable {
        let id: String
        let state: String
        let image: String
        let ip: String
        let zone: String
        let subnet: String?
        let launched: String
        /// The client's token with which it was launched. Nil: there was none.
        let token: String?
        let tags: [String: String]

        var instance: InstanceID { InstanceID(id) }
        var isLiving: Bool { state == "running" || state == "pending" }

        var given: GivenMachine? {
            Timestamp(iso8601: launched).map { GivenMachine(instance: instance, image: ImageID(image), zone: zone, privateIP: ip, launchTime: $0) }
        }
    }

    struct Command: Decodable, Hashable, Sendable {
        let instance: String
        let lines: [String]
    }

    /// All that ever was.
    struct Seen: Decodable, Sendable {
        let machines: [Host]
        let commands: [Command]

        var living: [Host] { machines.filter(\.isLiving) }
    }

    init(http: HTTPCaller) async throws { moto = try await MotoServer(http: http) }

    func seen() async throws -> Seen { try JSONDecoder().decode(Seen.self, from: try await moto.control("hosts")) }

    /// What was asked of it so far, in order.
    func calls() async throws -> [String] { try JSONDecoder().decode([String].self, from: try await moto.control("calls")) }

    /// A call of boto3, by somebody else than the daemon.
    @discardableResult func boto(_ service: String, _ call: String, _ arguments: String) async throws -> JSON {
        let answer = try await moto.control("boto", #"{"service": "\#(service)", "call": "\#(call)", "arguments": \#(arguments)}"#)
        return try JSON(String(decoding: answer, as: UTF8.self))
    }

    // MARK: - Before the daemon

    static let (longAgo, yesterday) = (Stage.start - .seconds(30 * 86_400), Stage.start - .seconds(86_400))
    static let parameter = "/ami/dcos-agent"
    static let template = "dcos-agents"

    /// What is made from now on is made then.
    func setTime(_ time: Timestamp) async throws { try await moto.control("time", #"{"at": "\#(time)"}"#) }

    /// From now on its times are those of the stage; and instances take some of it to start, and to end.
    func follow(_ stage: Stage) async throws {
        try await moto.control("time", #"{"clock": "\#(stage.clockPath)"}"#)
        try await moto.control("pace", #"{"pending": 0.3, "ending": 0.7}"#)
    }

    func registerImage(_ name: String) async throws -> ImageID {
        ImageID(try #require(try await boto("ec2", "register_image", #"{"Name": "\#(name)"}"#)["ImageId"]?.string))
    }

    /// The parameter that names the pool's image says so from then on.
    func release(_ image: ImageID) async throws {
        try await boto("ssm", "put_parameter", #"{"Name": "\#(Self.parameter)", "Value": "\#(image)", "Type": "String", "Overwrite": true}"#)
    }

    /// Subnets of one VPC, all in one zone, in order.
    func makeSubnets(_ count: Int) async throws -> [String] {
        let vpc = try #require(try await boto("ec2", "create_vpc", #"{"CidrBlock": "10.1.0.0/16"}"#)["Vpc"]?["VpcId"]?.string)
        var subnets: [String] = []
        for number in 0..<count {
            let made = try await boto(
                "ec2", "create_subnet", #"{"VpcId": "\#(vpc)", "CidrBlock": "10.1.\#(number).0/24", "AvailabilityZone": "us-east-1a"}"#)
            subnets.append(try #require(made["Subnet"]?["SubnetId"]?.string))
        }
        return subnets
    }

    /// The first version of the launch template, or, once there is one, the next; it names no subnet.
    func writeTemplate(_ image: ImageID, isFirst: Bool) async throws {
        let tags = #"[{"Key": "Role", "Value": "dcos-agent"}, {"Key": "cluster", "Value": "prod"}, {"Key": "mayfly", "Value": "replaceable"}]"#
        let data = #"{"ImageId": "\#(image)", "InstanceType": "m5.2xlarge", "TagSpecifications": [{"ResourceType": "instance", "Tags": \#(tags)}]}"#
        try await boto(
            "ec2", isFirst ? "create_launch_template" : "create_launch_template_version",
            #"{"LaunchTemplateName": "\#(Self.template)", "LaunchTemplateData": \#(data)}"#)
    }
}

extension Cloud.Seen {
    /// Where the invented agents are to run.
    var given: [GivenMachine] { living.compactMap(\.given) }
}
