import Fleet

/// An alert as Alertmanager's API v2 takes it.
struct AlertmanagerAlert: Encodable {
    let alert: Alert
    /// When it is to be over if nothing more is heard of it; counts only while it fires.
    let endsAt: Timestamp

    private enum Key: String, CodingKey { case labels, annotations, startsAt, endsAt }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        var labels = container.nestedContainer(keyedBy: Name.self, forKey: .labels)
        for label in alert.labels { try labels.encode(label.value, forKey: Name(label.name)) }
        var annotations = container.nestedContainer(keyedBy: Name.self, forKey: .annotations)
        for annotation in alert.annotations { try annotations.encode(annotation.value, forKey: Name(annotation.name)) }
        try container.encode(alert.firingSince.description, forKey: .startsAt)
        try container.encode((alert.resolvedAt ?? max(endsAt, alert.firingSince)).description, forKey: .endsAt)
    }
}

extension Alert {
    /// What is said beside the labels; may change while it lasts, and identifies nothing.
    var annotations: [(name: String, value: String)] {
        var annotations = [(name: "summary", value: summary), (name: "description", value: text)]
        if let runbook { annotations.append((name: "runbook", value: runbook)) }
        return annotations
    }

    /// A few lines for people: since when, on what evidence, what to do.
    private var text: String {
        var lines = ["Since \(since)."]
        switch subject {
        case .own(let key): lines.append(key.kind.remedy)
        case .rule(let rule, let node, let pool):
            let place = pool.map { " of pool \($0)" } ?? ""
            lines.append("Rule \(rule.name), verdict \(rule.verdict.rawValue), on node \(node)\(place).")
        }
        lines += evidence.map { evidence in
            let since = evidence.since.map { ", since \($0)" } ?? ""
            return "\(evidence.fact.rawValue): \(evidence.reading)\(since)"
        }
        if let resolution { lines.append("Ended: \(resolution.rawValue.replacing("_", with: " ")).") }
        return lines.joined(separator: "\n")
    }
}
