package import Fleet
import Synchronization

/// A clock that runs faster than real time, but never far ahead of whoever watches by it.
///
/// On a slow machine the watcher's rounds would else be further apart, in its own time, than it accepts as watching without a gap, and it would rightly
/// say that it saw too little. So the clock waits for it: the story then takes longer, and comes out the same.
package final class LeashedClock: Sendable {
    private struct Content {
        var now: Timestamp
        var read: ContinuousClock.Instant
        var watched: Timestamp
    }

    private let factor: Int
    private let leash: Duration
    private let content: Mutex<Content>

    /// - Parameters:
    ///   - factor: how many times as fast as real time it runs, as long as it need not wait. At least 1.
    ///   - leash: how far it may run ahead of the last look. Longer than the interval of the looks, or nothing would ever move.
    package init(start: Timestamp, factor: Int, leash: Duration) {
        precondition(factor >= 1, "a clock that runs \(factor) times as fast")
        self.factor = factor
        self.leash = leash
        content = Mutex(Content(now: start, read: ContinuousClock.now, watched: start))
    }

    package func now() -> Timestamp {
        let real = ContinuousClock.now
        return content.withLock { content in
            let ahead = content.now + max(.zero, real - content.read) * factor
            content.now = max(content.now, min(ahead, content.watched + leash))
            content.read = max(content.read, real)
            return content.now
        }
    }

    /// Says that everything up to a time has been looked at.
    package func looked(at time: Timestamp) {
        _ = now()
        content.withLock { $0.watched = max($0.watched, time) }
    }

    /// Waits for a while of its own time.
    ///
    /// - Parameter looking: called now and then meanwhile, for whoever holds the leash by something that tells nobody when it changes.
    package func sleep(_ duration: Duration, looking: () -> Void = {}) async throws {
        let end = now() + duration
        while true {
            looking()
            let rest = end - now()
            if rest <= .zero { return }
            try await Task.sleep(for: max(rest / factor, .milliseconds(1)))
        }
    }
}
