import Fleet
package import Ledger
import Planning
import Rounds

/// One thing that happened, as text and in JSON.
package struct HistoryView: Encodable, Sendable {
    let item: HistoryItem

    package init(_ item: HistoryItem) { self.item = item }

    package var line: String {
        let node = item.node.map { "\($0)  " } ?? ""
        return "\(item.at.shown)  \(node)\(what)"
    }

    private var what: String {
        switch item.event {
        case .nodeCame: "came into the fleet"
        case .changed(let fact, let old, let new): "\(fact.rawValue): \(old) → \(new)"
        case .finding(let finding, let state):
            switch state {
            case .pending: "\(finding.rule.name) is pending"
            case .firing: "\(finding.rule.name) fires: \(finding.summary)"
            case .resolved: "\(finding.rule.name) ended: \(finding.resolution?.rawValue.replacing("_", with: " ") ?? "")"
            }
        case .assessed(let assessment): Self.words(assessment)
        case .audit(let entry) where entry.kind == .consoleKept:
            "console kept, replacement \(entry.details["replacement"] ?? "?"): … " + Self.lastWords(entry.details["output"] ?? "")
        case .audit(let entry):
            ([entry.kind.rawValue.replacing("_", with: " ") + (entry.who == "mayfly" ? "" : " by \(entry.who)")]
                + entry.details.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }).joined(separator: ", ")
        }
    }

    /// The end of a console's output in a line; JSON and the replacement's own page have more.
    private static func lastWords(_ output: String) -> String {
        String(output.split(whereSeparator: \.isWhitespace).joined(separator: " ").suffix(160))
    }

    private static func words(_ assessment: RecordedAssessment) -> String {
        let why = assessment.rule.map { " for \($0)" } ?? " by request"
        let shut = assessment.shut.map(\.rawValue).joined(separator: ", ")
        return switch assessment.outcome {
        case .decided: "is to be replaced\(why)"
        case .wouldStart: "would be replaced\(why), but for \(shut)"
        case .refused: "is not replaced\(why): held by \(shut)"
        }
    }

    private enum Key: String, CodingKey { case at, node, kind, fact, old, new, rule, state, summary, resolution, outcome, shut, who, details }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(item.at.description, forKey: .at)
        try container.encodeIfPresent(item.node?.rawValue, forKey: .node)
        switch item.event {
        case .nodeCame: try container.encode("node_came", forKey: .kind)
        case .changed(let fact, let old, let new):
            try container.encode("fact_changed", forKey: .kind)
            try container.encode(fact.rawValue, forKey: .fact)
            try container.encode(old.description, forKey: .old)
            try container.encode(new.description, forKey: .new)
        case .finding(let finding, let state):
            try container.encode("finding", forKey: .kind)
            try container.encode(finding.rule.name.rawValue, forKey: .rule)
            try container.encode(state, forKey: .state)
            try container.encode(finding.summary, forKey: .summary)
            if state == .resolved { try container.encodeIfPresent(finding.resolution, forKey: .resolution) }
        case .assessed(let assessment):
            try container.encode("assessed", forKey: .kind)
            try container.encodeIfPresent(assessment.rule?.rawValue, forKey: .rule)
            try container.encode(assessment.outcome.word, forKey: .outcome)
            try container.encode(assessment.shut, forKey: .shut)
        case .audit(let entry):
            try container.encode(entry.kind, forKey: .kind)
            try container.encode(entry.who, forKey: .who)
            try container.encode(entry.details, forKey: .details)
        }
    }
}
