internal import Synchronization

/// Looks after one call's time: since its start, and since its last byte.
final class Watch: Sendable {
    private struct State {
        var url: String?
        var lastByte: ContinuousClock.Instant
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

    /// Waits until one of the limits is passed and says which; nil when the call was done before.
    func expired(limits: HTTPCall.Limits) async -> (problem: HTTPFailure.Problem, detail: String)? {
        let end = start + limits.totalTimeout
        while true {
            let silent = state.withLock { $0.lastByte } + limits.idleTimeout
            let now = ContinuousClock.now
            if now >= end { return (.timedOut(after: limits.totalTimeout), "the whole call took too long") }
            if now >= silent { return (.timedOut(after: limits.idleTimeout), "not one byte for so long") }
            do {
                try await Task.sleep(until: min(silent, end), clock: .continuous)
            } catch {
                return nil
            }
        }
    }
}
