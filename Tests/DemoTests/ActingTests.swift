import Fleet
import FoundationEssentials
import NIOHTTP1
import Simulation
import Testing

@testable import Demo

@Suite struct `The demo's cluster, told to do something` {
    /// `{…}`: what was sent, by the line of a capture that begins with `> {`.
    private static func sent(_ capture: String) throws -> String? {
        try Recorded.text(capture).split(whereSeparator: \.isNewline).first { $0.hasPrefix("> {") }.map { String($0.dropFirst(2)) }
    }

    @Test func `refuses each wrong call about an agent as a real master has`() async throws {
        let captures = try Recorded.names(in: "mesos/03-errors", suffix: ".http").filter { $0.contains("_AGENT_") }
        #expect(captures.count > 25)
        try await Stage.with { stage in
            for capture in captures where !capture.contains("not_deactivated") {
                let body = try #require(try Self.sent(capture), "\(capture)")
                let reply = try await stage.send(
                    .POST, stage.endpoints.masters[0] + "/api/v1", headers: [("Content-Type", "application/json"), ("Accept", "application/json")], body: body)
                let (status, text) = (try Recorded.status(capture), try Recorded.text(capture.replacing(".http", with: ".txt")))
                #expect(reply.status == status && reply.text == text, "\(capture): \(reply.status) \(reply.text)")
            }
        }
    }

    @Test func `deactivates, reactivates, drains and marks gone as a master does, and remembers who was told what`() async throws {
        try await Stage.with(World.refreshing(at: World.storyStart, failing: [])) { stage in
            let agent = stage.cluster.look { $0.machines[15].agent?.rawValue ?? "" }
            func tell(_ type: String, more: String = "") async throws -> String {
                let reply = try await stage.call(type, more: ", \"\(type.lowercased())\": {\"agent_id\": {\"value\": \"\(agent)\"}\(more)}")
                return "\(reply.status) \(reply.text)"
            }
            let early = try await tell("REACTIVATE_AGENT")
            #expect(early == "400 Agent is not deactivated")
            #expect(try await tell("DEACTIVATE_AGENT") == "200 ")
            #expect(stage.cluster.look { $0.machines[15].isDeactivated })
            #expect(try await tell("REACTIVATE_AGENT") == "200 ")
            #expect(try await tell("DRAIN_AGENT", more: ", \"max_grace_period\": {\"seconds\": 60}") == "200 ")
            #expect(try await tell("REACTIVATE_AGENT") == "400 Agent is still in the DRAINING state")
            stage.set(300)
            #expect(stage.cluster.look { $0.machines[15].tasks.isEmpty && $0.machines[15].drain?.state == .drained })
            #expect(try await tell("MARK_AGENT_GONE") == "200 ")
            #expect(stage.cluster.look { !$0.machines[15].isListed })
            #expect(stage.cluster.calls().count == 6)
            #expect(stage.cluster.calls().count { $0.outcome == .accepted } == 4)
        }
    }

    @Test func `replaces a member in each flavour's own words`() async throws {
        try await Stage.with(World.refreshing(at: World.storyStart, failing: [])) { stage in
            let ways: [(method: HTTPMethod, path: String, capture: String)] = [
                (.POST, "prod/kafka/v1/pod/kafka-1/replace", "kafka/constructed.sdk.pod.replace.response"),
                (.POST, "prod/kafka-logs/v1/pods/kafka-1/replace", "kafka/constructed.sdk.pod.replace.response"),
                (.PUT, "staging/kafka/v1/brokers/1?replace=true", "kafka/presdk.broker.replace.response"),
            ]
            for (service, way) in ways.enumerated() {
                let before = stage.cluster.look { $0.services[service].brokers[1].moves }
                let reply = try await stage.dcos("/service/" + way.path, method: way.method)
                #expect(reply.status == 200, "\(way.path): \(reply.text)")
                try expectSame(reply.body, as: ["services/\(way.capture).json"])
                #expect(stage.cluster.look { $0.services[service].brokers[1].moves } == before + 1)
            }
            #expect(try await stage.dcos("/service/prod/kafka/v1/pod/kafka-9/replace", method: .POST).text == "Pod kafka-9 not found")
            #expect(try await stage.dcos("/service/staging/kafka/v1/brokers/9?replace=true", method: .PUT).text == "[null]")
            #expect(try await stage.dcos("/service/prod/kafka/v1/pods/kafka-1/replace", method: .POST).status == 405)
            stage.set(3600)
            #expect(stage.cluster.look { $0.services.allSatisfy { $0.brokers.allSatisfy(\.isRegistered) } })
            #expect(stage.cluster.mostBrokersOut() == ["prod/kafka": 1, "prod/kafka-logs": 1, "staging/kafka": 1])
        }
    }

    @Test func `ends an instance of a group, which launches another, and a public one, which nobody replaces`() async throws {
        try await Stage.with(World.refreshing(at: World.storyStart, failing: [])) { stage in
            let (private_, public_) = stage.cluster.look { ($0.machines[12].instance.rawValue, $0.machines[19].instance.rawValue) }
            let dry = try await stage.ec2("TerminateInstances&InstanceId.1=\(public_)&DryRun=true")
            #expect(dry.status == 412 && dry.text.contains("<Code>DryRunOperation</Code>"))
            let protection = try await stage.ec2("DescribeInstanceAttribute&InstanceId=\(public_)&Attribute=disableApiTermination")
            #expect(protection.status == 200 && texts("value", in: protection.text) == ["false"])
            let grouped = try await stage.ec2(
                "TerminateInstanceInAutoScalingGroup&InstanceId=\(private_)&ShouldDecrementDesiredCapacity=false", version: "2011-01-01")
            #expect(grouped.status == 200 && grouped.text.contains("Terminating EC2 instance: \(private_)"))
            #expect(try await stage.ec2("TerminateInstances&InstanceId.1=\(public_)").status == 200)
            let unknown = try await stage.ec2("TerminateInstances&InstanceId.1=i-0123456789abcdef0")
            #expect(unknown.status == 400 && unknown.text.contains("InvalidInstanceID.NotFound"))
            stage.set(600)
            stage.cluster.look { world in
                #expect(world.machines.count == 21 && world.machines[20].group == World.group)
                #expect(world.machines[12].ec2State == .terminated && world.machines[19].ec2State == .terminated)
                #expect(world.refreshed == (1, 20))
            }
        }
    }

    @Test func `launches one from a template, and the same one again for the same token`() async throws {
        try await Stage.with(World.refreshing(at: World.storyStart, failing: [])) { stage in
            let template = try await stage.ec2("DescribeLaunchTemplateVersions&LaunchTemplateName=\(World.publicTemplate)&LaunchTemplateVersion.1=$Default")
            #expect(template.text.contains("<imageId>resolve:ssm:\(World.publicParameter)</imageId>"), "\(template.text)")
            let call = "RunInstances&MinCount=1&MaxCount=1&LaunchTemplate.LaunchTemplateName=\(World.publicTemplate)&ClientToken=mayfly-1-1"
            let (first, second) = (try await stage.ec2(call), try await stage.ec2(call))
            #expect(first.status == 200 && texts("instanceId", in: first.text).count == 1)
            #expect(texts("instanceId", in: first.text) == texts("instanceId", in: second.text))
            let nothing = try await stage.ec2(call.replacing(World.publicTemplate, with: "nope"))
            #expect(nothing.text.contains("InvalidLaunchTemplateName.NotFoundException"))
            stage.set(600)
            stage.cluster.look { world in #expect(world.machines.count == 21 && world.machines[20].isPublic && world.machines[20].isConnected) }
            let id = try #require(texts("instanceId", in: first.text).first)
            let console = try await stage.ec2("GetConsoleOutput&InstanceId=\(id)")
            #expect(texts("output", in: console.text).first?.isEmpty == false)
        }
    }

    @Test func `runs the usual commands over SSM, and says what became of them a moment later`() async throws {
        try await Stage.with(World.refreshing(at: World.storyStart, failing: [])) { stage in
            let instance = stage.cluster.look { $0.machines[13].instance.rawValue }
            func send(_ lines: [String]) async throws -> String {
                let commands = lines.map { "\"\($0)\"" }.joined(separator: ", ")
                let reply = try await stage.ssm(
                    "{\"InstanceIds\": [\"\(instance)\"], \"DocumentName\": \"AWS-RunShellScript\", \"Parameters\": {\"commands\": [\(commands)]}}",
                    target: "AmazonSSM.SendCommand")
                #expect(reply.status == 200, "\(reply.text)")
                return String(reply.text.split(separator: "\"CommandId\":\"").last?.prefix(36) ?? "")
            }
            func standing(_ id: String) async throws -> String {
                try await stage.ssm("{\"CommandId\": \"\(id)\", \"InstanceId\": \"\(instance)\"}", target: "AmazonSSM.GetCommandInvocation").text
            }
            let leave = try await send(["systemctl kill -s SIGUSR1 dcos-mesos-slave"])
            #expect(try await standing(leave).contains("InProgress"))
            stage.set(5)
            #expect(try await standing(leave).contains("\"Status\":\"Success\""))
            #expect(stage.cluster.look { !$0.machines[13].isListed })
            let other = try await send(["rm -rf /"])
            stage.set(10)
            #expect(try await standing(other).contains("the invented host knows no such command"))
            #expect(try await standing("11111111-1111-1111-1111-111111111111").contains("InvalidCommandId"))
        }
    }

    @Test func `keeps parameters, and never writes over one unasked`() async throws {
        try await Stage.with { stage in
            func put(_ name: String, _ value: String) async throws -> String {
                try await stage.ssm(
                    "{\"Name\": \"\(name)\", \"Value\": \"\(value)\", \"Type\": \"String\", \"Overwrite\": false}", target: "AmazonSSM.PutParameter"
                ).text
            }
            let first = try await put("/mayfly/prod/claim/1", "a")
            #expect(first.contains("\"Version\":1"))
            #expect(try await put("/mayfly/prod/claim/1", "b").contains("ParameterAlreadyExists"))
            #expect(try await put("/mayfly/prod/other", "c").contains("\"Version\":1"))
            let listed = try await stage.ssm("{\"Path\": \"/mayfly/prod/claim\"}", target: "AmazonSSM.GetParametersByPath").text
            #expect(listed.contains("\"Value\":\"a\"") && !listed.contains("other"))
            let deleted = try await stage.ssm("{\"Names\": [\"/mayfly/prod/claim/1\", \"/nothing\"]}", target: "AmazonSSM.DeleteParameters").text
            #expect(deleted == "{\"DeletedParameters\":[\"/mayfly/prod/claim/1\"],\"InvalidParameters\":[\"/nothing\"]}")
        }
    }
}
