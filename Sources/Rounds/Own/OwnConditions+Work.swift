import Fleet
import Ledger
import Planning
import Replacing
import Rules

/// What stands still in deciding and replacing: nothing does so in silence.
extension OwnConditions {
    func brakes() -> [OwnCondition] {
        // Who only tells is held back by nothing.
        let tripped = settings.mode == .alert ? [] : state.work.latches.values.filter(\.isTripped)
        var found = tripped.map { latch in
            OwnCondition(.latchTripped, latch.name.rawValue, since: latch.since, "latch \(latch.name) has tripped: \(latch.reason)")
        }
        if case .foreign(let claim, let seenAt) = state.work.claim {
            found.append(
                OwnCondition(
                    .claimForeign, "claim",
                    "the cluster is claimed by ledger \(claim.ledger) on machine \(claim.machine), last at \(claim.writtenAt), seen at \(seenAt): nothing is done here"
                ))
        }
        if settings.mode != .alert, isUnconfirmed {
            let open = state.work.open.count
            let standing = open == 0 ? "" : ", and \(open) \(open == 1 ? "replacement stands" : "replacements stand") still"
            found.append(
                OwnCondition(.claimUnconfirmed, "claim", "nobody confirms that the cluster is claimed by this ledger: nothing is done here\(standing)"))
        }
        found += state.longestWindows.compactMap { rule, longest in
            let expected = state.work.expectedDurations.values.max() ?? Situation.expectedDurationByDefault
            guard longest < expected, state.shutForGood[rule] == nil else { return nil }
            return OwnCondition(
                .windowTooShort, rule.rawValue, "the window of rule \(rule) is open for \(longest.text) at most, and a replacement takes \(expected.text)")
        }
        return found
    }

    /// One that settles, or is another's, says so itself.
    private var isUnconfirmed: Bool {
        switch state.work.claim {
        case .none, .unknown: true
        case .ours: !state.work.claim.allowsActing(at: now)
        case .settling, .foreign: false
        }
    }

    func work() -> [OwnCondition] {
        var found: [OwnCondition] = []
        let ofTurn = Set(settings.gates.filter { $0.isAskedAtTurn || $0.name == .service }.map(\.name.rawValue))
        for replacement in state.work.open {
            switch replacement.standing {
            case .parked(let reason, let words, let since):
                found.append(
                    OwnCondition(
                        .replacementParked, replacement.id.description, since: since,
                        "replacement \(replacement.id) of \(replacement.node) is parked in \(replacement.step), \(reason): \(words)"))
            // One that has begun ahead has its turn to wait for, and an end to that.
            case .waiting(let gates, _) where settings.limits.inFlight.isAhead && replacement.isWaitingForTurn && ofTurn.isSuperset(of: gates): break
            case .waiting(let gates, let since):
                found.append(
                    OwnCondition(
                        .replacementStuck, replacement.id.description, since: since,
                        "replacement \(replacement.id) of \(replacement.node) waits in \(replacement.step) since \(since): \(words(replacement, gates))"))
            case .running, .ended: break
            }
        }
        return found + refusals()
    }

    /// What the gates say themselves, where they were asked in this run of the program.
    private func words(_ replacement: Replacement, _ gates: [String]) -> String {
        guard let held = state.work.held[replacement.id], !held.isEmpty else { return gates.joined(separator: ", ") }
        return held.map { "\($0.gate): \($0.reason)" }.joined(separator: "; ")
    }

    private func refusals() -> [OwnCondition] {
        guard settings.mode != .alert else { return [] }
        var found: [OwnCondition] = []
        let refused = state.work.assessments.values.filter { $0.outcome == .refused }.sorted { $0.node < $1.node }
        let old = refused.filter { now - $0.from >= OwnFinding.Kind.nodesRefused.holdFor }
        if let first = old.min(by: { $0.from < $1.from }) {
            let gates = Set(old.flatMap(\.shut)).map(\.rawValue).sorted().joined(separator: ", ")
            found.append(OwnCondition(.nodesRefused, "nodes", since: first.from, "\(Self.counted(old.map(\.node))) are held back by \(gates)"))
        }
        for pool in settings.pools where pool.provision == nil {
            let nodes = state.work.assessments.keys.filter { state.nodes[$0]?.told[.pool] == .text(pool.name.rawValue) }.sorted()
            guard !nodes.isEmpty else { continue }
            found.append(
                OwnCondition(.poolIrreplaceable, pool.name.rawValue, "pool \(pool.name) has no provision, though \(Self.counted(nodes)) are to be replaced"))
        }
        return found
    }
}
