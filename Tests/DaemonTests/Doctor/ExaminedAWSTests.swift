import Fleet
import Foundation
import Moto
import Synchronization
import Testing
import Wire

@testable import Daemon

@Suite(.timeLimit(.minutes(2))) struct `An examination of AWS` {
    private static let aws = [Examination.Check("AWS") { await $0.aws() }]

    @Test func `asks SSM for its agents where they count, and nobody for them else`() async throws {
        try await DoctorStage.with { stage in
            let name = "ssm:DescribeInstanceInformation"
            let (without, with) = (try await stage.examine(checks: Self.aws), try await stage.examine(asksSSM: true, checks: Self.aws))
            #expect(!without.contains { $0.name == name } && with.first { $0.name == name } == .ok(name, "2 SSM agents"), "\(with)")
        }
    }

    @Test func `says of SSM's agents what to allow`() async throws {
        try await DoctorStage.with { stage in
            stage.refused.withLock { $0 = ["DescribeInstanceInformation"] }
            let bad = try await stage.examine(asksSSM: true, checks: Self.aws).filter { $0.verdict != .ok }
            #expect(bad.map(\.name) == ["ssm:DescribeInstanceInformation"] && bad.first?.verdict == .fail, "\(bad)")
            #expect(bad.first?.message.contains("AccessDeniedException") == true)
            #expect(
                bad.first?.remedy?.hasPrefix("allow ssm:DescribeInstanceInformation, and see that the credentials are those that are meant: ") == true,
                "\(bad)")
        }
    }

    private static let pools = """
        {grouped: {select: {groups: [agents]}, image: {group: agents}}, pinned: {select: {tags: {Role: a}}, image: {ssm_parameter: /ami/agent}}, \
        lost: {select: {tags: {Role: b}}, image: {ssm_parameter: /ami/nobody}}}
        """

    /// One test, for one moto: it starts within seconds, not within milliseconds.
    @Test func `tries groups and target images of a real answer, and says of each what to mend`() async throws {
        let http = try HTTPCaller()
        let moto = try await MotoServer(http: http)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await tour(moto)) } catch { outcome = .failure(error) }
        await http.shutdown()
        try outcome.get()
    }

    private func tour(_ moto: MotoServer) async throws {
        func boto(_ service: String, _ call: String, _ arguments: String) async throws -> String {
            let data = try await moto.control("boto", #"{"service": "\#(service)", "call": "\#(call)", "arguments": \#(arguments)}"#)
            return String(decoding: data, as: UTF8.self)
        }
        func text(_ name: String, in answer: String) throws -> String {
            String(try #require(answer.components(separatedBy: "\"\(name)\": \"").dropFirst().first).prefix { $0 != "\"" })
        }
        let image = try text("ImageId", in: try await boto("ec2", "register_image", #"{"Name": "agent-1"}"#))
        _ = try await boto("ssm", "put_parameter", #"{"Name": "/ami/agent", "Value": "\#(image)", "Type": "String"}"#)
        _ = try await boto(
            "ec2", "create_launch_template", #"{"LaunchTemplateName": "agents", "LaunchTemplateData": {"ImageId": "\#(image)", "InstanceType": "m5.large"}}"#)
        _ = try await boto(
            "autoscaling", "create_auto_scaling_group",
            #"{"AutoScalingGroupName": "agents", "MinSize": 1, "MaxSize": 5, "DesiredCapacity": 2, "#
                + #""LaunchTemplate": {"LaunchTemplateName": "agents", "Version": "$Latest"}, "AvailabilityZones": ["us-east-1a"]}"#)
        func user(_ name: String, may actions: [String]) async throws -> [String: String] {
            _ = try await boto("iam", "create_user", #"{"UserName": "\#(name)"}"#)
            let listed = actions.map { #"\"\#($0)\""# }.joined(separator: ", ")
            let policy = #"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\#(listed)], \"Resource\": \"*\"}]}"#
            _ = try await boto("iam", "put_user_policy", #"{"UserName": "\#(name)", "PolicyName": "p", "PolicyDocument": "\#(policy)"}"#)
            let key = try await boto("iam", "create_access_key", #"{"UserName": "\#(name)"}"#)
            return ["AWS_ACCESS_KEY_ID": try text("AccessKeyId", in: key), "AWS_SECRET_ACCESS_KEY": try text("SecretAccessKey", in: key)]
        }
        let sweep = ["ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeImages"]
        let alone = try await boto(
            "ec2", "run_instances",
            #"{"ImageId": "\#(image)", "MinCount": 1, "MaxCount": 1, "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "Role", "Value": "a"}]}]}"#
        )
        let all = try await user(
            "mayfly",
            may: sweep + [
                "ec2:RunInstances", "ec2:TerminateInstances", "ssm:SendCommand", "autoscaling:DescribeAutoScalingGroups", "ec2:DescribeLaunchTemplateVersions",
                "ssm:GetParameter",
            ])
        let few = try await user("stranger", may: sweep)
        try await moto.control("verify")
        try await DoctorStage.with { stage in
            try sees(try await stage.examine(aws: moto.url, pools: Self.pools, keys: all, checks: Self.aws), image: image)
            try await triesActing(stage, moto, all: all, few: few, instance: try text("InstanceId", in: alone))
            try isRefused(try await stage.examine(aws: moto.url, pools: Self.pools, keys: few, checks: Self.aws))
        }
    }

    private static let acting = [Examination.Check("acting") { await $0.acting() }]
    private static let provisioned = """
        {grouped: {select: {groups: [agents]}, provision: {group: agents}, commands: {via: ssm}}, \
        alone: {select: {tags: {Role: a}}, provision: {launch_template: {name: agents}}, commands: {via: ssm}}, \
        lost: {select: {tags: {Role: b}}, provision: {group: nobody}, commands: {via: ssm}}}
        """

    private func triesActing(_ stage: DoctorStage, _ moto: MotoServer, all: [String: String], few: [String: String], instance: String) async throws {
        #expect(try await stage.examine(aws: moto.url, pools: Self.provisioned, keys: all, checks: Self.acting).isEmpty, "in mode alert nothing is done")
        let good = try await stage.examine(mode: "act", aws: moto.url, pools: Self.provisioned, keys: all, checks: Self.acting)
        #expect(
            good.map(\.name) == [
                "pool alone: ec2:RunInstances", "pool alone: ec2:TerminateInstances", "pool grouped: group agents", "pool lost: group nobody",
                "ssm:SendCommand",
            ])
        #expect(good.map(\.verdict) == [.ok, .ok, .warn, .fail, .ok], "\(good)")
        #expect(good[1].message.contains(instance) && good[2].message.contains("nothing suspended, nobody protected"))
        let bad = try await stage.examine(mode: "act", aws: moto.url, pools: Self.provisioned, keys: few, checks: Self.acting)
        #expect(bad.map(\.verdict) == [.fail, .fail, .fail, .fail, .warn], "\(bad)")
        #expect(bad[0].remedy?.contains("iam:PassRole") == true && bad[1].message.contains("AccessDenied"))
    }

    private func isRefused(_ found: [Checkup]) throws {
        let failing = found.filter { $0.verdict == .fail }
        #expect(
            failing.map(\.name) == ["autoscaling:DescribeAutoScalingGroups"] + ["grouped", "lost", "pinned"].map { "target image of pool \($0)" }, "\(failing)")
        let groups = try #require(failing.first)
        #expect(groups.message.contains("Allow the IAM action autoscaling:DescribeAutoScalingGroups to these credentials"), "\(groups)")
        #expect(groups.remedy?.hasPrefix("allow autoscaling:DescribeAutoScalingGroups, and see that the credentials are those that are meant: ") == true)
        #expect(failing.last?.message.contains("Allow the IAM action ssm:GetParameter to these credentials") == true, "\(failing)")
        #expect(failing.last?.remedy?.hasPrefix("check pools.pinned.image, and that its actions are allowed: ec2:DescribeInstances, ") == true)
    }

    private func sees(_ found: [Checkup], image: String) throws {
        let names = ["grouped", "lost", "pinned"].map { "target image of pool \($0)" }
        #expect(found.first { $0.name == "autoscaling:DescribeAutoScalingGroups" } == .ok("autoscaling:DescribeAutoScalingGroups", "1 groups"))
        #expect(found.map(\.name).filter { $0.hasPrefix("target") } == names)
        #expect(found.first { $0.name == names[0] } == .ok(names[0], image) && found.first { $0.name == names[2] } == .ok(names[2], image), "\(found)")
        let lost = try #require(found.first { $0.name == names[1] })
        #expect(lost.verdict == .fail && lost.message.contains("ParameterNotFound"), "\(lost)")
        #expect(lost.remedy?.hasPrefix("check pools.lost.image, and that its actions are allowed: ec2:DescribeInstances, ") == true, "\(lost)")
        #expect(lost.remedy?.hasSuffix("autoscaling:DescribeAutoScalingGroups, ec2:DescribeLaunchTemplateVersions, ssm:GetParameter") == true, "\(lost)")
        #expect(found.filter { $0.verdict != .ok && $0 != lost }.isEmpty, "\(found)")
    }
}
