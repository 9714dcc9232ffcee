import Fleet
import Foundation
import Moto
import Testing
import Wire

@testable import AWS

@Suite struct `A launch on top of a group` {
    private static let actions = [
        "ec2:DescribeInstances", "ec2:RunInstances", "ec2:CreateTags", "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:AttachInstances", "autoscaling:TerminateInstanceInAutoScalingGroup",
    ]

    /// One test, for one moto.
    @Test func `adds one, with the group's tags and in the old one's subnet, however often it is asked, and none above the maximum`() async throws {
        try await withCaller { http in
            let cloud = try await Cloud(http: http, actions: Self.actions)
            let subnets = try await make(cloud, max: 4)
            try await cloud.moto.control("verify")
            let client = try cloud.client()
            func group() async throws -> AutoScalingGroup { try #require(try await client.groups(["agents"]).first) }
            let old = try #require(try await group().instances.first?.id)
            guard case .attached(let fresh) = await client.launchOnTop(of: "agents", image: nil, like: old, token: "mayfly-7-1") else {
                return #expect(Bool(false), "nothing was launched")
            }
            let larger = try await group()
            #expect(larger.desired == 3 && larger.instances.contains { $0.id == fresh })
            let seen = try #require(try await client.instances(filters: []).first { $0.id == fresh })
            #expect(seen.tag("Role") == "agent" && seen.tag("Own") == nil && seen.tag(AWSClient.replacementTag) == "mayfly-7-1" && seen.group == "agents")
            #expect(await client.launchOnTop(of: "agents", image: nil, like: old, token: "mayfly-7-1") == .attached(fresh))
            #expect(try await group().desired == 3)
            #expect(try await client.instances(filters: []).count == 3)
            // Another one fits, and then none.
            guard case .attached(let second) = await client.launchOnTop(of: "agents", image: nil, like: nil, token: "mayfly-8-1") else {
                return #expect(Bool(false), "nothing was launched")
            }
            #expect(second != fresh)
            guard case .failed(.refused(let words)) = await client.launchOnTop(of: "agents", image: nil, like: old, token: "mayfly-9-1") else {
                return #expect(Bool(false), "it is full")
            }
            #expect(words == "nothing was asked: group agents has 4 of at most 4")
            #expect(await client.launchOnTop(of: "agents", image: nil, like: nil, token: "mayfly-8-1") == .attached(second), "it is full with this very one")
            #expect(try await client.instances(filters: []).count == 4)
            #expect(await client.retire(old) == .accepted)
            #expect(try await group().desired == 3)
            #expect(
                await client.launchOnTop(of: "nobody", image: nil, like: old, token: "mayfly-9-2")
                    == .failed(.refused("nothing was asked: there is no group nobody")))
            #expect(subnets.count == 2)
        }
    }

    private func make(_ cloud: Cloud, max: Int) async throws -> [String] {
        let vpc = try #require(texts("VpcId", in: try await cloud.boto("ec2", "create_vpc", #"{"CidrBlock": "10.0.0.0/16"}"#)).first)
        var subnets: [String] = []
        for (number, zone) in ["us-east-1a", "us-east-1b"].enumerated() {
            let made = try await cloud.boto(
                "ec2", "create_subnet", #"{"VpcId": "\#(vpc)", "CidrBlock": "10.0.\#(number).0/24", "AvailabilityZone": "\#(zone)"}"#)
            subnets.append(try #require(texts("SubnetId", in: made).first))
        }
        let image = try #require(texts("ImageId", in: try await cloud.boto("ec2", "register_image", #"{"Name": "agent-1"}"#)).first)
        _ = try await cloud.boto(
            "ec2", "create_launch_template", #"{"LaunchTemplateName": "agents", "LaunchTemplateData": {"ImageId": "\#(image)", "InstanceType": "m5.large"}}"#)
        let tags = [("Role", "agent", "true"), ("Own", "x", "false")].map {
            #"{"Key": "\#($0.0)", "Value": "\#($0.1)", "PropagateAtLaunch": \#($0.2), "ResourceId": "agents", "ResourceType": "auto-scaling-group"}"#
        }
        _ = try await cloud.boto(
            "autoscaling", "create_auto_scaling_group",
            #"{"AutoScalingGroupName": "agents", "MinSize": 1, "MaxSize": \#(max), "DesiredCapacity": 2, "VPCZoneIdentifier": "\#(subnets.joined(separator: ","))", "#
                + #""LaunchTemplate": {"LaunchTemplateName": "agents", "Version": "$Latest"}, "Tags": [\#(tags.joined(separator: ", "))]}"#)
        return subnets
    }

    @Test func `is refused of a group that cannot be followed`() {
        func why(_ change: (inout LaunchingGroup) -> Void) -> String? {
            var group = LaunchingGroup(name: "g", desired: 3, max: 5, template: LaunchTemplate(id: "lt-1", version: "1"))
            change(&group)
            return group.whyNotOnTop
        }
        #expect(why { _ in } == nil)
        #expect(why { $0.desired = 5 } == "group g has 5 of at most 5")
        #expect(why { $0.isMixed = true }?.contains("policy of its own") == true)
        #expect(why { $0.isLaunchSuspended = true } == "group g has Launch suspended")
    }

    /// An instance that was just launched is pending: it goes on with it at the next call.
    @Test func `waits for the instance to run before it puts it into the group`() async throws {
        let server = try ScriptedServer { request, number in
            let answer = { (call: String, body: String) in ScriptedServer.Answer.text("<\(call)Response>\(body)</\(call)Response>") }
            let call = String(request.body.dropFirst(7).prefix { $0 != "&" })
            switch call {
            case "DescribeAutoScalingGroups":
                let group =
                    "<AutoScalingGroupName>g</AutoScalingGroupName><DesiredCapacity>1</DesiredCapacity><MaxSize>2</MaxSize>"
                    + "<LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId><Version>3</Version></LaunchTemplate><VPCZoneIdentifier>subnet-a, subnet-b</VPCZoneIdentifier>"
                return answer(call, "<\(call)Result><AutoScalingGroups><member>\(group)</member></AutoScalingGroups></\(call)Result>")
            case "RunInstances": return answer(call, "<instancesSet><item><instanceId>i-9</instanceId></item></instancesSet>")
            case "DescribeAutoScalingInstances": return answer(call, "<\(call)Result><AutoScalingInstances/></\(call)Result>")
            case "AttachInstances": return answer(call, "")
            case "DescribeInstances":
                let isOld = request.body.contains("i-1")
                if request.body.contains("replacement"), number < 5 { return answer(call, "<reservationSet/>") }
                let state = number > 7 ? "running" : "pending"
                return answer(
                    call,
                    "<reservationSet><item><instancesSet><item><instanceId>\(isOld ? "i-1" : "i-9")</instanceId><instanceState><name>\(state)</name></instanceState>"
                        + "<subnetId>subnet-b</subnetId></item></instancesSet></item></reservationSet>")
            default: return .text("", status: 400)
            }
        }
        try await withCaller { http in
            let client = try AWSClient(
                settings: AWSSettings(
                    region: "us-east-1", endpointURL: server.url, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"]), http: http)
            #expect(await client.launchOnTop(of: "g", image: "ami-2", like: "i-1", token: "t") == .starting("i-9"))
            #expect(await client.launchOnTop(of: "g", image: "ami-2", like: "i-1", token: "t") == .attached("i-9"))
        }
        let bodies = server.requests.map(\.body)
        #expect(bodies.count { $0.contains("Action=AttachInstances") } == 1)
        let launches = bodies.filter { $0.hasPrefix("Action=RunInstances") }
        #expect(
            launches.count == 1
                && launches.allSatisfy {
                    $0.contains("&SubnetId=subnet-b&ClientToken=t&")
                        && $0.contains("LaunchTemplate.LaunchTemplateId=lt-1&LaunchTemplate.Version=3&ImageId=ami-2")
                }, "\(launches)")
    }
}
