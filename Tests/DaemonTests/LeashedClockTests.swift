import Daemon
import Fleet
import Testing

@Suite struct `A leashed clock` {
    private let start = Timestamp(milliseconds: 1_795_532_400_000)

    @Test func `runs by its factor while somebody watches by it`() async throws {
        let clock = LeashedClock(start: start, factor: 100_000, leash: .seconds(3600))
        #expect(clock.now() >= start)
        let before = clock.now()
        // A fraction of a millisecond of real time.
        try await clock.sleep(.seconds(60))
        #expect(clock.now() - before >= .seconds(60))
    }

    @Test func `is no faster than real time at the end of its leash, and runs again when somebody has looked`() async throws {
        let clock = LeashedClock(start: start, factor: 1_000_000, leash: .seconds(3600))
        while clock.now() < start + .seconds(3600) { await Task.yield() }
        #expect(clock.now() < start + .seconds(3900))
        clock.looked(at: start + .seconds(3600))
        while clock.now() < start + .seconds(7200) { await Task.yield() }
        #expect(clock.now() < start + .seconds(7500))
    }

    @Test(arguments: [(0, 0), (1, 100), (2, 200), (3, 201), (10, 208)])
    func `goes fast up to its leash, and then with real time`(passed: Int64, shown: Int64) {
        var pace = ClockPace(factor: 100, from: start, at: 0, watched: start, leash: .seconds(200))
        #expect(pace.time(at: passed * 1_000_000_000) == start + .seconds(shown))
        // What it has waited is not made up for.
        pace.look(upTo: start + .seconds(500), at: passed * 1_000_000_000)
        #expect(pace.time(at: (passed + 1) * 1_000_000_000) == start + .seconds(shown + 100))
    }

    @Test func `stops sleeping when cancelled`() async {
        let clock = LeashedClock(start: start, factor: 1, leash: .seconds(40))
        // Cancelled at once: it never waits so long.
        let task = Task { try await clock.sleep(.seconds(30)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
