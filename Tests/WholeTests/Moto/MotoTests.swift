import Demo
import Fleet
import Foundation
import Moto
import Replacing
import Running
import Simulation
import Testing
import Wire

/// The built program, in mode act, with moto for EC2, Auto Scaling and SSM, and the invented masters and schedulers; its agents run on moto's instances.
@Suite(.serialized, .timeLimit(.minutes(30))) struct `The daemon, with moto as its AWS` {
    @Test func `brings the agents of an Auto Scaling group to a new image, and the group brings the successors`() async throws {
        try await withCloud { cloud in
            let new = try await cloud.makeGroup(of: 4)
            let before = try await cloud.seen()
            let stage = try await cloud.stage(
                """
                    select: {groups: [dcos-agents], tags: {cluster: prod}}
                    provision: {group: dcos-agents}
                """, on: before.given, brokers: [3])
            try await Bridge(cloud: cloud, cluster: stage.cluster).during {
                let daemon = try stage.startDaemon()
                let replacements = try await stage.waitUntilReplaced(Set(before.living.map(\.instance)))
                daemon.signal(SIGTERM)
                #expect(try await daemon.end().code == 0)
                try await cloud.expectRefreshed(stage, from: before, to: new, by: replacements)
                // Each was ended once, by its group alone.
                let calls = try await cloud.calls()
                #expect(calls.count { $0 == "TerminateInstanceInAutoScalingGroup" } == 4)
                #expect(Set(calls).isDisjoint(with: ["TerminateInstances", "RunInstances", "SetDesiredCapacity"]), "\(Set(calls).sorted())")
                let group = try await cloud.boto("autoscaling", "describe_auto_scaling_groups", "{}")["AutoScalingGroups"]?.items.first
                #expect(group?["DesiredCapacity"] == .number(4))
                #expect(Set(group?["Instances"]?.items.compactMap { $0["InstanceId"]?.string } ?? []) == Set(try await cloud.seen().living.map(\.id)))
            }
            await stage.end()
        }
    }

    @Test func `launches from a template itself, each once though an answer is lost, with its tags and where the old one stood`() async throws {
        try await withCloud { cloud in
            let (new, subnet) = try await cloud.makeFromTemplate(3)
            let before = try await cloud.seen()
            let earlier = try await cloud.calls().count
            let stage = try await cloud.stage(
                """
                    select: {tags: {Role: dcos-agent, cluster: prod}}
                    size: 3
                    provision: {launch_template: {name: dcos-agents, version: $Latest}}
                """, on: before.given, brokers: [2])
            try await cloud.moto.control("fault", #"{"action": "RunInstances", "times": 1, "status": 500, "code": "InternalError", "done": true}"#)
            try await Bridge(cloud: cloud, cluster: stage.cluster).during {
                let daemon = try stage.startDaemon()
                let replacements = try await stage.waitUntilReplaced(Set(before.living.map(\.instance)))
                daemon.signal(SIGTERM)
                #expect(try await daemon.end().code == 0)
                try await cloud.expectRefreshed(stage, from: before, to: new, by: replacements)
                let (fresh, calls) = (try await cloud.seen().living, try await cloud.calls().dropFirst(earlier))
                #expect(calls.count { $0 == "RunInstances" } == 4, "three, and one whose answer was lost")
                #expect(calls.count { $0 == "CreateTags" } == 0, "they are tagged as they are launched")
                #expect(Set(fresh.compactMap(\.token)).count == 3)
                for host in fresh {
                    let token = try #require(host.token)
                    let replacement = try #require(replacements.first { $0["successor"]?.string == host.id }, "\(host.id) is nobody's")
                    #expect(token.hasPrefix("mayfly-\(Int(replacement["id"]?.number ?? 0))-"), "\(token) of \(Stage.shown(replacement))")
                    #expect(host.tags["mayfly:replacement"] == token)
                    #expect(host.tags["Role"] == "dcos-agent" && host.tags["cluster"] == "prod" && host.tags["mayfly"] == "replaceable", "\(host.tags)")
                    #expect(host.subnet == subnet && host.zone == "us-east-1a", "\(host)")
                }
            }
            await stage.end()
        }
    }
}

extension Cloud {
    /// A group of agents that run the image of old, and another image that has been the one that is wanted since yesterday; that one.
    fileprivate func makeGroup(of size: Int) async throws -> ImageID {
        try await setTime(Self.longAgo)
        let subnet = try await makeSubnets(1)[0]
        try await writeTemplate(try await registerImage("dcos-agent-1"), isFirst: true)
        let tag = #"{"Key": "cluster", "Value": "prod", "PropagateAtLaunch": true, "ResourceId": "dcos-agents", "ResourceType": "auto-scaling-group"}"#
        try await boto(
            "autoscaling", "create_auto_scaling_group",
            #"{"AutoScalingGroupName": "dcos-agents", "MinSize": \#(size), "MaxSize": \#(size), "DesiredCapacity": \#(size), "VPCZoneIdentifier": "\#(subnet)", "#
                + #""LaunchTemplate": {"LaunchTemplateName": "\#(Self.template)", "Version": "$Latest"}, "Tags": [\#(tag)]}"#)
        return try await releaseNewImage()
    }

    /// The same of agents that were launched from the template one by one, into a subnet that only who launches names; and that subnet.
    fileprivate func makeFromTemplate(_ count: Int) async throws -> (image: ImageID, subnet: String) {
        try await setTime(Self.longAgo)
        let subnet = try await makeSubnets(2)[1]
        try await writeTemplate(try await registerImage("dcos-agent-1"), isFirst: true)
        try await boto(
            "ec2", "run_instances",
            #"{"MinCount": \#(count), "MaxCount": \#(count), "SubnetId": "\#(subnet)", "LaunchTemplate": {"LaunchTemplateName": "\#(Self.template)"}}"#)
        return (try await releaseNewImage(), subnet)
    }

    private func releaseNewImage() async throws -> ImageID {
        try await setTime(Self.yesterday)
        let new = try await registerImage("dcos-agent-2")
        try await writeTemplate(new, isFirst: false)
        try await release(new)
        return new
    }
}
