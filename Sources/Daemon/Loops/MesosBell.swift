import Synchronization

/// Wakes the poll of the masters, and says what it is to read.
final class MesosBell: Sendable {
    enum Part: Sendable {
        /// The agents alone: something may have happened to one of them.
        case agents
        case whole
    }

    private let bell = Bell()
    private let wanted = Mutex<Part?>(nil)

    /// Whoever wants the whole gets it, whatever else was wanted meanwhile.
    func ring(for part: Part = .whole) {
        wanted.withLock { if $0 != .whole { $0 = part } }
        bell.ring()
    }

    /// Waits until it rings; at most so long. Returns what is wanted, and nil when the time was over first.
    func wait(atMost duration: Duration, _ time: Time) async throws -> Part? {
        let hasRung = try await bell.wait(atMost: duration, time)
        let part = wanted.withLock { $0.take() }
        // A ring whose wish was met by the wait before has nothing left to say, and costs one whole poll at most.
        return hasRung ? part ?? .whole : part
    }
}
