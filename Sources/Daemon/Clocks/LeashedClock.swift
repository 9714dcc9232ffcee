package import Fleet
import Synchronization

/// A clock that runs faster than real time, but never far ahead of whoever watches by it.
///
/// On a slow machine the watcher's rounds would else be further apart, in its own time, than it accepts as watching without a gap, and it would rightly
/// say that it saw too little. So the clock waits for it: the story then takes longer, and comes out the same.
package final class LeashedClock: Sendable {
    private let leash: Duration
    private let content: Mutex<(pace: ClockPace, watched: Timestamp)>
    private let file: ClockFile?

    /// - Parameters:
    ///   - factor: how many times as fast as real time it runs, as long as it need not wait. At least 1.
    ///   - leash: how far it may run ahead of the last look. Longer than the interval of the looks, or nothing would ever move.
    ///   - file: what it is told to other processes by. Nil: it is for this one.
    package init(start: Timestamp, factor: Int, leash: Duration, file: ClockFile? = nil) {
        precondition(factor >= 1, "a clock that runs \(factor) times as fast")
        self.leash = leash
        self.file = file
        let pace = ClockPace(factor: factor, from: start, at: ClockPace.real(), limit: start + leash)
        content = Mutex((pace, start))
        file?.write(pace)
    }

    package func now() -> Timestamp { content.withLock { $0.pace.time(at: ClockPace.real()) } }

    /// Says that everything up to a time has been looked at.
    package func looked(at time: Timestamp) {
        content.withLock { content in
            guard time > content.watched else { return }
            content.watched = time
            content.pace.turn(to: ClockPace.real())
            content.pace.limit = time + leash
            file?.write(content.pace)
        }
    }

    /// Waits for a while of its own time.
    ///
    /// - Parameter looking: called now and then meanwhile, for whoever holds the leash by something that tells nobody when it changes.
    package func sleep(_ duration: Duration, looking: () -> Void = {}) async throws {
        let factor = content.withLock { $0.pace.factor }
        let end = now() + duration
        while true {
            looking()
            let rest = end - now()
            if rest <= .zero { return }
            try await Task.sleep(for: max(rest / factor, .milliseconds(1)))
        }
    }
}
