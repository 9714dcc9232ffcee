import Fleet
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1))) struct `A bell` {
    @Test func `that has rung before anybody listened is heard once, however often it rang`() async throws {
        let bell = Bell()
        for _ in 0..<3 { bell.ring() }
        #expect(try await bell.wait(atMost: .seconds(60), .endless))
        #expect(try await !bell.wait(atMost: .seconds(60), .fleeting))
    }

    @Test func `wakes whoever waits for it`() async throws {
        let bell = Bell()
        async let hasRung = bell.wait(atMost: .seconds(60), .endless)
        bell.ring()
        #expect(try await hasRung)
    }

    @Test func `that does not ring lets whoever waits go when the time is over, and is heard by the next wait`() async throws {
        let bell = Bell()
        for _ in 0..<3 { #expect(try await !bell.wait(atMost: .seconds(60), .fleeting)) }
        bell.ring()
        #expect(try await bell.wait(atMost: .seconds(60), .endless))
    }

    @Test func `holds up nobody who is told to end`() async {
        let bell = Bell()
        let waiting = Task { try await bell.wait(atMost: .seconds(60), .endless) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }
}

@Suite(.timeLimit(.minutes(1))) struct `A bell of the masters' poll` {
    @Test func `says for what it rang, the whole before a part of it`() async throws {
        let bell = MesosBell()
        bell.ring(for: .agents)
        #expect(try await bell.wait(atMost: .seconds(60), .endless) == .agents)
        bell.ring(for: .agents)
        bell.ring()
        bell.ring(for: .agents)
        #expect(try await bell.wait(atMost: .seconds(60), .endless) == .whole)
        #expect(try await bell.wait(atMost: .seconds(60), .fleeting) == nil)
    }
}

@Suite(.timeLimit(.minutes(1))) struct `Wishes for services` {
    @Test func `are taken once, all that were there, and ring`() async throws {
        let wishes = ServiceWishes()
        #expect(wishes.take() == [])
        wishes.ask(for: ["prod/kafka"])
        wishes.ask(for: ["prod/kafka", "staging/kafka"])
        #expect(try await wishes.bell.wait(atMost: .seconds(60), .endless))
        #expect(wishes.take() == ["prod/kafka", "staging/kafka"])
        #expect(wishes.take() == [])
    }

    @Test func `for Marathon alone ring, and name nobody`() async throws {
        let wishes = ServiceWishes()
        wishes.ask(for: [])
        #expect(try await wishes.bell.wait(atMost: .seconds(60), .endless))
        #expect(wishes.take() == [])
    }
}
