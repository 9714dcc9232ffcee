import Captures
import Fleet
import Replacing
import Synchronization
import Testing

@testable import Daemon

/// An Auto Scaling that holds an instance for a hook, over a real socket: moto has none that waits.
@Suite(.timeLimit(.minutes(2))) struct `The end of an instance in a group` {
    /// How the group goes on: a state for each time that it is asked, the last for ever; another course after the call and after the hook.
    private final class Group: Sendable {
        private struct Content {
            var states: [String?]
            var calls: [String] = []
            var isTerminationRefused = false
        }
        private let content: Mutex<Content>
        private let afterCall: [String?]
        var calls: [String] { content.withLock { $0.calls } }

        init(_ states: [String?], afterCall: [String?] = ["Terminating", "Terminating:Wait"], refuses: Bool = false) {
            content = Mutex(Content(states: states, isTerminationRefused: refuses))
            self.afterCall = afterCall
        }

        func answer(_ request: RawServer.Request) -> [RawServer.Step] {
            let call = request.text.split(separator: "&").first { $0.hasPrefix("Action=") }.map { String($0.dropFirst(7)) } ?? ""
            return content.withLock { content in
                content.calls.append(call)
                let metadata = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
                switch call {
                case "DescribeAutoScalingInstances":
                    let state = content.states.count > 1 ? content.states.removeFirst() : content.states[0]
                    let member = state.map { "<member><InstanceId>i-1</InstanceId><LifecycleState>\($0)</LifecycleState></member>" } ?? ""
                    let list = "<AutoScalingInstances>\(member)</AutoScalingInstances>"
                    return [.answer(body: "<\(call)Response><\(call)Result>\(list)</\(call)Result>\(metadata)</\(call)Response>".utf8)]
                case "TerminateInstanceInAutoScalingGroup":
                    if content.isTerminationRefused {
                        let error =
                            "<ErrorResponse><Error><Type>Sender</Type><Code>ScalingActivityInProgress</Code><Message>m</Message></Error></ErrorResponse>"
                        return [.answer(400, body: error.utf8)]
                    }
                    content.states = afterCall
                    return [.answer(body: "<\(call)Response><\(call)Result><Activity/></\(call)Result>\(metadata)</\(call)Response>".utf8)]
                case "CompleteLifecycleAction":
                    content.states = ["Terminating:Proceed"]
                    return [.answer(body: "<\(call)Response><\(call)Result/>\(metadata)</\(call)Response>".utf8)]
                default: return [.answer(400)]
                }
            }
        }
    }

    private func end(_ group: Group, hook: String? = "mayfly-drain", _ action: Action = .terminate("i-1", group: "agents")) async throws -> CallOutcome {
        let folder = try TemporaryFolder()
        return try await RawServer.with {
            group.answer($0)
        } _: { server in
            let hook = hook.map { ", lifecycle_hook: \($0)" } ?? ""
            let configuration = try Configuration.parse(
                """
                cluster: c
                mesos: {masters: ["http://127.0.0.1:1"]}
                aws: {region: us-east-1, endpoint_url: "\(server.url)"}
                pools: {p: {select: {groups: [agents]}, provision: {group: agents}\(hook)}}
                """, path: folder.file("mayfly.yaml"))
            let clients = try Clients(
                configuration, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"], logger: Lines().logger())
            let clock = TurningClock(turns: 100)
            let hands = Hands(configuration, clients: clients, time: clock.time)
            let outcome = await hands.carryOut(action, at: Hands.Site(replacement: ReplacementID(7), pool: "p", instance: "i-1", address: nil))
            await clients.shutdown()
            return outcome
        }
    }

    private static let (ask, call, complete) = ("DescribeAutoScalingInstances", "TerminateInstanceInAutoScalingGroup", "CompleteLifecycleAction")

    @Test func `is asked for, and its hook completed once the group waits`() async throws {
        for action in [Action.terminate("i-1", group: "agents"), .retire("i-1", group: "agents")] {
            let group = Group(["InService"])
            #expect(try await end(group, action) == .accepted)
            #expect(group.calls == [Self.ask, Self.call, Self.ask, Self.ask, Self.complete])
        }
    }

    @Test func `is not asked for twice: one that waits already is only let go`() async throws {
        let group = Group(["Terminating:Wait"])
        #expect(try await end(group) == .accepted)
        #expect(group.calls == [Self.ask, Self.ask, Self.complete])
    }

    @Test func `leaves hooks that are not named to others`() async throws {
        let group = Group(["InService"])
        #expect(try await end(group, hook: nil) == .accepted)
        #expect(group.calls == [Self.call])
    }

    @Test func `does not wait for a hook for ever, nor where there is none`() async throws {
        let slow = Group(["InService"], afterCall: ["Terminating"])
        #expect(try await end(slow) == .accepted)
        #expect(slow.calls.count(where: { $0 == Self.ask }) == 21 && !slow.calls.contains(Self.complete), "a minute, every three seconds: \(slow.calls.count)")
        let gone = Group(["InService"], afterCall: [nil])
        #expect(try await end(gone) == .accepted)
        #expect(gone.calls == [Self.ask, Self.call, Self.ask])
    }

    @Test func `that is refused is refused, and no hook completed`() async throws {
        let group = Group(["InService"], refuses: true)
        guard case .refused(let words) = try await end(group) else { return #expect(Bool(false)) }
        #expect(words.contains("ScalingActivityInProgress") && group.calls == [Self.ask, Self.call])
    }
}
