import Fleet

extension LedgerJSON {
    static func text(_ alert: Alert) throws -> String { try text(StoredAlert(alert)) }

    /// Nil for an alert about something that this program does not know: a newer one wrote it.
    static func alert(from text: String, column: String) throws -> Alert? {
        try value(StoredAlert.self, from: text, column: column).alert()
    }
}

/// An alert as JSON. Times are milliseconds since 1970.
private struct StoredAlert: Codable {
    var fingerprint: String
    var cluster: String
    var rule: String?
    var node: String?
    var pool: String?
    var verdict: Verdict?
    var findingClass: FindingClass?
    var mode: Mode?
    var kind: String?
    var subject: String?
    var severity: Alert.Severity
    var state: Alert.State
    var since: Int64
    var firingSince: Int64
    var resolvedAt: Int64?
    var resolution: Finding.Resolution?
    var summary: String
    var runbook: String?
    var evidence: [StoredEvidence]

    enum CodingKeys: String, CodingKey {
        case fingerprint, cluster, rule, node, pool, verdict, mode, kind, subject, severity, state, since, resolution, summary, runbook, evidence
        case findingClass = "class", firingSince = "firing_since", resolvedAt = "resolved_at"
    }

    init(_ alert: Alert) {
        fingerprint = alert.fingerprint.rawValue
        cluster = alert.cluster
        switch alert.subject {
        case .rule(let identity, let node, let pool):
            (rule, self.node, self.pool) = (identity.name.rawValue, node.rawValue, pool?.rawValue)
            (verdict, findingClass, mode) = (identity.verdict, identity.findingClass, identity.mode)
        case .own(let key): (kind, subject) = (key.kind.rawValue, key.subject)
        }
        severity = alert.severity
        state = alert.state
        since = alert.since.milliseconds
        firingSince = alert.firingSince.milliseconds
        resolvedAt = alert.resolvedAt?.milliseconds
        resolution = alert.resolution
        summary = alert.summary
        runbook = alert.runbook
        evidence = alert.evidence.map(StoredEvidence.init)
    }

    func alert() throws -> Alert? {
        guard let about = try about() else { return nil }
        return Alert(
            fingerprint: AlertFingerprint(fingerprint), cluster: cluster, subject: about, severity: severity, state: state,
            since: Timestamp(milliseconds: since), firingSince: Timestamp(milliseconds: firingSince),
            resolvedAt: resolvedAt.map(Timestamp.init(milliseconds:)), resolution: resolution, summary: summary, runbook: runbook,
            evidence: try evidence.compactMap { try $0.evidence() })
    }

    private func about() throws -> Alert.Subject? {
        if let kind, let subject { return OwnFinding.Kind(rawValue: kind).map { .own(OwnFinding.Key(kind: $0, subject: subject)) } }
        guard let rule, let node, let verdict, let findingClass, let mode else {
            throw LedgerContradiction("the alert \(fingerprint) is about nothing that can be told")
        }
        let identity = RuleIdentity(name: RuleName(rule), verdict: verdict, findingClass: findingClass, mode: mode)
        return .rule(identity, node: NodeID(node), pool: pool.map { PoolName($0) })
    }
}
