package import Fleet
import Replacing
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
        var isTerraformAtWork: (@Sendable () -> Bool)?
        /// What was asked to be read now, before something harmful, by replacement.
        var pending: [ReplacementID: Pending] = [:]
    }

    private struct Pending {
        let at: Timestamp
        let sources: Set<Source>
        let since: ContinuousClock.Instant
    }

    package init(_ clock: LeashedClock) { self.clock = clock }

    /// For loops and rounds. Whoever waits looks meanwhile, for a claim that is confirmed tells nobody. A wait fails only when its task is cancelled.
    package var time: Time { Time(now: { self.clock.now() }, sleep: { try await self.clock.sleep($0, looking: self.look) }) }

    /// How the claim stands has to be confirmed in time as well.
    package func follow(_ claim: @escaping @Sendable () -> ClaimStanding) { looks.withLock { $0.claim = claim } }

    /// Terraform takes real time, whatever the clock shows: while it is at work that goes hardly faster.
    package func follow(terraform isAtWork: @escaping @Sendable () -> Bool) { looks.withLock { $0.isTerraformAtWork = isAtWork } }

    /// Takes in a round.
    ///
    /// - Parameter usual: how often the masters are asked.
    package func take(_ report: RoundReport, usual: Duration) {
        let sources = report.picture.state.sources
        // Whatever is furthest behind holds the clock. One that is asked more rarely than the masters may be as much further back.
        let looked = sources.values.compactMap { source in source.lastAttempt.map { $0 + (source.interval - usual) } }.min()
        let now = ContinuousClock.now
        looks.withLock { looks in
            looks.at = looked ?? report.at
            for errand in report.errands {
                guard case .look(let scopes) = errand.action else { continue }
                let asked = Set(scopes.flatMap(\.sources).filter { sources[$0] != nil })
                looks.pending[errand.replacement] = Pending(at: report.at, sources: asked, since: now)
            }
            looks.pending = looks.pending.filter { _, pending in
                now - pending.since < Self.pendingMax
                    && !pending.sources.allSatisfy { source in sources[source]?.lastSuccess.map { $0 >= pending.at } ?? false }
            }
        }
        look()
    }

    /// What is asked to be read before something harmful has to be read within seconds, on a slow machine too: so the clock hardly runs ahead of it.
    private static let leashPending = Duration.seconds(4)
    /// Of real time: what is not there by then will not come at once.
    private static let pendingMax = Duration.seconds(4)
    /// The claim is read every 20 seconds, give or take the five between two ticks, and a call for it may take 30: so the clock runs at most 35 seconds ahead.
    private static let claimAllowance = Duration.seconds(5)

    private func look() {
        let looks = looks.withLock { $0 }
        guard var at = looks.at else { return }
        if case .ours(let confirmedAt)? = looks.claim?() { at = min(at, confirmedAt - Self.claimAllowance) }
        if looks.isTerraformAtWork?() == true { at = min(at, at + Self.leashPending - clock.leash) }
        for pending in looks.pending.values { at = min(at, pending.at + Self.leashPending - clock.leash) }
        clock.looked(at: at)
    }
}

extension Action.Scope {
    fileprivate var sources: [Source] {
        switch self {
        case .mesos: [.agents, .tasks]
        case .ec2: [.instances, .statuses, .groups]
        case .service(let name): [.service(name)]
        case .marathon: [.services]
        }
    }
}
