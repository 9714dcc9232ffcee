import Fleet
import Synchronization
import Testing
import Wire

@testable import AWS

/// Moto has no hooks that wait: the answers are those of Auto Scaling's API reference of 2011-01-01, over a real socket.
@Suite struct `A lifecycle hook` {
    private static let metadata = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"

    private static func describe(_ state: String?) -> ScriptedServer.Answer {
        let member = state.map {
            "<member><InstanceId>i-1</InstanceId><AutoScalingGroupName>agents</AutoScalingGroupName><LifecycleState>\($0)</LifecycleState></member>"
        }
        return .text(
            "<DescribeAutoScalingInstancesResponse xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><DescribeAutoScalingInstancesResult>"
                + "<AutoScalingInstances>\(member ?? "")</AutoScalingInstances></DescribeAutoScalingInstancesResult>\(metadata)</DescribeAutoScalingInstancesResponse>"
        )
    }

    private static func refusal(_ code: String, _ message: String, status: Int = 400) -> ScriptedServer.Answer {
        .text(
            "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message></Error><RequestId>r</RequestId></ErrorResponse>",
            status: status)
    }

    private func ask<Value>(
        _ answer: @escaping @Sendable (String) -> ScriptedServer.Answer, _ body: (AWSClient) async throws -> Value
    ) async throws -> (Value, [String]) {
        let server = try ScriptedServer { request, _ in answer(request.body) }
        let value = try await withCaller { http in
            try await body(
                try AWSClient(
                    settings: AWSSettings(
                        region: "us-east-1", endpointURL: server.url, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"]), http: http))
        }
        return (value, server.requests.map(\.body))
    }

    @Test func `is completed by its name, its group and the instance`() async throws {
        for (action, isHeartbeat) in [("CompleteLifecycleAction", false), ("RecordLifecycleActionHeartbeat", true)] {
            let (outcome, bodies) = try await ask { _ in
                .text("<\(action)Response><\(action)Result/>\(Self.metadata)</\(action)Response>")
            } _: { client in
                isHeartbeat ? await client.heartbeat("drain", in: "agents", for: "i-1") : await client.complete("drain", in: "agents", for: "i-1")
            }
            #expect(outcome == .accepted)
            let tail = isHeartbeat ? "" : "&LifecycleActionResult=CONTINUE"
            #expect(
                bodies == ["Action=\(action)&Version=2011-01-01&LifecycleHookName=drain&AutoScalingGroupName=agents&InstanceId=i-1" + tail])
        }
    }

    @Test func `for which nobody waits is done with, and one that is refused is not`() async throws {
        let none = "No active Lifecycle Action found with instance ID i-1"
        #expect(try await ask({ _ in Self.refusal("ValidationError", none) }) { await $0.complete("drain", in: "agents", for: "i-1") }.0 == .accepted)
        for (code, words, status) in [("ValidationError", "no such group", 400), ("AccessDenied", "not authorized", 403)] {
            guard
                case .refused(let text) = try await ask(
                    { _ in Self.refusal(code, words, status: status) }, { await $0.complete("drain", in: "agents", for: "i-1") }
                ).0
            else {
                return #expect(Bool(false), "\(code)")
            }
            #expect(text.contains(words), "\(text)")
        }
    }

    @Test func `is waited for in a state that the group tells`() async throws {
        for state in ["InService", "Terminating:Wait", nil] as [String?] {
            #expect(try await ask({ _ in Self.describe(state) }) { try await $0.lifecycle(of: "i-1") }.0 == state)
        }
    }
}
