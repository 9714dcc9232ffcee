import Fleet
import Planning
import Replacing

extension Explanation: Encodable {
    private enum Key: String, CodingKey {
        case node, asOf = "as_of", disposition, reason, by, rules, facts, pastFindings = "past_findings", assessment, lastAssessment = "last_assessment",
            waitsFor = "waits_for", replacements
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(NodeIdentityView(node), forKey: .node)
        try container.encode(asOf.description, forKey: .asOf)
        try container.encode(DispositionView(disposition, now: asOf), forKey: .disposition)
        try container.encode(rules.map { RuleView(explanation: $0, now: asOf) }, forKey: .rules)
        try container.encode(facts.map { $0.view(at: asOf) }, forKey: .facts)
        try container.encode(past.map { FindingView($0, now: asOf) }, forKey: .pastFindings)
        try container.encodeIfPresent(assessment.map { AssessmentView($0, now: asOf) }, forKey: .assessment)
        if let last = assessmentAtRest { try container.encode(PastAssessmentView(past: last), forKey: .lastAssessment) }
        if !held.isEmpty { try container.encode(held.map { GateAnswerView($0) }, forKey: .waitsFor) }
        try container.encode(replacements.map { ReplacementView($0, playbook: playbook, isWhole: $0.isOpen) }, forKey: .replacements)
    }

    private struct RuleView: Encodable {
        let explanation: RuleExplanation
        let now: Timestamp

        private enum Key: String, CodingKey {
            case rule, verdict, `class`, mode, when, state, since, firesInSeconds = "fires_in_seconds", window, windowOpens = "window_opens", reads,
                readsTables = "reads_tables", unknown, why, summary, runbook
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(explanation.name.rawValue, forKey: .rule)
            try container.encode(explanation.identity.verdict, forKey: .verdict)
            if explanation.identity.verdict == .replace { try container.encode(explanation.identity.findingClass, forKey: .class) }
            try container.encode(explanation.identity.mode, forKey: .mode)
            try container.encode(explanation.condition, forKey: .when)
            try container.encode(explanation.standing.word, forKey: .state)
            try container.encodeIfPresent(explanation.since?.description, forKey: .since)
            try container.encodeIfPresent(explanation.firesIn?.inSeconds, forKey: .firesInSeconds)
            try encode(explanation.window, to: &container)
            try container.encode(explanation.reads.map { $0.view(at: now) }, forKey: .reads)
            if !explanation.readsTables.isEmpty { try container.encode(explanation.readsTables, forKey: .readsTables) }
            if case .unknown(let facts) = explanation.standing { try container.encode(facts.map(\.rawValue), forKey: .unknown) }
            if let why = explanation.standing.why { try container.encode(why, forKey: .why) }
            try container.encodeIfPresent(explanation.summary, forKey: .summary)
            try container.encodeIfPresent(explanation.runbook, forKey: .runbook)
        }

        private func encode(_ window: WindowState, to container: inout KeyedEncodingContainer<Key>) throws {
            switch window {
            case .none: break
            case .open: try container.encode("open", forKey: .window)
            case .shut(opens: let opens):
                try container.encode("shut", forKey: .window)
                try container.encodeIfPresent(opens?.description, forKey: .windowOpens)
            }
        }
    }
}

extension Explanation.Standing {
    /// Why it stands so, where the word alone does not say. Nil otherwise.
    package var why: String? {
        switch self {
        case .firing, .pending, .clear: nil
        case .unknown(let facts):
            facts.isEmpty ? "what it reads of other nodes or tables is unknown" : facts.map(\.rawValue).joined(separator: ", ") + " unknown"
        case .clearing: "no longer holds; fires on for keep_firing_for"
        case .idle(let why): why
        case .limited(let matches, let limit): "holds on \(matches) nodes, more than its limit of \(limit): the rule is the suspect"
        case .notInShard: "its shard leaves this node out"
        case .failed(let why): why
        }
    }
}
