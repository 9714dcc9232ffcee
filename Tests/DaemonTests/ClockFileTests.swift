import Daemon
import Fleet
import Testing

@Suite struct `A clock in a file` {
    private let start = Timestamp(milliseconds: 1_795_532_400_000)

    @Test func `shows others what its keeper sees, and where that waits`() async throws {
        let folder = try TemporaryFolder()
        let kept = LeashedClock(start: start, factor: 1_000_000, leash: .seconds(40), file: ClockFile(writing: folder.file("clock")))
        let read = try #require(ClockFile(reading: folder.file("clock")))
        while read.now() < start + .seconds(40) { await Task.yield() }
        #expect(read.now() == start + .seconds(40) && kept.now() == start + .seconds(40))
        kept.looked(at: start + .seconds(30))
        while read.now() < start + .seconds(70) { await Task.yield() }
        #expect(read.now() == start + .seconds(70) && kept.now() == start + .seconds(70))
    }

    @Test func `lets others wait by it`() async throws {
        let folder = try TemporaryFolder()
        let kept = LeashedClock(start: start, factor: 100_000, leash: .seconds(1_000_000_000), file: ClockFile(writing: folder.file("clock")))
        let read = try #require(ClockFile(reading: folder.file("clock")))
        let before = kept.now()
        try await read.time.sleep(.seconds(60))
        #expect(kept.now() - before >= .seconds(60))
    }

    @Test func `is none where there is no file, nor where something else is in it`() throws {
        let folder = try TemporaryFolder()
        #expect(ClockFile(reading: folder.file("clock")) == nil)
        try folder.write("ten o'clock", "clock")
        #expect(ClockFile(reading: folder.file("clock")) == nil)
        #expect(ClockFile(writing: folder.file("no/clock")) == nil)
    }

    @Test func `stands still when its keeper has gone`() async throws {
        let folder = try TemporaryFolder()
        var kept: LeashedClock? = LeashedClock(start: start, factor: 10_000_000, leash: .seconds(1), file: ClockFile(writing: folder.file("clock")))
        let read = try #require(ClockFile(reading: folder.file("clock")))
        kept?.looked(at: start)
        kept = nil
        while read.now() < start + .seconds(1) { await Task.yield() }
        #expect(read.now() == start + .seconds(1))
    }
}
