internal import Synchronization

/// Looks after one call's time: since its start, and since its last byte.
final class Watch: Sendable {
    private struct State {
        var url: String?
        var lastByte: ContinuousClock.Instant
        /// How long it may be silent from now on; nil: as long as its call says.
        var silenceMax: Duration?
    }

    private let start: ContinuousClock.Instant
    private let state: Mutex<State>

    init() {
        let now = ContinuousClock.now
        start = now
        state = Mutex(State(url: nil, lastByte: now))
    }

    /// The URL that is being called; after a redirect another one than at first.
    var url: String? { state.withLock { $0.url } }

    func begin(url: String) {
        state.withLock { $0 = State(url: url, lastByte: .now) }
    }

    func touch() {
        state.withLock { $0.lastByte = .now }
    }

    /// From now on nothing may be heard for so long.
    func touch(silenceMax: Duration) {
        state.withLock { state in
            state.lastByte = .now
            state.silenceMax = silenceMax
        }
    }

    /// How soon a stream's shorter silence is noticed.
    private static let streamSlice = Duration.milliseconds(250)

    /// Waits until one of the limits is passed and says which; nil when the call was done before.
    ///
    /// - Parameter isStream: whether the silence that is allowed may change meanwhile.
    func expired(limits: HTTPCall.Limits, isStream: Bool = false) async -> (problem: HTTPFailure.Problem, detail: String)? {
        let end = start + limits.totalTimeout
        while true {
            let (lastByte, known) = state.withLock { ($0.lastByte, $0.silenceMax) }
            let silenceMax = known ?? limits.idleTimeout
            let silent = lastByte + silenceMax
            let now = ContinuousClock.now
            if now >= end { return (.timedOut(after: limits.totalTimeout), "the whole call took too long") }
            if now >= silent { return (.timedOut(after: silenceMax), known == nil ? "not one byte for so long" : "nothing of use for so long") }
            do {
                try await Task.sleep(until: isStream ? min(silent, end, now + Self.streamSlice) : min(silent, end), clock: .continuous)
            } catch {
                return nil
            }
        }
    }
}
