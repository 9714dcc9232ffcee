package import Fleet
package import Planning

/// What the gates say of a node, in JSON.
package struct AssessmentView: Encodable, Sendable {
    let assessment: Assessment
    let now: Timestamp
    /// Whether only what holds the node is told, and not every gate.
    let isBrief: Bool

    package init(_ assessment: Assessment, now: Timestamp, isBrief: Bool = false) {
        self.assessment = assessment
        self.now = now
        self.isBrief = isBrief
    }

    private enum Key: String, CodingKey { case outcome, sentence, rule, `class`, earliest, never, shut, gates }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(assessment.outcome.word, forKey: .outcome)
        try container.encode(assessment.sentence(at: now), forKey: .sentence)
        try container.encodeIfPresent(assessment.rule?.rawValue, forKey: .rule)
        try container.encode(assessment.findingClass, forKey: .class)
        try container.encodeIfPresent(assessment.earliest?.description, forKey: .earliest)
        try container.encode(assessment.isNever, forKey: .never)
        try container.encode(assessment.shut.map(\.gate), forKey: .shut)
        if !isBrief { try container.encode(assessment.answers.map { GateView(answer: $0) }, forKey: .gates) }
    }

    private struct GateView: Encodable {
        let answer: GateAnswer

        private enum Key: String, CodingKey { case gate, state, reason, opens, values }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(answer.gate, forKey: .gate)
            try container.encode(answer.state.word, forKey: .state)
            try container.encode(answer.reason, forKey: .reason)
            try container.encodeIfPresent(answer.opens?.description, forKey: .opens)
            if !answer.values.isEmpty { try container.encode(answer.values, forKey: .values) }
        }
    }
}

extension Assessment.Outcome {
    /// The word in tables and JSON.
    package var word: String {
        switch self {
        case .decided: "decided"
        case .wouldStart: "would_start"
        case .refused: "refused"
        }
    }
}

extension GateAnswer.State {
    /// The word in tables and JSON.
    package var word: String {
        switch self {
        case .open: "open"
        case .shut, .shutUntil: "shut"
        case .never: "never"
        case .unknown: "unknown"
        case .notEvaluable: "not_evaluable"
        }
    }
}
