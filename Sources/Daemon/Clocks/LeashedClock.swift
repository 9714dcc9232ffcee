package import Fleet
import Synchronization

/// A clock that runs faster than real time, but never far ahead of whoever watches by it.
///
/// On a slow machine the watcher's rounds would else be further apart, in its own time, than it accepts as watching without a gap, and it would rightly
/// say that it saw too little. So the clock waits for it: the story then takes longer, and comes out the same. It never stands still, or a watcher who waits
/// for it to look again, a little later than usual, would wait for good.
///
/// One process makes it, and another on the same machine may open it by its file: the invented cluster, and the daemon that watches by it.
package final class LeashedClock: Sendable {
    private let content: Mutex<(writing: Int64, pace: ClockPace)>
    private let file: ClockFile?

    /// - Parameters:
    ///   - factor: how many times as fast as real time it runs, as long as it need not wait. At least 1.
    ///   - leash: how far it may run ahead of the last look before it goes no faster than real time. Longer than the interval of the looks, or it would never be fast.
    package init(start: Timestamp, factor: Int, leash: Duration) {
        content = Mutex((1, Self.pace(start, factor, leash)))
        file = nil
    }

    /// The same, for other processes too. Nil: the file cannot be written.
    package init?(start: Timestamp, factor: Int, leash: Duration, file path: String) {
        let pace = Self.pace(start, factor, leash)
        guard let file = ClockFile(making: path), file.write(pace, number: 1) else { return nil }
        self.file = file
        content = Mutex((1, pace))
    }

    /// The clock of another process, by its file. Nil: there is none.
    package init?(opening path: String) {
        guard let file = ClockFile(opening: path), let (writing, pace) = file.read() else { return nil }
        self.file = file
        content = Mutex((writing, pace))
    }

    private static func pace(_ start: Timestamp, _ factor: Int, _ leash: Duration) -> ClockPace {
        precondition(factor >= 1, "a clock that runs \(factor) times as fast")
        return ClockPace(factor: factor, from: start, at: ClockPace.real(), watched: start, leash: leash)
    }

    var leash: Duration { current.leash }

    package func now() -> Timestamp { current.time(at: ClockPace.real()) }

    private var current: ClockPace {
        content.withLock { content in
            if let newer = file?.read() { content = newer }
            return content.pace
        }
    }

    /// Says that everything up to a time has been looked at. An earlier one than before shortens the leash.
    package func looked(at time: Timestamp) {
        content.withLock { content in
            if let newer = file?.read() { content = newer }
            guard time != content.pace.watched else { return }
            content.pace.look(upTo: time, at: ClockPace.real())
            content.writing += 1
            file?.write(content.pace, number: content.writing)
        }
    }

    /// Waits for a while of its own time.
    ///
    /// - Parameter looking: called now and then meanwhile, for whoever holds the leash by something that tells nobody when it changes.
    package func sleep(_ duration: Duration, looking: () -> Void = {}) async throws {
        let factor = current.factor
        let end = now() + duration
        while true {
            looking()
            let rest = end - now()
            if rest <= .zero { return }
            // In real time, and shorter than it will take where the clock has to wait for its watcher: then it is looked again.
            try await Task.sleep(for: max(rest / factor, .milliseconds(1)))
        }
    }
}
