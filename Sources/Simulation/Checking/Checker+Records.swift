internal import Fleet
internal import Replacing
internal import Rounds

/// What is stored.
extension Checker {
    static let records = [replays, named, seenByPeople]

    static let replays = Checker("replays", "the audit trail replays to the same state, also after the program has ended at any moment") { moment, evidence in
        let work: [ReplacementID: Replacement]
        switch moment {
        case .reopened(let remembered), .closing(let remembered): work = remembered.replacements
        case .round(let report): if report.transitions.isEmpty { return [] } else { work = evidence.work.replacements }
        case .event, .before, .after: return []
        }
        var found = evidence.stored(work)
        for id in Set(work.keys).union(evidence.truth.replacements.keys).sorted() {
            let replayed = evidence.truth.entries[id].flatMap { Replacement(replaying: $0) }
            if replayed != work[id] {
                found.append(
                    "replacement \(id) is \(work[id].map { "at \($0.step), \($0.standing)" } ?? "not remembered"), its transitions come to \(replayed.map { "\($0.step), \($0.standing)" } ?? "nothing")"
                )
            }
        }
        return found
    }

    static let seenByPeople = Checker("seen-by-people", "whatever is parked, or waits for long, is told to people as long as it is") { moment, evidence in
        guard case .round(let report) = moment else { return [] }
        let told = Set(report.picture.state.own.open.keys.filter { $0.kind == .replacementParked }.map(\.subject))
        return evidence.work.open.compactMap { replacement in
            guard case .parked(let reason, _, let since) = replacement.standing, report.picture.at - since > .seconds(120) else { return nil }
            return told.contains("\(replacement.id)") ? nil : "replacement \(replacement.id) is parked (\(reason)) since \(since), and nobody is told"
        }
    }

    static let named = Checker("named", "every replacement ends, or is parked with a reason that a person can see, or has something that it waits for") {
        moment, evidence in
        guard case .closing(let work) = moment else { return [] }
        // It waits for whoever has the claim, and that is a finding of its own.
        if case .foreign = work.claim { return [] }
        return work.open.compactMap { replacement in
            guard case .running = replacement.standing, evidence.now + evidence.skew - replacement.stepSince > .seconds(4 * 3600) else { return nil }
            return "replacement \(replacement.id) has been in \(replacement.step) since \(replacement.stepSince)"
        }
    }
}

extension Evidence {
    /// What the ledger's own trail comes to, where that is another state than the one that is remembered of it.
    fileprivate func stored(_ work: [ReplacementID: Replacement]) -> [String] {
        trail.keys.sorted().compactMap { id in
            let replayed = trail[id].flatMap { Replacement(replaying: $0) }
            return replayed == work[id] ? nil : "replacement \(id) is another one in the ledger's trail than in what it remembers"
        }
    }
}
