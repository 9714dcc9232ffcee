package import Fleet
package import Rounds
import Synchronization

/// Holds the leash of a clock for a daemon: says up to when it has looked at everything.
package final class ClockWatcher: Sendable {
    private let clock: LeashedClock
    private let looks = Mutex(Looks())

    /// A struct, for a closure in a tuple, or by itself, is wrapped once more with each access to a mutex' content, until a call of it overflows the stack.
    private struct Looks {
        var at: Timestamp?
        var claim: (@Sendable () -> ClaimStanding)?
    }

    package init(_ clock: LeashedClock) { self.clock = clock }

    /// For loops and rounds.
    package var time: Time { Time(now: { self.clock.now() }, sleep: { try await self.clock.sleep($0, looking: self.look) }) }

    /// How the claim stands has to be confirmed in time as well.
    package func follow(_ claim: @escaping @Sendable () -> ClaimStanding) { looks.withLock { $0.claim = claim } }

    /// Takes in a round.
    ///
    /// - Parameter usual: how often the masters are asked.
    package func take(_ report: RoundReport, usual: Duration) {
        // Whatever is furthest behind holds the clock. One that is asked more rarely than the masters may be as much further back.
        let sources = report.picture.state.sources.values
        let looked = sources.compactMap { source in source.lastAttempt.map { $0 + (source.interval - usual) } }.min()
        looks.withLock { $0.at = looked ?? report.at }
        look()
    }

    /// The claim is read every 20 seconds, give or take the five between two ticks, and a call for it may take 30: so the clock runs at most 35 seconds ahead.
    private func look() {
        let looks = looks.withLock { $0 }
        guard let at = looks.at else { return }
        if case .ours(let confirmedAt)? = looks.claim?() { clock.looked(at: min(at, confirmedAt - .seconds(5))) } else { clock.looked(at: at) }
    }
}
