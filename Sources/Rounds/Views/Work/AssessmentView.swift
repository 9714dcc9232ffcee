package import Fleet
import Ledger
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
        if !isBrief { try container.encode(assessment.answers.map { GateAnswerView($0) }, forKey: .gates) }
    }
}

/// What one gate says, in JSON.
package struct GateAnswerView: Encodable, Sendable {
    let answer: GateAnswer

    package init(_ answer: GateAnswer) { self.answer = answer }

    private enum Key: String, CodingKey { case gate, state, reason, opens, values }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(answer.gate, forKey: .gate)
        try container.encode(answer.state.word, forKey: .state)
        try container.encode(answer.reason, forKey: .reason)
        try container.encodeIfPresent(answer.opens?.description, forKey: .opens)
        if !answer.values.isEmpty { try container.encode(answer.values, forKey: .values) }
    }
}

/// What the gates came to when that was last written, in JSON.
struct PastAssessmentView: Encodable {
    let past: PastAssessment

    private enum Key: String, CodingKey { case from, until, outcome, rule, ruleSet = "rule_set", `class`, shut, gates }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(past.assessment.from.description, forKey: .from)
        try container.encodeIfPresent(past.until?.description, forKey: .until)
        try container.encode(past.assessment.outcome.word, forKey: .outcome)
        try container.encodeIfPresent(past.assessment.rule?.rawValue, forKey: .rule)
        try container.encodeIfPresent(past.ruleSet?.rawValue, forKey: .ruleSet)
        try container.encode(past.findingClass, forKey: .class)
        try container.encode(past.assessment.shut, forKey: .shut)
        try container.encode(past.answers.map { GateAnswerView($0) }, forKey: .gates)
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
