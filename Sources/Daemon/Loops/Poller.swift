import Fleet
import Rounds
import ServiceLifecycle

/// A loop that asks one source, at its interval, and hands what came of it to the round, until the program ends.
protocol Poller: ServiceLifecycle.Service {
    var interval: Duration { get }
    /// Rings when somebody wants a look before it is due. Nil: nobody does.
    var bell: Bell? { get }
    var time: Time { get }

    /// One poll and the round that it wakes. Nil where there was none: a poll that was cancelled says nothing of its source, and a round may fail.
    @discardableResult func poll() async -> RoundReport?
}

extension Poller {
    var bell: Bell? { nil }

    func run() async throws {
        try await time.repeating(every: interval, or: bell) { await poll() }
    }
}

extension Time {
    /// Does something now and then at every interval, counted from the start of each turn, or when a bell rings, until the program is asked to end.
    ///
    /// What is under way when that happens is cancelled: it was only looking.
    func repeating(every interval: Duration, or bell: Bell? = nil, _ body: @escaping @Sendable () async -> Void) async throws {
        try await untilShutdown {
            while true {
                let start = now()
                await body()
                try Task.checkCancellation()
                // A clock that was set back meanwhile says nothing of how long it took.
                let rest = min(interval, max(.zero, interval - (now() - start)))
                if let bell { try await bell.wait(atMost: rest, self) } else { try await sleep(rest) }
            }
        }
    }

    /// Does something until the program is asked to end; then it is cancelled, and that is no error.
    func untilShutdown(_ body: @escaping @Sendable () async throws -> Void) async throws {
        do {
            try await cancelWhenGracefulShutdown { try await body() }
        } catch is CancellationError {
            return
        }
    }
}
