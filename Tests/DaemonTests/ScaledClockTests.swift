import Daemon
import Fleet
import Testing

@Suite struct `A scaled clock` {
    private let start = Timestamp(milliseconds: 1_795_514_400_000)

    @Test func `runs by its factor from the moment at which it agreed with the system's`() {
        let clock = ScaledClock(factor: 1000, start: start)
        #expect(clock.time(at: start) == start)
        #expect(clock.time(at: start + .seconds(1)) == start + .seconds(1000))
        #expect(clock.time(at: start - .milliseconds(1)) == start - .seconds(1))
        #expect(ScaledClock(factor: 1, start: start).time(at: start + .seconds(7)) == start + .seconds(7))
    }

    @Test func `is what its text says, in whichever process`() {
        let clock = ScaledClock(factor: 60, start: start)
        #expect(clock.description == "60@2026-11-24T10:00:00Z" && ScaledClock(clock.description) == clock)
        for text in ["", "60", "60@", "0@2026-11-24T10:00:00Z", "10001@2026-11-24T10:00:00Z", "x@2026-11-24T10:00:00Z", "60@yesterday"] {
            #expect(ScaledClock(text) == nil, "\(text)")
        }
    }

    @Test func `sleeps by its own time`() async throws {
        let time = ScaledClock(factor: 10_000, start: Time.system.now()).time
        let before = time.now()
        try await time.sleep(.seconds(60))
        #expect(time.now() - before >= .seconds(60))
    }
}
