package import Fleet

/// An alert, in JSON: what a webhook is sent. The fields are the documented interface of `docs/alerts.md`.
package struct AlertView: Encodable, Sendable {
    let alert: Alert

    package init(_ alert: Alert) { self.alert = alert }

    private enum Key: String, CodingKey {
        case version, cluster, state, fingerprint, origin, rule, node, pool, verdict, `class`, kind, subject, severity, since,
            firingSince = "firing_since", resolvedAt = "resolved_at", resolution, summary, runbook, remedy, evidence
    }

    /// Goes up when a field changes its meaning or goes; new fields do not count.
    package static let version = 1

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.version, forKey: .version)
        try container.encode(alert.cluster, forKey: .cluster)
        try container.encode(alert.state, forKey: .state)
        try container.encode(alert.fingerprint.rawValue, forKey: .fingerprint)
        switch alert.subject {
        case .rule(let rule, let node, let pool):
            try container.encode("rule", forKey: .origin)
            try container.encode(rule.name.rawValue, forKey: .rule)
            try container.encode(node.rawValue, forKey: .node)
            try container.encodeIfPresent(pool?.rawValue, forKey: .pool)
            try container.encode(rule.verdict, forKey: .verdict)
            if rule.verdict == .replace { try container.encode(rule.findingClass, forKey: .class) }
        case .own(let key):
            try container.encode("mayfly", forKey: .origin)
            try container.encode(key.kind, forKey: .kind)
            try container.encode(key.subject, forKey: .subject)
            try container.encode(key.kind.remedy, forKey: .remedy)
        }
        try container.encode(alert.severity, forKey: .severity)
        try container.encode(alert.since.description, forKey: .since)
        try container.encode(alert.firingSince.description, forKey: .firingSince)
        try container.encodeIfPresent(alert.resolvedAt?.description, forKey: .resolvedAt)
        try container.encodeIfPresent(alert.resolution, forKey: .resolution)
        try container.encode(alert.summary, forKey: .summary)
        try container.encodeIfPresent(alert.runbook, forKey: .runbook)
        try container.encode(alert.evidence.map { $0.view(at: alert.firingSince) }, forKey: .evidence)
    }
}
