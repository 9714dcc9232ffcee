/// What names an alert as long as it lasts: 64 bits of FNV-1a over its labels, as 16 hexadecimal digits.
package struct AlertFingerprint: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// The news that a finding fires, or that it is over, as it goes out to people.
///
/// What it is about and its labels are fixed when it begins: a node that changes its pool meanwhile is still told of by the old one.
package struct Alert: Hashable, Sendable {
    package let fingerprint: AlertFingerprint
    package let cluster: String
    package let subject: Subject
    package let severity: Severity
    package var state: State
    /// Since when it is so, as far as the ledger saw.
    package let since: Timestamp
    /// When it began to fire.
    package let firingSince: Timestamp
    /// When it ended. Nil while it fires.
    package var resolvedAt: Timestamp?
    /// Why it ended, in a finding's word; nil while it fires, and where there is nothing to say.
    package var resolution: Finding.Resolution?
    package let summary: String
    package let runbook: String?
    /// What the rule read when it fired. Empty for a finding of Mayfly's own.
    package let evidence: [Evidence]

    package enum Subject: Hashable, Sendable {
        /// A rule holds on a node, which was in that pool when it fired; nil: in none, or not known.
        case rule(RuleIdentity, node: NodeID, pool: PoolName?)
        /// A finding of Mayfly's own.
        case own(OwnFinding.Key)
    }

    package enum State: String, Hashable, Sendable, CaseIterable, Codable {
        case firing
        case resolved
    }

    /// How urgent it is, for routing.
    package enum Severity: String, Hashable, Sendable, CaseIterable, Codable {
        /// A node is to be replaced because it fails, or Mayfly no longer does what it is there for.
        case critical
        /// Somebody should look at it today.
        case warning
        /// A node is to be replaced in time.
        case info
    }

    package init(
        fingerprint: AlertFingerprint, cluster: String, subject: Subject, severity: Severity, state: State = .firing, since: Timestamp,
        firingSince: Timestamp, resolvedAt: Timestamp? = nil, resolution: Finding.Resolution? = nil, summary: String, runbook: String? = nil,
        evidence: [Evidence] = []
    ) {
        self.fingerprint = fingerprint
        self.cluster = cluster
        self.subject = subject
        self.severity = severity
        self.state = state
        self.since = since
        self.firingSince = firingSince
        self.resolvedAt = resolvedAt
        self.resolution = resolution
        self.summary = summary
        self.runbook = runbook
        self.evidence = evidence
    }

    /// The same alert, over.
    package func resolved(at time: Timestamp, _ resolution: Finding.Resolution?) -> Alert {
        var alert = self
        alert.state = .resolved
        alert.resolvedAt = max(time, firingSince)
        alert.resolution = resolution
        return alert
    }

    /// What it is called: its rule's name, or `mayfly-` and the kind of Mayfly's own finding.
    package var name: String {
        switch subject {
        case .rule(let rule, _, _): rule.name.rawValue
        case .own(let key): "mayfly-" + key.kind.rawValue
        }
    }

    /// What identifies it, sorted by name: the same from its beginning to its end. One without a value is left out.
    package var labels: [(name: String, value: String)] {
        Self.labels(cluster: cluster, subject: subject, severity: severity, name: name)
    }

    package static func labels(cluster: String, subject: Subject, severity: Severity, name: String) -> [(name: String, value: String)] {
        var labels = [("alertname", name), ("cluster", cluster), ("severity", severity.rawValue)]
        switch subject {
        case .rule(let rule, let node, let pool):
            labels += [("node", node.rawValue), ("origin", "rule"), ("verdict", rule.verdict.rawValue)]
            if let pool { labels.append(("pool", pool.rawValue)) }
            if rule.verdict == .replace { labels.append(("class", rule.findingClass.rawValue)) }
        case .own(let key): labels += [("origin", "mayfly"), ("subject", key.subject)]
        }
        return labels.filter { !$0.1.isEmpty }.map { (name: $0.0, value: $0.1) }.sorted { $0.name < $1.name }
    }
}

extension RuleIdentity {
    /// Whether people are told of its findings. A `keep` rule says how it is meant to be, and not that something is wrong.
    package var alerts: Bool { verdict != .keep }

    package var severity: Alert.Severity {
        switch (verdict, findingClass) {
        case (.replace, .failing): .critical
        case (.replace, .outdated), (.keep, _): .info
        case (.notify, _): .warning
        }
    }
}
