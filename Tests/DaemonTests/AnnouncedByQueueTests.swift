import AWS
import Captures
import Fleet
import Ledger
import Rounds
import Synchronization
import Testing
import Wire

@testable import Daemon

private let instance: InstanceID = "i-0633ac2b0d9769723"

/// From a message in a queue to the fact that a rule reads, over sockets.
@Suite(.timeLimit(.minutes(1))) final class `An end that the queue of events announces` {
    private let folder: TemporaryFolder
    private let clock = TurningClock(turns: 1000)
    private let lines = Lines()
    private let bell = EC2Bell()
    private static let pool = Pool(name: "private", selector: Pool.Selector(groups: ["g"]))

    init() throws { folder = try TemporaryFolder() }

    /// EC2 and Auto Scaling with one spot instance, in a group that calls it by `lifecycle`, and what was asked of them.
    private final class Cloud: Sendable {
        let lifecycle = Mutex("InService")
        let asked = Mutex<[String]>([])

        func answer(_ request: RawServer.Request) -> [RawServer.Step] {
            let action = request.text.split(separator: "&").first { $0.hasPrefix("Action=") }.map { String($0.dropFirst("Action=".count)) } ?? ""
            asked.withLock { $0.append(action) }
            let body =
                switch action {
                case "DescribeInstances":
                    "<reservationSet><item><instancesSet><item><instanceId>\(instance)</instanceId><imageId>ami-1</imageId><instanceState><code>16</code><name>running</name></instanceState><privateIpAddress>10.0.0.1</privateIpAddress><instanceType>m5.large</instanceType><instanceLifecycle>spot</instanceLifecycle><launchTime>2026-11-01T00:00:00.000Z</launchTime><placement><availabilityZone>us-east-1a</availabilityZone></placement><tagSet><item><key>aws:autoscaling:groupName</key><value>g</value></item></tagSet></item></instancesSet></item></reservationSet>"
                case "DescribeInstanceStatus":
                    "<instanceStatusSet><item><instanceId>\(instance)</instanceId><instanceState><code>16</code><name>running</name></instanceState><systemStatus><status>ok</status></systemStatus><instanceStatus><status>ok</status></instanceStatus></item></instanceStatusSet>"
                case "DescribeAutoScalingGroups":
                    "<DescribeAutoScalingGroupsResult><AutoScalingGroups><member><AutoScalingGroupName>g</AutoScalingGroupName><MinSize>1</MinSize><MaxSize>9</MaxSize><DesiredCapacity>1</DesiredCapacity><Instances><member><InstanceId>\(instance)</InstanceId><LifecycleState>\(lifecycle.withLock { $0 })</LifecycleState><ProtectedFromScaleIn>false</ProtectedFromScaleIn></member></Instances></member></AutoScalingGroups></DescribeAutoScalingGroupsResult>"
                default: "<imagesSet/>"
                }
            let space = action == "DescribeAutoScalingGroups" ? "http://autoscaling.amazonaws.com/doc/2011-01-01/" : "http://ec2.amazonaws.com/doc/2016-11-15/"
            return [.answer(200, [("Content-Type", "text/xml")], body: Array("<\(action)Response xmlns=\"\(space)\">\(body)</\(action)Response>".utf8))]
        }
    }

    /// A daemon of loops that are turned by hand.
    private struct Turned {
        let keeper: RoundKeeper
        let ledger: LedgerStore
        let loop: QueueLoop
        let poller: EC2Poller

        func event() async -> Reading? { await keeper.lastReport?.picture.state.nodes[NodeID(instance)]?.told[.scheduledEvent] }
    }

    private func daemon(_ client: AWSClient, _ queue: String) throws -> Turned {
        let (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger(), settings: Settings(pools: [Self.pool]))
        return Turned(
            keeper: keeper, ledger: ledger, loop: QueueLoop(client: client, queue: queue, bell: bell, keeper: keeper, time: clock.time, logger: lines.logger()),
            poller: EC2Poller(client: client, pools: [Self.pool], interval: .seconds(60), keeper: keeper, time: clock.time, logger: lines.logger(), bell: bell))
    }

    private func at(_ cloud: Cloud, message: String, _ body: (AWSClient, _ queue: String) async throws -> Void) async throws {
        let server = try await SQSServer.start(1, others: { cloud.answer($0) }, body: { _ in message })
        let http = try HTTPCaller()
        let settings = AWSSettings(
            region: "us-east-1", endpointURL: server.url, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"])
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(try AWSClient(settings: settings, http: http, clock: .real), server.name))
        } catch { outcome = .failure(error) }
        await http.shutdown()
        try await server.stop()
        try outcome.get()
    }

    /// A daemon that has polled once, and reads the message then: what it looks at for it.
    private func looked(_ daemon: Turned) async throws -> Set<InstanceID> {
        await daemon.keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
        await daemon.poller.poll()
        #expect(await daemon.event() == Reading.none, "\(lines.all)")
        clock.step(.seconds(5))
        var failures = 0
        _ = await daemon.loop.turn(&failures)
        clock.step(.seconds(1))
        guard case .instances(let instances)? = try await bell.wait(atMost: .seconds(60), .system) else { return [] }
        await daemon.poller.look(at: instances)
        return instances
    }

    @Test func `of a spot instance is in its facts after a look at it, and after a restart still`() async throws {
        let message =
            #"{"version": "0", "id": "e-1", "detail-type": "EC2 Spot Instance Interruption Warning", "source": "aws.ec2", "time": "\#(TurningClock.start)", "detail": {"instance-id": "\#(instance)", "instance-action": "terminate"}}"#
        let cloud = Cloud()
        try await at(cloud, message: message) { client, queue in
            let first = try daemon(client, queue)
            #expect(try await looked(first) == [instance])
            #expect(await first.event() == .text("spot-interruption"), "\(lines.all)")
            try first.ledger.close()
            let second = try daemon(client, queue)
            await second.keeper.rememberWarnings()
            await second.keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
            await second.poller.poll()
            #expect(await second.event() == .text("spot-interruption"), "\(lines.all)")
        }
    }

    @Test func `of one that its group ends is in its facts, for the groups are looked at as well`() async throws {
        let message =
            #"{"LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING", "EC2InstanceId": "\#(instance)", "LifecycleActionToken": "e-1", "Time": "\#(TurningClock.start)", "AutoScalingGroupName": "g", "LifecycleHookName": "h"}"#
        let cloud = Cloud()
        try await at(cloud, message: message) { client, queue in
            let daemon = try daemon(client, queue)
            let asked = cloud.asked.withLock { $0.count { $0 == "DescribeAutoScalingGroups" } }
            // The group ends it only after the poll.
            #expect(asked == 0)
            await daemon.keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
            await daemon.poller.poll()
            cloud.lifecycle.withLock { $0 = "Terminating:Wait" }
            let polled = cloud.asked.withLock { $0.count { $0 == "DescribeAutoScalingGroups" } }
            clock.step(.seconds(5))
            var failures = 0
            _ = await daemon.loop.turn(&failures)
            #expect(try await bell.wait(atMost: .seconds(60), .system) == .instances([instance]))
            await daemon.poller.look(at: [instance])
            #expect(cloud.asked.withLock { $0.count { $0 == "DescribeAutoScalingGroups" } } == polled + 1)
            #expect(await daemon.event() == .text("group-termination"), "\(lines.all)")
        }
    }
}
