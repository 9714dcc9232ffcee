import AWS
import Fleet
import Foundation
import Ledger
import Moto
import Rounds
import Testing
import Wire

@testable import Daemon

@Suite(.timeLimit(.minutes(3))) final class `The queue of events` {
    private let folder: TemporaryFolder
    private let clock = TurningClock(turns: 1000)
    private let lines = Lines()
    private let keeper: RoundKeeper
    private let ledger: LedgerStore
    private let bell = EC2Bell()
    private static let instance: InstanceID = "i-0633ac2b0d9769723"

    init() throws {
        folder = try TemporaryFolder()
        (keeper, ledger) = try Samples.keeper(folder, clock, lines.logger())
    }

    /// A fleet of these, as EC2 and Mesos have it.
    private func see(_ instances: InstanceID...) async {
        let running = instances.enumerated().map { index, id in
            Instance(
                id: id, image: "ami-1", state: .running, privateIP: "10.0.0.\(index + 1)", zone: "us-east-1a", type: "m5.large", launchTime: TurningClock.start,
                tags: [Instance.Tag(key: "Role", value: "agent")])
        }
        await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1"))))
        await keeper.take(.ec2(EC2Sighting(instances: .success(running), statuses: .success([]), images: .success([]), targets: [:])))
    }

    private func event(_ id: String, _ instance: InstanceID = instance, at time: Timestamp = TurningClock.start) -> String {
        #"{"version":"0","id":"\#(id)","detail-type":"EC2 Instance State-change Notification","source":"aws.ec2","time":"\#(time)","detail":{"instance-id":"\#(instance)","state":"stopping"}}"#
    }

    /// A queue of moto's, and a loop at it that waits for nothing.
    private func atQueue(_ body: (_ moto: MotoServer, _ queue: String, _ loop: QueueLoop) async throws -> Void) async throws {
        let http = try HTTPCaller()
        let moto = try await MotoServer(http: http)
        let created = String(
            decoding: try await moto.control(
                "boto", #"{"service": "sqs", "call": "create_queue", "arguments": {"QueueName": "events", "Attributes": {"VisibilityTimeout": "0"}}}"#),
            as: UTF8.self)
        let queue = String(try #require(created.components(separatedBy: "\"QueueUrl\": \"").dropFirst().first).prefix { $0 != "\"" })
        let configuration = try Configuration.parse(
            "cluster: c\nmesos: {masters: ['http://127.0.0.1:1']}\naws: {region: us-east-1, endpoint_url: '\(moto.url)', event_queue: '\(queue)'}\npools: {p: {select: {tags: {a: b}}}}\n",
            path: folder.file("mayfly.yaml"))
        #expect(configuration.aws.eventQueue == queue)
        let clients = try Clients(configuration, environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"], logger: lines.logger())
        var loop = QueueLoop(client: clients.aws, queue: queue, bell: bell, keeper: keeper, time: clock.time, logger: lines.logger())
        loop.wait = .zero
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(moto, queue, loop)) } catch { outcome = .failure(error) }
        await clients.shutdown()
        await http.shutdown()
        try outcome.get()
    }

    private func send(_ moto: MotoServer, _ queue: String, _ bodies: [String]) async throws {
        for start in stride(from: 0, to: bodies.count, by: 10) {
            let entries = bodies[start..<min(start + 10, bodies.count)].enumerated().map { ["Id": "\($0)", "MessageBody": $1] }
            let list = String(decoding: try JSONEncoder().encode(entries), as: UTF8.self)
            try await moto.control(
                "boto", #"{"service": "sqs", "call": "send_message_batch", "arguments": {"QueueUrl": "\#(queue)", "Entries": \#(list)}}"#)
        }
    }

    /// The instances that were rung for since this was last asked.
    private func rung() async throws -> Set<InstanceID> {
        let mark: InstanceID = "i-0ccccccccccccccc1"
        bell.ring(for: [mark])
        guard case .instances(let instances)? = try await bell.wait(atMost: .seconds(60), .system) else { return [] }
        #expect(instances.contains(mark))
        return instances.subtracting([mark])
    }

    private var standing: QueueStanding { keeper.bulletin.read().queue ?? QueueStanding() }

    /// A turn that goes well.
    private func turn(_ loop: QueueLoop) async {
        var failures = 0
        let rest = await loop.turn(&failures)
        #expect(rest == .zero && failures == 0, "\(lines.all)")
    }

    private func hint(_ event: String, _ instance: InstanceID = instance) -> RecordedHint {
        RecordedHint(Hint(event: event, instance: instance, kind: .state, at: TurningClock.start, detail: "stopping"), at: TurningClock.start, isKnown: true)
    }

    @Test func `wakes a look at the instance, is recorded, and is then empty; what comes again wakes none`() async throws {
        await see(Self.instance)
        try await atQueue { moto, queue, loop in
            try await send(moto, queue, [event("e-1")])
            await turn(loop)
            #expect(try await rung() == [Self.instance])
            #expect(try ledger.hints(.state, since: TurningClock.start) == [hint("e-1")])
            #expect(try await loop.client.messages(of: queue, waiting: .zero) == [])
            try await send(moto, queue, [event("e-1")])
            await turn(loop)
            #expect(try await rung() == [])
            #expect(try await loop.client.messages(of: queue, waiting: .zero) == [])
            #expect(standing.looked == 1 && standing.repeated == 1 && standing.messages == 2)
            #expect(lines.count("AWS hints at an instance") == 1, "\(lines.all)")
        }
    }

    @Test func `keeps what nobody can read in quarantine, and goes on`() async throws {
        await see(Self.instance)
        try await atQueue { moto, queue, loop in
            try await send(moto, queue, ["not an event", event("e-1")])
            for _ in 0..<2 { await turn(loop) }
            #expect(try await rung() == [Self.instance])
            let kept = try ledger.quarantined(limit: 10)
            #expect(kept.map(\.body) == ["not an event"] && kept.map(\.reason) == ["it is not the JSON of an event"])
            #expect(try await loop.client.messages(of: queue, waiting: .zero) == [])
            #expect(standing.quarantined == 1 && standing.lastReason == kept[0].reason)
        }
    }

    @Test func `parks what is about an instance that is not known, and has it looked at when it is`() async throws {
        await see("i-0aaaaaaaaaaaaaaa1")
        try await atQueue { moto, queue, loop in
            try await send(moto, queue, [event("e-1")])
            for _ in 0..<2 { await turn(loop) }
            #expect(try await rung() == [])
            #expect(standing.parked == 1)
            clock.step(.seconds(5))
            await see("i-0aaaaaaaaaaaaaaa1", Self.instance)
            await turn(loop)
            #expect(try await rung() == [Self.instance])
            #expect(standing.parked == 0 && standing.looked == 1)
        }
    }

    @Test func `gives up after a quarter of an hour what nobody knows`() async throws {
        await see(Self.instance)
        try await atQueue { moto, queue, loop in
            try await send(moto, queue, [event("e-1", "i-0bbbbbbbbbbbbbbb1")])
            await turn(loop)
            clock.step(RecordedHint.parkedFor + .seconds(1))
            await turn(loop)
            #expect(standing.parked == 0)
            #expect(try ledger.hints(.state, since: TurningClock.start).map(\.standing) == [.unknown])
        }
    }

    @Test func `is emptied of 200 messages in one turn, in one transaction`() async throws {
        await see(Self.instance, "i-0aaaaaaaaaaaaaaa1")
        try await atQueue { moto, queue, loop in
            _ = try await moto.control(
                "boto",
                #"{"service": "sqs", "call": "set_queue_attributes", "arguments": {"QueueUrl": "\#(queue)", "Attributes": {"VisibilityTimeout": "60"}}}"#)
            try await send(moto, queue, (0..<200).map { event("e-\($0 % 190)", $0 % 2 == 0 ? Self.instance : "i-0aaaaaaaaaaaaaaa1") })
            await turn(loop)
            // Asked four times at once, moto may hand one out twice, as SQS may.
            let handedOut = standing.messages
            #expect(handedOut >= 200 && standing.looked == 190 && standing.repeated == handedOut - 190, "\(standing)")
            #expect(try await rung() == [Self.instance, "i-0aaaaaaaaaaaaaaa1"])
            #expect(lines.count("AWS hints at an instance") == 10 && lines.count("AWS hints at more instances") == 1)
            await turn(loop)
            #expect(standing.messages == handedOut)
        }
    }

    @Test func `loses nothing that cannot be recorded: it is not deleted`() async throws {
        await see(Self.instance)
        try await atQueue { moto, queue, loop in
            try await send(moto, queue, [event("e-1")])
            try ledger.close()
            var failures = 0
            let rest = await loop.turn(&failures)
            #expect(rest >= .seconds(1) && failures == 1)
            #expect(try await loop.client.messages(of: queue, waiting: .zero).count == 1)
            #expect(lines.count("could not be recorded, and is read again") == 1)
        }
    }

    @Test func `that cannot be read is tried again, later and later, and said since when`() async throws {
        try await atQueue { _, queue, loop in
            var failures = 0
            var lost = QueueLoop(client: loop.client, queue: queue + "-gone", bell: bell, keeper: keeper, time: clock.time, logger: lines.logger())
            (lost.wait, lost.random) = (.zero, { 1 })
            var rests: [Duration] = []
            for _ in 0..<3 { rests.append(await lost.turn(&failures)) }
            #expect(rests == [.seconds(1), .seconds(2), .seconds(4)])
            let failing = try #require(standing.failing)
            #expect(failing.since == TurningClock.start && failing.reason.contains("QueueDoesNotExist"))
            #expect(lines.count("The queue of events could not be read, will retry") == 3)
            await turn(loop)
            #expect(standing.failing == nil && standing.lastRead == TurningClock.start)
        }
    }
}
