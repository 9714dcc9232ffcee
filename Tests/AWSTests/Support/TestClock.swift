import AWS
import Fleet
import Synchronization

/// A clock that stands still but for the sleeps asked of it, which it remembers.
final class TestClock: Sendable {
    private let state: Mutex<(now: Timestamp, uptime: Duration, sleeps: [Duration])>
    private let share: Double

    init(now: Timestamp = Timestamp(milliseconds: 1_795_425_924_000), random: Double = 1) {
        state = Mutex((now, .zero, []))
        share = random
    }

    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    var clock: AWSClock {
        AWSClock(
            now: { self.state.withLock { $0.now } }, uptime: { self.state.withLock { $0.uptime } }, random: { self.share },
            sleep: { duration in
                self.state.withLock { state in
                    state.sleeps.append(duration)
                    state.now = state.now + duration
                    state.uptime += duration
                }
            })
    }

    func advance(_ duration: Duration) {
        state.withLock { state in
            state.now = state.now + duration
            state.uptime += duration
        }
    }
}
