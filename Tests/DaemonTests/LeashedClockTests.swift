import Daemon
import Fleet
import Testing

@Suite struct `A leashed clock` {
    private let start = Timestamp(milliseconds: 1_795_532_400_000)

    @Test func `runs by its factor while somebody watches by it`() async throws {
        let clock = LeashedClock(start: start, factor: 100_000, leash: .seconds(3600))
        #expect(clock.now() >= start)
        let before = clock.now()
        try await clock.sleep(.seconds(60))
        #expect(clock.now() - before >= .seconds(60))
    }

    @Test func `waits at the end of its leash, and goes on when somebody has looked`() async throws {
        let clock = LeashedClock(start: start, factor: 1_000_000, leash: .seconds(40))
        while clock.now() < start + .seconds(40) { await Task.yield() }
        #expect(clock.now() == start + .seconds(40))
        clock.looked(at: start + .seconds(30))
        while clock.now() < start + .seconds(70) { await Task.yield() }
        #expect(clock.now() == start + .seconds(70))
        clock.looked(at: start)
        #expect(clock.now() == start + .seconds(70))
    }

    @Test func `stops sleeping when cancelled`() async {
        let clock = LeashedClock(start: start, factor: 1, leash: .seconds(40))
        let task = Task { try await clock.sleep(.seconds(30)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
