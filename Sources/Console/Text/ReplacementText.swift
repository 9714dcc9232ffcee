package import Fleet
package import Replacing
package import Rounds

/// A replacement, for people: where it stands, what it waits for, and what it asks of a person.
package struct ReplacementText {
    let replacement: Replacement
    let playbook: Playbook
    let now: Timestamp

    package init(_ replacement: Replacement, picture: Picture) {
        self.init(replacement, playbook: picture.settings.playbook, now: picture.at)
    }

    package init(_ replacement: Replacement, playbook: Playbook, now: Timestamp) {
        self.replacement = replacement
        self.playbook = playbook
        self.now = now
    }

    /// `move-members since 09:12:00, waits for service since 09:20:00`: for tables and sentences.
    package var standing: String {
        let step = "\(replacement.step) since \(replacement.stepSince.shown)"
        let attempt = replacement.attempt > 1 ? ", attempt \(replacement.attempt)" : ""
        let cancelling = replacement.cancelling.map { ", being undone for \($0.who): \($0.reason)" } ?? ""
        switch replacement.standing {
        case .running: return step + attempt + (replacement.deadline(playbook).map { ", has until \($0.shown)" } ?? "") + cancelling
        case .waiting(let gates, let since):
            return step + attempt + ", waits for \(gates.joined(separator: ", ")) since \(since.shown)" + cancelling
        case .parked(let reason, let words, let since): return "parked in \(replacement.step) since \(since.shown): \(reason): \(words)" + cancelling
        case .ended(let at):
            guard let outcome = replacement.outcome else { return "ended \(at.shown)" }
            return "\(outcome.kind.rawValue) \(at.shown): \(outcome.reason)"
        }
    }

    /// The same without times: it changes only when something does.
    package var stage: String {
        switch replacement.standing {
        case .running: replacement.step.rawValue
        case .waiting(let gates, _): "\(replacement.step), waits for \(gates.joined(separator: ", "))"
        case .parked(let reason, let words, _): "parked in \(replacement.step): \(reason): \(words)"
        case .ended: replacement.outcome.map { "\($0.kind.rawValue): \($0.reason)" } ?? "ended"
        }
    }

    /// What it asks of a person. Nil: nothing.
    package var remedy: String? { if case .parked(let reason, _, _) = replacement.standing { reason.remedy } else { nil } }

    /// - Parameter isWhole: whether steps that are done and calls are told as well.
    package func lines(isWhole: Bool) -> [String] {
        let place = [replacement.pool.map { "pool \($0)" }, replacement.zone, "order \(replacement.order)"].compactMap { $0 }.joined(separator: ", ")
        var lines = ["Replacement \(replacement.id) of \(replacement.node) (\(place)), since \(replacement.startedAt.shown)"]
        lines.append("  asked for by \(replacement.askedBy)" + (replacement.rule.map { " for rule \($0)" } ?? "") + ": \(replacement.reason)")
        lines.append("  \(standing)")
        if let remedy { lines.append("    to do: \(remedy); mayfly retry \(replacement.id) --reason …, or mayfly cancel \(replacement.id) --reason …") }
        if let successor = replacement.successor {
            lines.append("  successor \(successor)" + (replacement.successorAgent.map { ", agent \($0)" } ?? ", not joined yet"))
        }
        if let entrances = replacement.entrances, !entrances.isEmpty { lines.append("  stands in " + entrances.map(\.description).joined(separator: ", ")) }
        if replacement.isOpen { lines.append("  to come: " + (coming.isEmpty ? "nothing" : coming.map(\.rawValue).joined(separator: ", "))) }
        lines += replacement.moves.map { "  member \($0.member): \(Self.text(of: $0))" }
        guard isWhole else { return lines }
        return lines + steps() + calls()
    }

    /// The steps after the present one.
    private var coming: [Step] {
        let steps = playbook.orders[replacement.order] ?? []
        guard let place = steps.firstIndex(of: replacement.step) else { return [] }
        return Array(steps[(place + 1)...])
    }

    private static func text(of move: MemberMove) -> String {
        guard move.askedAt != nil || move.placedAt != nil else { return "not moved yet" }
        var words: [String] = []
        if let asked = move.askedAt { words.append("asked to go \(asked.shown)" + (move.asked > 1 ? " (\(move.asked) times)" : "")) }
        words.append(move.placedAt.map { "placed \($0.shown)" } ?? "not placed yet")
        if move.placedAt != nil {
            words.append(move.recoveredAt.map { "plans complete \($0.shown)" } ?? "plans not complete yet")
            words.append(move.inSyncAt.map { "in sync \($0.shown)" } ?? "not in sync yet" + (move.behind.map { ", behind in \($0)" } ?? ""))
        }
        return words.joined(separator: ", ")
    }

    private func steps() -> [String] {
        guard !replacement.done.isEmpty else { return [] }
        var table = Table("  STEP", "TOOK", "ATTEMPTS")
        for lap in replacement.done { table.add("  " + lap.step.rawValue, lap.took.text, String(lap.attempts)) }
        return [""] + table.lines()
    }

    private func calls() -> [String] {
        guard !replacement.intents.isEmpty else { return [] }
        var table = Table("  CALL", "AT", "STEP", "WHAT", "ANSWER")
        for intent in replacement.intents.suffix(Self.callsMax) {
            table.add("  \(intent.number)", intent.at.shown, intent.step.rawValue, intent.action.words, intent.answer?.outcome.words ?? "none yet")
        }
        let hidden = replacement.intents.count - Self.callsMax
        return [""] + table.lines() + (hidden > 0 ? ["  and \(hidden) before; --json has all of them"] : [])
    }

    /// The last ones say where it is.
    private static let callsMax = 30
}
