import Fleet
import Foundation
import Moto
import Testing
import Wire

@testable import AWS

@Suite struct `What is asked of EC2 and Auto Scaling` {
    private static let actions = [
        "ec2:DescribeInstances", "ec2:TerminateInstances", "ec2:RunInstances", "ec2:CreateTags", "ec2:GetConsoleOutput", "ec2:DescribeInstanceAttribute",
        "autoscaling:DescribeAutoScalingGroups", "autoscaling:TerminateInstanceInAutoScalingGroup", "autoscaling:DescribeAutoScalingInstances",
    ]

    /// One test, for one moto.
    @Test func `ends instances and launches them, once however often it is asked, and says what it may not`() async throws {
        try await withCaller { http in
            let cloud = try await Cloud(http: http, actions: Self.actions)
            let image = try #require(texts("ImageId", in: try await cloud.boto("ec2", "register_image", #"{"Name": "agent-1"}"#)).first)
            _ = try await cloud.boto(
                "ec2", "create_launch_template",
                #"{"LaunchTemplateName": "agents", "LaunchTemplateData": {"ImageId": "\#(image)", "InstanceType": "m5.large"}}"#)
            _ = try await cloud.boto(
                "autoscaling", "create_auto_scaling_group",
                #"{"AutoScalingGroupName": "agents", "MinSize": 1, "MaxSize": 5, "DesiredCapacity": 3, "LaunchTemplate": {"LaunchTemplateName": "agents", "Version": "$Latest"}, "#
                    + #""AvailabilityZones": ["us-east-1a"]}"#)
            let alone = try await cloud.boto("ec2", "run_instances", #"{"ImageId": "\#(image)", "MinCount": 2, "MaxCount": 2}"#)
            let ids = Set(texts("InstanceId", in: alone)).sorted().map { InstanceID($0) }
            try #require(ids.count == 2)
            _ = try await cloud.boto("ec2", "modify_instance_attribute", #"{"InstanceId": "\#(ids[1])", "DisableApiTermination": {"Value": true}}"#)
            try await cloud.moto.control("verify")
            let client = try cloud.client()
            try await endsAlone(client, ids)
            try await endsInGroup(client)
            try await launches(client)
            try await saysWhatItMayNot(cloud, ids[1])
        }
    }

    private func endsAlone(_ client: AWSClient, _ ids: [InstanceID]) async throws {
        #expect(await client.tryTerminating(ids[0]) == .wouldDo)
        let bars = await client.sight(pools: [], asking: [TerminationWish(ids[0], isByGroup: false), TerminationWish(ids[1], isByGroup: true)]).terminations
        #expect(bars == [ids[0]: .none, ids[1]: .protected])
        #expect(try await client.instances(filters: []).first { $0.id == ids[0] }?.state == .running)
        #expect(await client.terminate(ids[0], group: nil) == .accepted)
        #expect(try await client.instances(filters: []).first { $0.id == ids[0] }?.state == .terminated)
        #expect(await client.terminate(ids[0], group: nil) == .accepted, "it has ended, and is ended again")
        guard case .refused(let protected) = await client.terminate(ids[1], group: nil) else { return #expect(Bool(false), "it is protected") }
        #expect(protected.contains("OperationNotPermitted") && protected.contains("disableApiTermination"), "\(protected)")
        guard case .refused(let unknown) = await client.terminate("i-0123456789abcdef0", group: nil) else { return #expect(Bool(false), "there is none") }
        #expect(unknown.contains("InvalidInstanceID.NotFound"), "\(unknown)")
    }

    private func endsInGroup(_ client: AWSClient) async throws {
        func group() async throws -> AutoScalingGroup { try #require(try await client.groups(["agents"]).first) }
        let before = try await group()
        let first = try #require(before.instances.first?.id)
        #expect(try await client.lifecycle(of: first) == "InService")
        #expect(await client.terminate(first, group: "agents") == .accepted)
        let after = try await group()
        #expect(after.desired == 3 && after.instances.count == 3 && !after.instances.contains { $0.id == first })
        let second = try #require(after.instances.first?.id)
        #expect(await client.retire(second) == .accepted)
        let smaller = try await group()
        #expect(smaller.desired == 2 && smaller.instances.count == 2 && !smaller.instances.contains { $0.id == second })
    }

    private func launches(_ client: AWSClient) async throws {
        let template = LaunchTemplate(name: "agents", version: "$Latest")
        let count = try await client.instances(filters: []).count
        #expect(await client.tryLaunching(template) == .wouldDo)
        #expect(try await client.instances(filters: []).count == count, "nothing was launched")
        guard case .launched(let instance) = await client.launch(template, image: nil, zone: "us-east-1a", token: "mayfly-7-1") else {
            return #expect(Bool(false), "nothing was launched")
        }
        #expect(await client.launch(template, image: nil, zone: "us-east-1a", token: "mayfly-7-1") == .launched(instance))
        let all = try await client.instances(filters: [])
        #expect(all.count == count + 1 && all.first { $0.id == instance }?.tag(AWSClient.replacementTag) == "mayfly-7-1")
        guard case .launched(let other) = await client.launch(template, image: nil, zone: nil, token: "mayfly-7-2") else { return #expect(Bool(false)) }
        #expect(other != instance)
        guard case .refused(let text) = await client.launch(LaunchTemplate(name: "nobody", version: "1"), image: nil, zone: nil, token: "mayfly-7-3") else {
            return #expect(Bool(false))
        }
        #expect(text.contains("InvalidLaunchTemplateName.NotFoundException"), "\(text)")
        _ = try await client.consoleOutput(of: instance)
    }

    private func saysWhatItMayNot(_ cloud: Cloud, _ instance: InstanceID) async throws {
        try await cloud.moto.control("forbid", #"{"user": "mayfly", "policy": "p"}"#)
        let client = try cloud.client()
        guard case .refused(let why) = await client.tryTerminating(instance) else { return #expect(Bool(false), "it may") }
        #expect(why.contains("AccessDenied"), "\(why)")
        guard case .unknown(let unread)? = await client.sight(pools: [], asking: [TerminationWish(instance, isByGroup: false)]).terminations[instance] else {
            return #expect(Bool(false), "its protection may be read")
        }
        #expect(unread.contains("ec2:DescribeInstanceAttribute"), "\(unread)")
        guard case .refused(let text) = await client.terminate(instance, group: nil) else { return #expect(Bool(false), "it may") }
        #expect(text.contains("AccessDenied"), "\(text)")
    }

    /// In EC2's own words. The reference of `RunInstances`: with a network interface, a subnet has to be named as part of that. moto takes both together.
    @Test func `puts a fresh one into a subnet, and leaves that to a template with interfaces of its own`() async throws {
        let server = try ScriptedServer { request, number in
            if request.body.contains("SubnetId=subnet-taken&") { return .text(Self.launched) }
            if request.body.contains("SubnetId=subnet-full&") {
                return Self.refusal("InsufficientFreeAddressesInSubnet", "There are not enough free addresses in subnet")
            }
            if request.body.contains("SubnetId") {
                let words = "Network interfaces and an instance-level subnet ID may not be specified on the same request"
                return Self.refusal("InvalidParameterCombination", words)
            }
            return .text(Self.launched)
        }
        try await withCaller { http in
            let client = try AWSClient(
                settings: AWSSettings(
                    region: "us-east-1", endpointURL: server.url, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"]), http: http)
            let template = LaunchTemplate(id: "lt-1", version: "3")
            func launch(into subnet: String?) async -> CallOutcome { await client.launch(template, image: nil, zone: "us-east-1a", token: "t", subnet: subnet) }
            #expect(await launch(into: "subnet-taken") == .launched("i-9"))
            #expect(await launch(into: nil) == .launched("i-9"))
            #expect(await launch(into: "subnet-of-interface") == .launched("i-9"))
            guard case .refused(let words) = await launch(into: "subnet-full") else { return #expect(Bool(false), "it is full") }
            #expect(words.contains("InsufficientFreeAddressesInSubnet"))
        }
        let asked = server.requests.map { request in request.body.split(separator: "&").first { $0.hasPrefix("SubnetId=") }.map(String.init) ?? "" }
        #expect(asked == ["SubnetId=subnet-taken", "", "SubnetId=subnet-of-interface", "", "SubnetId=subnet-full"])
        #expect(server.requests.allSatisfy { $0.body.contains("&Placement.AvailabilityZone=us-east-1a&") })
        // EC2 takes a token for one set of parameters alone.
        #expect(server.requests.map { $0.body.contains("&ClientToken=t&") } == [true, true, true, false, true])
    }

    private static let launched =
        "<RunInstancesResponse><instancesSet><item><instanceId>i-9</instanceId></item></instancesSet></RunInstancesResponse>"

    private static func refusal(_ code: String, _ words: String) -> ScriptedServer.Answer {
        .text("<Response><Errors><Error><Code>\(code)</Code><Message>\(words)</Message></Error></Errors><RequestID>r</RequestID></Response>", status: 400)
    }

    @Test(arguments: [
        (AWSError.Problem.refused(status: 400, code: "InvalidInstanceID.NotFound", message: ""), true),
        (.refused(status: 503, code: "RequestLimitExceeded", message: ""), true),
        (.refused(status: 500, code: "InternalError", message: ""), false), (.failed(.timedOut(after: .seconds(5)), detail: ""), false),
        (.failed(.unreachable, detail: ""), false), (.failed(.certificate, detail: ""), true), (.malformed("no list"), false), (.noCredentials("none"), true),
    ]) func `was certainly not done only where AWS has said no, or was never asked`(problem: AWSError.Problem, isRefused: Bool) {
        let error = AWSError(service: .ec2, action: "TerminateInstances", url: "https://ec2.us-east-1.amazonaws.com/", problem: problem, requestID: nil)
        switch error.outcome {
        case .refused(let text): #expect(isRefused && text.contains("TerminateInstances"))
        case .unanswered: #expect(!isRefused)
        case .accepted, .launched: #expect(Bool(false))
        }
    }
}
