import Fleet
import NIOHTTP1
import Simulation
import Testing

@testable import Demo

@Suite struct `The demo's AWS` {
    @Test func `answers each call with the elements of the captures`() async throws {
        let kinds: [(query: String, captures: [[UInt8]])] = [
            (
                "DescribeInstances&MaxResults=5",
                try ["page1", "filters", "max1"].map { try Recorded.body("aws/ec2.DescribeInstances.\($0).response.http") }
                    + [try Recorded.bytes("aws/handmade/ec2.DescribeInstances.terminated.200.xml")]
            ),
            (
                "DescribeInstanceStatus&IncludeAllInstances=true",
                try ["ec2.DescribeInstanceStatus.all", "plus.DescribeInstanceStatus.impaired"].map { try Recorded.body("aws/\($0).response.http") }
            ),
            ("DescribeImages&Owner.1=self", [try Recorded.body("aws/ec2.DescribeImages.byid.response.http")]),
        ]
        try await Stage.with { stage in
            for kind in kinds {
                var replies: [[UInt8]] = []
                for moment in [0, 430, 600, 1205, 1290, 1700, 4000] {
                    stage.set(moment)
                    for query in [kind.query, kind.query.replacing("MaxResults=5", with: "Filter.1.Name=instance-state-name&Filter.1.Value.1=terminated")] {
                        let reply = try await stage.ec2(query)
                        #expect(reply.status == 200 && reply.headers["Content-Type"].first?.hasPrefix("text/xml") == true, "\(reply.text)")
                        replies.append(reply.body)
                    }
                }
                let differences = try xmlDifferences(of: replies, from: kind.captures)
                #expect(differences == [], "\(kind.query)")
            }
        }
    }

    @Test func `gives every instance once over its pages`() async throws {
        try await Stage.with(World(shape: World.Shape(agents: 43), now: World.storyStart)) { stage in
            var seen: [String] = []
            var query = "DescribeInstances&MaxResults=10"
            var pages = 0
            while pages < 10 {
                let reply = try await stage.ec2(query)
                seen += texts("instanceId", in: reply.text)
                pages += 1
                guard let token = texts("nextToken", in: reply.text).first else { break }
                query = "DescribeInstances&MaxResults=10&NextToken=" + token
            }
            #expect(pages == 5 && seen.count == 43 && Set(seen).count == 43)
        }
    }

    @Test func `filters instances by tag, state and id`() async throws {
        try await Stage.with { stage in
            stage.set(1300)
            let id = stage.cluster.look { $0.machines[3].instance.rawValue }
            let expected = [
                ("", 21), ("&Filter.1.Name=tag%3ARole&Filter.1.Value.1=dcos-public-agent", 3),
                ("&Filter.1.Name=tag%3ARole&Filter.1.Value.1=dcos-%2A&Filter.2.Name=instance-state-name&Filter.2.Value.1=running", 20),
                ("&Filter.1.Name=tag-key&Filter.1.Value.1=aws%3Aautoscaling%3AgroupName", 18), ("&InstanceId.1=\(id)", 1),
            ]
            for (query, count) in expected {
                let reply = try await stage.ec2("DescribeInstances" + query)
                #expect(texts("instanceId", in: reply.text).count == count, "\(query)")
            }
        }
    }

    @Test func `refuses with the codes and texts of the captures`() async throws {
        try await Stage.with { stage in
            let refusals: [(query: String, capture: String)] = [
                ("DescribeInstances&InstanceId.1=i-0123456789abcdef0", "ec2.DescribeInstances.notfound"),
                ("DescribeInstances&InstanceId.1=i-0123456789abcdef0&MaxResults=5", "ec2.DescribeInstances.ids-and-max"),
                ("DescribeImages&ImageId.1=ami-0123456789abcdef0", "ec2.DescribeImages.notfound"),
                ("DescribeImages&ImageId.1=foo", "ec2.DescribeImages.malformed"),
            ]
            for refusal in refusals {
                let reply = try await stage.ec2(refusal.query)
                let path = "aws/\(refusal.capture).response.http"
                #expect(try reply.status == Recorded.status(path))
                let captured = String(decoding: try Recorded.body(path), as: UTF8.self)
                #expect(texts("Code", in: reply.text) == texts("Code", in: captured))
                #expect(texts("Message", in: reply.text) == texts("Message", in: captured))
                #expect(try xmlDifferences(of: [reply.body], from: [Recorded.body(path)]) == [])
            }
            let unsigned = try await stage.ec2("DescribeInstances", authorization: nil)
            #expect(unsigned.status == 401)
            #expect(try texts("Code", in: unsigned.text) == texts("Code", in: Recorded.text("aws/handmade/ec2.AuthFailure.401.xml")))
            for bad in ["DescribeInstances&MaxResults=4", "DescribeInstances&NextToken=garbage", "DescribeInstances&Filter.1.Name=x&Filter.1.Value.1=y"] {
                let reply = try await stage.ec2(bad)
                #expect(reply.status == 400 && texts("Code", in: reply.text) == ["InvalidParameterValue"])
            }
            #expect(try await stage.ec2("RunInstances").status == 400)
        }
    }

    @Test func `refuses every call while it throttles`() async throws {
        try await Stage.with { stage in
            stage.set(110 * 60 + 5)
            let ec2 = try await stage.ec2("DescribeInstances")
            #expect(try ec2.status == Recorded.status("aws/plus.DescribeInstances.RequestLimitExceeded.response.http"))
            let captured = String(decoding: try Recorded.body("aws/plus.DescribeInstances.RequestLimitExceeded.response.http"), as: UTF8.self)
            #expect(texts("Code", in: ec2.text) == texts("Code", in: captured) && texts("Message", in: ec2.text) == texts("Message", in: captured))
            let ssm = try await stage.ssm("{\"Name\": \"/ami/dcos-agent\"}")
            #expect(ssm.status == 400)
            try expectSame(ssm.body, as: [try Recorded.bytes("aws/handmade/ssm.ThrottlingException.400.json")])
            stage.set(115 * 60)
            #expect(try await stage.ec2("DescribeInstances").status == 200)
        }
    }

    @Test func `answers for parameters as SSM does`() async throws {
        try await Stage.with { stage in
            let old = try await stage.ssm("{\"Name\": \"/ami/dcos-agent\"}")
            #expect(old.status == 200 && old.headers["Content-Type"] == ["application/x-amz-json-1.1"])
            try expectSame(old.body, as: [try Recorded.body("aws/ssm.GetParameter.response.http")])
            stage.set(700)
            let new = try await stage.ssm("{\"Name\": \"/ami/dcos-agent\"}")
            #expect(new.text.contains("\"Version\":8") && new.text.contains("\"LastModifiedDate\":1795514580.0"))
            let missing = try await stage.ssm("{\"Name\": \"/nope\"}")
            #expect(missing.status == 400 && missing.headers["X-Amzn-Errortype"] == ["ParameterNotFound"])
            #expect(missing.text.contains("Parameter /nope not found."))
            try expectSame(missing.body, as: [try Recorded.body("aws/ssm.GetParameter.notfound.response.http")])
            #expect(try await stage.ssm("{\"Name\": \"/ami/dcos-agent\"}", authorization: nil).status == 400)
            #expect(try await stage.ssm("{}").status == 400)
            #expect(try await stage.ssm("{}", target: "AmazonSSM.ListCommands").text.contains("UnknownOperationException"))
        }
    }

    @Test func `tells of the group's instances as Auto Scaling does`() async throws {
        try await Stage.with { stage in
            stage.set(1270)
            let reply = try await stage.ec2("DescribeAutoScalingGroups&AutoScalingGroupNames.member.1=dcos-agents", version: "2011-01-01")
            let differences = try xmlDifferences(of: [reply.body], from: [Recorded.body("aws/autoscaling.DescribeAutoScalingGroups.response.http")])
            #expect(reply.status == 200)
            // The recording is of an imitation, which leaves the type empty.
            #expect(differences.filter { !$0.contains("InstanceType") } == [])
            #expect(texts("DesiredCapacity", in: reply.text) == ["17"] && texts("InstanceId", in: reply.text).count == 17)
            #expect(texts("LifecycleState", in: reply.text).count { $0 == "Pending" } == 1)
            let none = try await stage.ec2("DescribeAutoScalingGroups&AutoScalingGroupNames.member.1=nope", version: "2011-01-01")
            #expect(try xmlDifferences(of: [none.body], from: [Recorded.body("aws/autoscaling.DescribeAutoScalingGroups.none.response.http")]) == [])
            stage.set(110 * 60 + 5)
            let throttled = try await stage.ec2("DescribeAutoScalingGroups", version: "2011-01-01")
            #expect(try throttled.status == Recorded.status("aws/plus.DescribeAutoScalingGroups.Throttling.response.http"))
            let captured = String(decoding: try Recorded.body("aws/plus.DescribeAutoScalingGroups.Throttling.response.http"), as: UTF8.self)
            #expect(texts("Code", in: throttled.text) == texts("Code", in: captured) && texts("Message", in: throttled.text) == texts("Message", in: captured))
            #expect(try await stage.ec2("DescribeAutoScalingGroups", authorization: nil, version: "2011-01-01").status == 403)
        }
    }

    @Test func `tells of SSM's agents, some at a time`() async throws {
        try await Stage.with { stage in
            stage.set(700)
            let target = "AmazonSSM.DescribeInstanceInformation"
            let first = try await stage.ssm("{\"MaxResults\": 15}", target: target)
            #expect(first.status == 200 && first.text.contains("\"NextToken\":\"15\""))
            let second = try await stage.ssm("{\"MaxResults\": 15, \"NextToken\": \"15\"}", target: target)
            #expect(!second.text.contains("NextToken"))
            let all = (first.text + second.text).split(separator: "\"PingStatus\":\"").dropFirst()
            // One host hangs, and one agent has ended.
            #expect(all.count == 20 && all.count { $0.hasPrefix("ConnectionLost\"") } == 2)
            #expect(try await stage.ssm("{\"MaxResults\": 4}", target: target).status == 400)
            #expect(try await stage.ssm("{\"NextToken\": \"x\"}", target: target).text.contains("InvalidNextToken"))
        }
    }

    private func xmlDifferences(of replies: [[UInt8]], from captures: [[UInt8]]) throws -> [String] {
        var (ours, captured) = (Shape(), Shape())
        for reply in replies { try ours.add(xml: reply) }
        for capture in captures { try captured.add(xml: capture) }
        return ours.differences(from: captured)
    }

    private func expectSame(_ body: [UInt8], as captures: [[UInt8]]) throws {
        var (ours, captured) = (Shape(), Shape())
        try ours.add(json: body)
        for capture in captures { try captured.add(json: capture) }
        #expect(ours.differences(from: captured) == [])
    }
}

/// The texts of all elements of a name, in order.
func texts(_ name: String, in xml: String) -> [String] {
    xml.split(separator: "<").filter { $0.hasPrefix(name + ">") }.map { String($0.dropFirst(name.count + 1)) }
}
