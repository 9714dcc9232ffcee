import Captures
import Fleet
import Mesos
import Synchronization
import Testing
import Wire

@testable import Daemon

@Suite(.timeLimit(.minutes(2))) struct `The event stream` {
    private typealias Step = RawServer.Step

    private static func stream(_ bytes: [UInt8], heartbeat: Double = 15, then steps: [Step] = [.hold]) -> [Step] {
        [.send(StreamCapture.head), .send(Step.chunk(StreamCapture.subscribed(heartbeat: heartbeat) + bytes))] + steps
    }

    /// A stream at these masters, its desk, and what came of it.
    private struct Scene: Sendable {
        let bulletin = Bulletin()
        let mesos = MesosBell()
        let lines = Lines()
        /// Rings to let one wait between two tries be over, where it is waited for.
        let turnstile = Bell()

        var standing: EventStanding? { bulletin.read().events }

        func run(_ masters: [String], time: Time, random: Double = 0) async throws {
            let http = try HTTPCaller()
            let desk = EventDesk(mesos: mesos, ec2: EC2Bell(), bulletin: bulletin, time: time)
            let stream = EventStream(
                client: MesosClient(masters: masters, http: http), desk: desk, time: time, logger: lines.logger(), random: { random })
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await stream.run()) } catch { outcome = .failure(error) }
            await http.shutdown()
            try outcome.get()
        }

        /// A time in which each wait is over when the turnstile rings.
        var stepping: Time {
            Time(now: { TurningClock.start }, sleep: { _ in try await turnstile.wait(atMost: .seconds(3600), .system) })
        }

        /// Waits until it is so; a time-out of the suite ends it otherwise.
        func wait(until holds: (EventStanding) -> Bool) async throws {
            while standing.map({ !holds($0) }) ?? true {
                // Between two looks whether it is so.
                try await Task.sleep(for: .milliseconds(2))
            }
        }
    }

    private func with(_ body: (ReplayServer, Scene) async throws -> Void) async throws {
        let replay = try await ReplayServer.start()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(replay, Scene())) } catch { outcome = .failure(error) }
        try await replay.stop()
        try outcome.get()
    }

    @Test(arguments: [0, 0.5, 1]) func `waits longer after each try that failed, and a random share of it`(share: Double) async throws {
        try await with { replay, scene in
            replay.set("SUBSCRIBE", [.answer(404, body: "404 Not Found.".utf8)])
            let clock = TurningClock(turns: 9)
            try await scene.run([replay.url], time: clock.time, random: share)
            #expect(clock.sleeps == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { Duration.seconds($0) * share })
            #expect(scene.lines.count("WARNING Mesos' event stream is not there, polls go on without it") == 1)
        }
    }

    @Test func `that begins and is cut again and again is said once to be, with why, and once to live again`() async throws {
        try await with { replay, scene in
            replay.set("SUBSCRIBE", Self.stream([], then: [.close]))
            let clock = TurningClock(turns: 1_000_000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await scene.run([replay.url], time: clock.time) }
                try await scene.wait { $0.streams >= 6 }
                replay.set("SUBSCRIBE", Self.stream([]))
                // Between two looks whether the stream stands: the server tells nobody.
                while replay.server.held == 0 { try await Task.sleep(for: .milliseconds(2)) }
                // Heard by that stream alone: then it has begun.
                let odd = Step.chunk(StreamCapture.record(#"{"type":"TASK_UPDATED"}"#))
                replay.server.push(odd)
                try await scene.wait { $0.unreadable == 1 }
                #expect(scene.lines.count("WARNING Mesos' event stream is cut again and again, polls go on without it") == 1, "\(scene.lines.all)")
                #expect(scene.lines.count("WARNING") == 1 && scene.lines.all.contains { $0.contains("WARNING") && $0.contains("cut short") })
                #expect(scene.lines.count("is there again") == 0, "it may be cut as the others were")
                clock.step(StreamHealth.goodAfter)
                for _ in 0..<2 { replay.server.push(odd) }
                try await scene.wait { $0.unreadable == 3 }
                #expect(scene.lines.count("NOTICE Mesos' event stream is there again") == 1)
                group.cancelAll()
            }
        }
    }

    /// Streams that end badly, and what is said of each.
    private static let bad: [(steps: [Step], problem: String)] = [
        (stream(Array("5\n{\"type\":\"HEARTBEAT\"}".utf8)), "of the stream has no length before it, but"),
        (
            stream(Array("1073741824\n".utf8), then: [.again(Step.chunk(Array(repeating: 0x20, count: 65_536)), times: 16_384)]),
            "of the stream is announced with 1073741824 bytes, and at most 536870912 are taken"
        ),
        (
            stream(Array("100000\n".utf8), heartbeat: 0.1, then: [.again(Step.chunk(Array("x".utf8)), times: 1000)]),
            "no answer within 0.5 seconds: nothing of use for so long"
        ),
        (stream([], then: [.send(StreamCapture.lastChunk)]), "SUBSCRIBE: the stream ended"),
        (stream(Array(StreamCapture.heartbeat.dropLast()), then: [.send(StreamCapture.lastChunk)]), "SUBSCRIBE: the stream ended inside of a record"),
        (stream([], then: [.close]), "cut short"),
    ]

    @Test(arguments: bad.indices) func `that ends badly says how, is begun anew, and asks for a poll of what it has missed`(number: Int) async throws {
        try await with { replay, scene in
            let (steps, problem) = Self.bad[number]
            replay.set("SUBSCRIBE", steps)
            try await withThrowingTaskGroup(of: Void.self) { group in
                let time = scene.stepping
                group.addTask { try await scene.run([replay.url], time: time) }
                try await scene.wait { $0.problem != nil }
                let standing = try #require(scene.standing)
                #expect(standing.problem?.contains(problem) == true && !standing.isUp && standing.streams == 1, "\(standing)")
                #expect(standing.problem?.hasPrefix(replay.url) == true, "it names whom it asked")
                // Of the gibibyte next to nothing was taken: what the system's buffers hold.
                #expect(replay.server.bytesWritten < 32 << 20, "\(replay.server.bytesWritten) bytes")
                replay.set("SUBSCRIBE", Self.stream(StreamCapture.heartbeat))
                scene.turnstile.ring()
                try await scene.wait { $0.isUp }
                #expect(scene.standing?.streams == 2 && scene.standing?.problem == nil)
                #expect(try await scene.mesos.wait(atMost: .seconds(60), .system) == .whole)
                group.cancelAll()
            }
        }
    }

    @Test func `follows the leader when another leads in the midst of it`() async throws {
        try await with { first, scene in
            try await with { second, _ in
                for leader in [first, second] { leader.set("SUBSCRIBE", Self.stream(StreamCapture.heartbeat)) }
                let leading = Mutex(first.server.authority)
                try await RawServer.with(answer: { _ in [.answer(307, [("Location", "//\(leading.withLock { $0 })/master/api/v1")])] }) { standby in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        let time = scene.stepping
                        group.addTask { try await scene.run([standby.url], time: time) }
                        try await scene.wait { $0.isUp }
                        #expect(first.seen.contains("SUBSCRIBE") && !second.seen.contains("SUBSCRIBE"))
                        leading.withLock { $0 = second.server.authority }
                        // What was the leader has restarted, and sends whoever asks to the new one.
                        for call in ReplayServer.calls + ["SUBSCRIBE"] {
                            first.set(call, [.answer(307, [("Location", "//\(second.server.authority)/master/api/v1")])])
                        }
                        first.server.dropHeld()
                        try await scene.wait { !$0.isUp }
                        scene.turnstile.ring()
                        try await scene.wait { $0.isUp }
                        #expect(scene.standing?.streams == 2 && second.seen.contains("SUBSCRIBE") && second.server.held == 1)
                        #expect(try await scene.mesos.wait(atMost: .seconds(60), .system) == .whole)
                        group.cancelAll()
                    }
                }
            }
        }
    }
}
