package import Fleet
import Rules

/// What an alert is about, in the state: one finding, of a rule or of Mayfly's own.
enum AlertKey: Hashable, Comparable {
    case finding(ClockKey)
    case own(OwnFinding.Key)

    init(_ alert: Alert) {
        switch alert.subject {
        case .rule(let rule, let node, _): self = .finding(ClockKey(rule: rule.name, node: node))
        case .own(let key): self = .own(key)
        }
    }

    static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.finding(let left), .finding(let right)): left < right
        case (.own(let left), .own(let right)): left < right
        case (.finding, .own): true
        case (.own, .finding): false
        }
    }
}

extension Evidence {
    /// With a text that is no longer than people read: the whole of it is in the finding.
    fileprivate var shortened: Evidence {
        guard case .text(let text) = reading, text.utf8.count > Self.textCharactersMax else { return self }
        return Evidence(fact: fact, reading: .text(text.shortened(to: Self.textCharactersMax)), since: since, source: source, readAt: readAt)
    }

    /// A queue of 10,000 alerts is to be some tens of megabytes and no more.
    private static let textCharactersMax = 500
}

extension String {
    fileprivate func shortened(to characters: Int) -> String { count <= characters ? self : prefix(characters) + "…" }
}

extension Alert {
    /// The alert that a finding which fires is, told of with the pool that its node is in now.
    init?(_ finding: Finding, cluster: String, pool: PoolName?) {
        guard finding.state == .firing, finding.rule.alerts else { return nil }
        self.init(
            cluster: cluster, subject: .rule(finding.rule, node: finding.node, pool: pool), severity: finding.rule.severity, since: finding.since,
            firingSince: finding.firingSince ?? finding.since, summary: finding.summary.shortened(to: Self.summaryCharactersMax), runbook: finding.runbook,
            evidence: finding.evidence.map(\.shortened))
    }

    /// A summary may show an instance's tags, which may have 20 KB; people read a few lines.
    private static let summaryCharactersMax = 2000

    package init(_ finding: OwnFinding, cluster: String) {
        self.init(
            cluster: cluster, subject: .own(finding.key), severity: finding.kind.severity, since: finding.since, firingSince: finding.firingSince,
            summary: finding.summary, runbook: nil, evidence: [])
    }

    private init(
        cluster: String, subject: Subject, severity: Severity, since: Timestamp, firingSince: Timestamp, summary: String, runbook: String?,
        evidence: [Evidence]
    ) {
        self.init(
            fingerprint: "", cluster: cluster, subject: subject, severity: severity, since: since, firingSince: firingSince, summary: summary,
            runbook: runbook, evidence: evidence)
        var hash = FNV1a()
        for label in labels {
            hash.add(label.name.utf8)
            hash.add([0])
            hash.add(label.value.utf8)
            hash.add([0])
        }
        self = Alert(
            fingerprint: AlertFingerprint(hash.text), cluster: cluster, subject: subject, severity: severity, since: since, firingSince: firingSince,
            summary: summary, runbook: runbook, evidence: evidence)
    }

    /// Whether it is still told of as it was: the same cluster, and a rule that says the same of what is to be done. A node's pool does not count.
    func isTold(like other: Alert) -> Bool {
        guard cluster == other.cluster, severity == other.severity else { return false }
        switch (subject, other.subject) {
        case (.rule(let one, _, _), .rule(let another, _, _)): return one.verdict == another.verdict && one.findingClass == another.findingClass
        case (.own(let one), .own(let another)): return one == another
        case (.rule, .own), (.own, .rule): return false
        }
    }
}
