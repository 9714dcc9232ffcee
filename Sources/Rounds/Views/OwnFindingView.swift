package import Fleet

/// A finding of Mayfly's own, in JSON.
package struct OwnFindingView: Encodable, Sendable {
    let finding: OwnFinding

    package init(_ finding: OwnFinding) { self.finding = finding }

    private enum Key: String, CodingKey {
        case kind, subject, severity, since, firingSince = "firing_since", resolvedAt = "resolved_at", summary, remedy
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(finding.kind, forKey: .kind)
        try container.encode(finding.subject, forKey: .subject)
        try container.encode(finding.kind.severity, forKey: .severity)
        try container.encode(finding.since.description, forKey: .since)
        try container.encode(finding.firingSince.description, forKey: .firingSince)
        try container.encodeIfPresent(finding.resolvedAt?.description, forKey: .resolvedAt)
        try container.encode(finding.summary, forKey: .summary)
        try container.encode(finding.kind.remedy, forKey: .remedy)
    }
}

extension Picture {
    /// What Mayfly has found about itself and is not over, by kind and subject.
    package var ownFindings: [OwnFinding] { state.own.open.values.sorted { $0.key < $1.key } }
}
