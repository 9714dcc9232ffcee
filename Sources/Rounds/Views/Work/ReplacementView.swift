package import Fleet
package import Planning
package import Replacing

/// A replacement, in JSON.
package struct ReplacementView: Encodable, Sendable {
    let replacement: Replacement
    let playbook: Playbook
    /// Whether calls and steps are told as well.
    let isWhole: Bool
    /// What the gates say that keep it from going on.
    let held: [GateAnswer]
    /// How often its slot was replaced within 30 days. Nil: not counted.
    let slotReplacements: Int?
    /// The last of what its old instance wrote to its console. Nil: nothing was kept, or nobody asks.
    let console: String?

    package init(
        _ replacement: Replacement, playbook: Playbook, isWhole: Bool = false, held: [GateAnswer] = [], slotReplacements: Int? = nil, console: String? = nil
    ) {
        self.console = console
        self.slotReplacements = slotReplacements
        self.held = held
        self.replacement = replacement
        self.playbook = playbook
        self.isWhole = isWhole
    }

    private enum Key: String, CodingKey {
        case id, node, instance, agent, slot, pool, zone, rule, `class`, askedBy = "asked_by", reason, startedAt = "started_at", targetImage = "target_image",
            order, step, stepSince = "step_since", attempt, deadline, standing, since, waitsFor = "waits_for", gates, parkReason = "park_reason", parkWords =
            "park_words",
            remedy, members, successor, successorAgent = "successor_agent", successorImage = "successor_image", cancelling, outcome, endedAt = "ended_at",
            outcomeReason = "outcome_reason",
            symptomGone = "symptom_gone", survivedProbation = "survived_probation", slotReplacements = "slot_replacements", entrances, console, steps, calls
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(replacement.id, forKey: .id)
        try container.encode(replacement.node.rawValue, forKey: .node)
        try container.encodeIfPresent(replacement.instance?.rawValue, forKey: .instance)
        try container.encodeIfPresent(replacement.agent?.rawValue, forKey: .agent)
        try container.encode(replacement.slot.rawValue, forKey: .slot)
        try container.encodeIfPresent(replacement.pool?.rawValue, forKey: .pool)
        try container.encodeIfPresent(replacement.zone, forKey: .zone)
        try container.encodeIfPresent(replacement.rule?.rawValue, forKey: .rule)
        try container.encode(replacement.findingClass, forKey: .class)
        try container.encode(replacement.askedBy, forKey: .askedBy)
        try container.encode(replacement.reason, forKey: .reason)
        try container.encode(replacement.startedAt.description, forKey: .startedAt)
        try container.encodeIfPresent(replacement.targetImage?.rawValue, forKey: .targetImage)
        try container.encode(replacement.order, forKey: .order)
        try container.encode(replacement.step, forKey: .step)
        try container.encode(replacement.stepSince.description, forKey: .stepSince)
        try container.encode(replacement.attempt, forKey: .attempt)
        try encodeStanding(to: &container)
        try container.encodeIfPresent(replacement.successor?.rawValue, forKey: .successor)
        try container.encodeIfPresent(replacement.successorAgent?.rawValue, forKey: .successorAgent)
        try container.encodeIfPresent(replacement.successorImage?.rawValue, forKey: .successorImage)
        if let cancelling = replacement.cancelling { try container.encode("\(cancelling.who): \(cancelling.reason)", forKey: .cancelling) }
        try container.encode(replacement.moves.map { MoveView(move: $0) }, forKey: .members)
        try container.encodeIfPresent(slotReplacements, forKey: .slotReplacements)
        guard isWhole else { return }
        try container.encodeIfPresent(replacement.entrances?.map(\.description), forKey: .entrances)
        try container.encodeIfPresent(console, forKey: .console)
        try container.encode(replacement.done.map { LapView(lap: $0) }, forKey: .steps)
        try container.encode(replacement.intents.map { CallView(intent: $0) }, forKey: .calls)
    }

    private func encodeStanding(to container: inout KeyedEncodingContainer<Key>) throws {
        try container.encode(replacement.standing.word, forKey: .standing)
        switch replacement.standing {
        case .running: try container.encodeIfPresent(replacement.deadline(playbook)?.description, forKey: .deadline)
        case .waiting(let gates, let since):
            try container.encode(gates, forKey: .waitsFor)
            if !held.isEmpty { try container.encode(held.map { GateAnswerView($0) }, forKey: .gates) }
            try container.encode(since.description, forKey: .since)
        case .parked(let reason, let words, let since):
            try container.encode(reason, forKey: .parkReason)
            try container.encode(words, forKey: .parkWords)
            try container.encode(reason.remedy, forKey: .remedy)
            try container.encode(since.description, forKey: .since)
        case .ended(let at):
            try container.encode(at.description, forKey: .endedAt)
            try container.encodeIfPresent(replacement.outcome?.kind, forKey: .outcome)
            try container.encodeIfPresent(replacement.outcome?.reason, forKey: .outcomeReason)
            try container.encodeIfPresent(replacement.outcome?.isSymptomGone, forKey: .symptomGone)
            try container.encodeIfPresent(replacement.outcome?.survivedProbation, forKey: .survivedProbation)
        }
    }

    private struct MoveView: Encodable {
        let move: MemberMove

        private enum Key: String, CodingKey {
            case member, task, asked, askedAt = "asked_at", placedAt = "placed_at", recoveredAt = "recovered_at", inSyncAt = "in_sync_at", behind
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(move.member.description, forKey: .member)
            try container.encodeIfPresent(move.task?.rawValue, forKey: .task)
            try container.encode(move.asked, forKey: .asked)
            try container.encodeIfPresent(move.askedAt?.description, forKey: .askedAt)
            try container.encodeIfPresent(move.placedAt?.description, forKey: .placedAt)
            try container.encodeIfPresent(move.recoveredAt?.description, forKey: .recoveredAt)
            try container.encodeIfPresent(move.inSyncAt?.description, forKey: .inSyncAt)
            try container.encodeIfPresent(move.behind, forKey: .behind)
        }
    }

    private struct LapView: Encodable {
        let lap: Replacement.Lap

        private enum Key: String, CodingKey { case step, seconds, attempts }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(lap.step, forKey: .step)
            try container.encode(lap.took.inSeconds, forKey: .seconds)
            try container.encode(lap.attempts, forKey: .attempts)
        }
    }

    private struct CallView: Encodable {
        let intent: Intent

        private enum Key: String, CodingKey { case number, step, attempt, action, at, answer, answeredAt = "answered_at" }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(intent.number, forKey: .number)
            try container.encode(intent.step, forKey: .step)
            try container.encode(intent.attempt, forKey: .attempt)
            try container.encode(intent.action.words, forKey: .action)
            try container.encode(intent.at.description, forKey: .at)
            try container.encodeIfPresent(intent.answer?.outcome.words, forKey: .answer)
            try container.encodeIfPresent(intent.answer?.at.description, forKey: .answeredAt)
        }
    }
}

extension Replacement {
    /// When the present attempt is over time, as far as it has not waited. Nil: its step has no deadline, or it stands still.
    package func deadline(_ playbook: Playbook) -> Timestamp? {
        guard case .running = standing, let limit = playbook.deadlines[step] else { return nil }
        return attemptSince + limit + waitedFor
    }
}
