internal import Synchronization

/// Lets one at a time through; whoever comes meanwhile is told so at once, and does not wait.
final class Turnstile: Sendable {
    private let isTaken = Mutex(false)

    /// Nil: somebody else is under way.
    func pass<Result>(_ body: () async throws -> Result) async rethrows -> Result? {
        let wasTaken = isTaken.withLock { isTaken in
            defer { isTaken = true }
            return isTaken
        }
        if wasTaken { return nil }
        defer { isTaken.withLock { $0 = false } }
        return try await body()
    }
}
