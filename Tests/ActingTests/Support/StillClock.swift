import Fleet
import Synchronization

@testable import Daemon

/// A clock that stands still until somebody moves it on. Whoever waits by it moves it by as much, and does not wait.
final class StillClock: Sendable {
    let start: Timestamp
    private let current: Mutex<Timestamp>

    init(_ start: Timestamp) {
        self.start = start
        current = Mutex(start)
    }

    func now() -> Timestamp { current.withLock { $0 } }
    func advance(_ duration: Duration) { current.withLock { $0 = $0 + duration } }

    var time: Time {
        Time(
            now: { self.now() }, uptime: { self.now() - self.start },
            sleep: { duration in
                try Task.checkCancellation()
                self.advance(duration)
            })
    }
}
