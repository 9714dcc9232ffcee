import Daemon
import Fleet
import Testing

@Suite struct `A leashed clock in a file` {
    private let start = Timestamp(milliseconds: 1_795_532_400_000)

    @Test func `shows each of two the same, and goes on when one of them has looked`() async throws {
        let folder = try TemporaryFolder()
        let made = try #require(LeashedClock(start: start, factor: 1_000_000, leash: .seconds(3600), file: folder.file("clock")))
        let opened = try #require(LeashedClock(opening: folder.file("clock")))
        while opened.now() < start + .seconds(3600) { await Task.yield() }
        #expect(made.now() >= start + .seconds(3600) && made.now() < start + .seconds(3900))
        opened.looked(at: start + .seconds(3600))
        while made.now() < start + .seconds(7200) { await Task.yield() }
        #expect(opened.now() >= start + .seconds(7200) && opened.now() < start + .seconds(7500))
        // A third one, after the watcher was started again.
        let again = try #require(LeashedClock(opening: folder.file("clock")))
        again.looked(at: start + .seconds(7200))
        while opened.now() < start + .seconds(10_800) { await Task.yield() }
        #expect(made.now() >= start + .seconds(10_800))
    }

    @Test func `lets others wait by it`() async throws {
        let folder = try TemporaryFolder()
        let made = try #require(LeashedClock(start: start, factor: 100_000, leash: .seconds(1_000_000_000), file: folder.file("clock")))
        let opened = try #require(LeashedClock(opening: folder.file("clock")))
        let before = made.now()
        // A fraction of a millisecond of real time.
        try await opened.sleep(.seconds(60))
        #expect(made.now() - before >= .seconds(60))
    }

    @Test func `is none where there is no file, nor where something else is in it`() throws {
        let folder = try TemporaryFolder()
        #expect(LeashedClock(opening: folder.file("clock")) == nil)
        try folder.write("ten o'clock", "clock")
        #expect(LeashedClock(opening: folder.file("clock")) == nil)
        #expect(LeashedClock(start: start, factor: 2, leash: .seconds(40), file: folder.file("no/clock")) == nil)
    }
}
