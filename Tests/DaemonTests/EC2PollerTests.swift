import AWS
import Captures
import Fleet
import Mesos
import Rounds
import Synchronization
import Testing
import Wire

@testable import Daemon

@Suite(.timeLimit(.minutes(1))) struct `The poll of EC2` {
    private static let (one, other): (InstanceID, InstanceID) = ("i-00000000000001000", "i-00000000000001001")

    /// Moved on by waits of up to a quarter of a minute; longer ones end with the test alone.
    private final class PatientClock: Sendable {
        let now = Mutex(TurningClock.start)
        let pauses = Mutex<[Duration]>([])

        var time: Time {
            Time(
                now: { self.now.withLock { $0 } },
                sleep: { duration in
                    // A longer wait is the poll's own interval, which is to stay out of it: until the test ends it.
                    guard duration <= .seconds(15) else { return try await Task.sleep(for: .seconds(3600)) }
                    self.pauses.withLock { $0.append(duration) }
                    self.now.withLock { $0 = $0 + duration }
                })
        }
    }

    /// What was asked: `sweep`, or the instances that DescribeInstances was asked for by name.
    private func asked(_ server: RawServer) -> [String] {
        server.requests.map(\.text).filter { $0.contains("Action=DescribeInstances&") }.map { text in
            guard text.contains("instance-id") else { return "sweep" }
            return text.split(separator: "&").compactMap { $0.split(separator: "=").last }.filter { $0.hasPrefix("i-") }.sorted().joined(separator: " ")
        }
    }

    private func polling(
        _ body: (_ bell: EC2Bell, _ clock: PatientClock, _ keeper: RoundKeeper, _ asked: () -> [String]) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let storm = Storm(0, now: TurningClock.start)
        let (keeper, _) = try Samples.keeper(folder, TurningClock(turns: 1000), Lines().logger())
        try await RawServer.with(answer: { storm.ec2($0) }) { server in
            let http = try HTTPCaller()
            let settings = AWSSettings(
                region: "us-east-1", endpointURL: server.url, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"])
            let (bell, clock) = (EC2Bell(), PatientClock())
            let poller = EC2Poller(
                client: try AWSClient(settings: settings, http: http, clock: .real), pools: [Samples.pool], interval: .seconds(60), keeper: keeper,
                time: clock.time, logger: Lines().logger(), bell: bell)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { do { try await poller.run() } catch is CancellationError {} }
                try await body(bell, clock, keeper) { asked(server) }
                group.cancelAll()
            }
            await http.shutdown()
        }
    }

    @Test func `looks at the instances alone that it is rung for, all of them at once, and five seconds apart`() async throws {
        try await polling { bell, clock, _, asked in
            bell.ring(for: [Self.one])
            bell.ring(for: [Self.other])
            while asked().count < 2 { await Task.yield() }
            #expect(asked() == ["sweep", "\(Self.one) \(Self.other)"] && clock.pauses.withLock { $0 } == [])
            bell.ring(for: [Self.one])
            while asked().count < 3 { await Task.yield() }
            #expect(asked().last == Self.one.rawValue && clock.pauses.withLock { $0 } == [EC2Poller.looksApart])
        }
    }

    @Test func `looks at the instance of the agent that an event of Mesos names, and at nothing else`() async throws {
        try await polling { bell, clock, keeper, asked in
            let desk = EventDesk(mesos: MesosBell(), ec2: bell, bulletin: keeper.bulletin, time: clock.time)
            await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1", "10.0.0.2"))))
            while await keeper.lastReport?.picture.state.nodes[NodeID(Self.one)] == nil { await Task.yield() }
            desk.hear(.agentRemoved("S-10.0.0.1"))
            while asked().count < 2 { await Task.yield() }
            desk.hear(.taskUpdated(TaskNews(id: "t", framework: "f", agent: "S-10.0.0.2", state: "TASK_UNREACHABLE", since: nil)))
            while asked().count < 3 { await Task.yield() }
            #expect(asked() == ["sweep", Self.one.rawValue, Self.other.rawValue])
            desk.hear(.agentAdded("S-new"))
            while asked().count < 4 { await Task.yield() }
            #expect(asked().last == "sweep")
        }
    }

    @Test func `reads the whole where more are wanted than one look asks for, a quarter of a minute apart`() async throws {
        try await polling { bell, clock, _, asked in
            bell.ring(for: Set((0...AWSClient.lookMax).map { InstanceID("i-0000000000000" + String($0 + 4096, radix: 16)) }))
            while asked().count < 2 { await Task.yield() }
            #expect(asked() == ["sweep", "sweep"] && clock.pauses.withLock { $0 } == [EC2Poller.pollsApart])
        }
    }

    @Test func `is of the whole where one wants that, whatever others want, and else of all the instances that are wanted`() async throws {
        // Only the bell ends the wait, or the test.
        let bell = EC2Bell()
        bell.ring(for: [Self.one])
        bell.ring()
        bell.ring(for: [Self.other])
        #expect(try await bell.wait(atMost: .seconds(60), .endless) == .whole)
        bell.ring(for: [Self.one])
        bell.ring(for: [Self.other])
        #expect(try await bell.wait(atMost: .seconds(60), .endless) == .instances([Self.one, Self.other]))
        #expect(try await bell.wait(atMost: .seconds(60), .fleeting) == nil)
    }
}
