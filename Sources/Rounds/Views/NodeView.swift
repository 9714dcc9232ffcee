package import Fleet
package import Planning

/// Who a node is, in JSON.
package struct NodeIdentityView: Encodable, Sendable {
    let node: Node

    package init(_ node: Node) { self.node = node }

    private enum Key: String, CodingKey { case id, instanceId = "instance_id", agentId = "agent_id", firstSeen = "first_seen", departedAt = "departed_at" }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(node.id.rawValue, forKey: .id)
        try container.encodeIfPresent(node.instance?.rawValue, forKey: .instanceId)
        try container.encodeIfPresent(node.agent?.rawValue, forKey: .agentId)
        try container.encode(node.firstSeen.description, forKey: .firstSeen)
        try container.encodeIfPresent(node.departedAt?.description, forKey: .departedAt)
    }
}

/// What would become of a node, in JSON: `{"kind": "ephemeral", "reason": …, "by": […]}`.
package struct DispositionView: Encodable, Sendable {
    let disposition: Disposition
    let now: Timestamp

    package init(_ disposition: Disposition, now: Timestamp) {
        self.disposition = disposition
        self.now = now
    }

    private enum Key: String, CodingKey { case kind, `class`, reason, by, window, windowOpens = "window_opens" }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(disposition.word, forKey: .kind)
        switch disposition {
        case .ephemeral(let ephemeral):
            try container.encode(ephemeral.findingClass, forKey: .class)
            try container.encode(ephemeral.findings.map(\.rule.name.rawValue), forKey: .by)
            if case .shut(opens: let opens) = ephemeral.window {
                try container.encode("shut", forKey: .window)
                try container.encodeIfPresent(opens?.description, forKey: .windowOpens)
            }
        case .kept(let kept): try container.encode(kept.by.map(\.rawValue), forKey: .by)
        case .notEphemeral: break
        }
        try container.encode(disposition.reason(at: now), forKey: .reason)
    }
}

extension Disposition {
    /// The word in tables and JSON.
    package var word: String {
        switch self {
        case .ephemeral: "ephemeral"
        case .kept: "kept"
        case .notEphemeral: "not_ephemeral"
        }
    }
}

/// A finding, in JSON.
package struct FindingView: Encodable, Sendable {
    let finding: Finding
    let now: Timestamp

    package init(_ finding: Finding, now: Timestamp) {
        self.finding = finding
        self.now = now
    }

    private enum Key: String, CodingKey {
        case node, rule, verdict, `class`, mode, state, since, firingSince = "firing_since", resolvedAt = "resolved_at", resolution, summary, runbook, ruleSet =
            "rule_set", evidence
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(finding.node.rawValue, forKey: .node)
        try container.encode(finding.rule.name.rawValue, forKey: .rule)
        try container.encode(finding.rule.verdict, forKey: .verdict)
        if finding.rule.verdict == .replace { try container.encode(finding.rule.findingClass, forKey: .class) }
        try container.encode(finding.rule.mode, forKey: .mode)
        try container.encode(finding.state, forKey: .state)
        try container.encode(finding.since.description, forKey: .since)
        try container.encodeIfPresent(finding.firingSince?.description, forKey: .firingSince)
        try container.encodeIfPresent(finding.resolvedAt?.description, forKey: .resolvedAt)
        try container.encodeIfPresent(finding.resolution, forKey: .resolution)
        try container.encode(finding.summary, forKey: .summary)
        try container.encodeIfPresent(finding.runbook, forKey: .runbook)
        try container.encode(finding.ruleSet.rawValue, forKey: .ruleSet)
        try container.encode(finding.evidence.map { $0.view(at: now) }, forKey: .evidence)
    }
}

/// A node of the fleet, in JSON: its facts by column, its open findings, and what would become of it.
package struct NodeView: Encodable, Sendable {
    let node: Node
    let facts: [Evidence]
    let findings: [Finding]
    let disposition: Disposition
    let assessment: Assessment?
    let at: Timestamp

    private struct Column: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private enum Key: String, CodingKey { case facts, unknown, findings, disposition, assessment }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        var columns = container.nestedContainer(keyedBy: Column.self, forKey: .facts)
        for evidence in facts {
            let key = Column(stringValue: evidence.fact.rawValue)
            switch evidence.reading {
            case .text(let text): try columns.encode(text, forKey: key)
            case .integer(let number):
                if evidence.fact.unit == "boolean" { try columns.encode(number != 0, forKey: key) } else { try columns.encode(number, forKey: key) }
            case .none: try columns.encodeNil(forKey: key)
            case .unknown: break
            }
        }
        // A fact that is null is none; one that is not known is left out and named here.
        try container.encode(facts.filter(\.reading.isUnknown).map(\.fact.rawValue), forKey: .unknown)
        try container.encode(findings.map { Brief(finding: $0) }, forKey: .findings)
        try container.encode(DispositionView(disposition, now: at), forKey: .disposition)
        try container.encodeIfPresent(assessment.map { AssessmentView($0, now: at, isBrief: true) }, forKey: .assessment)
    }

    private struct Brief: Encodable {
        let finding: Finding

        private enum Key: String, CodingKey { case rule, verdict, state, since, firingSince = "firing_since", summary }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(finding.rule.name.rawValue, forKey: .rule)
            try container.encode(finding.rule.verdict, forKey: .verdict)
            try container.encode(finding.state, forKey: .state)
            try container.encode(finding.since.description, forKey: .since)
            try container.encodeIfPresent(finding.firingSince?.description, forKey: .firingSince)
            try container.encode(finding.summary, forKey: .summary)
        }
    }
}

extension Picture {
    /// Every node, by id.
    package func nodeViews() -> [NodeView] {
        let findings = Dictionary(grouping: state.findings.values, by: \.node)
        let assessments = assessments
        return state.nodes.values.sorted { $0.node.id < $1.node.id }.map { node in
            NodeView(
                node: node.node, facts: facts(of: node.node.id), findings: (findings[node.node.id] ?? []).sorted { $0.rule.name < $1.rule.name },
                disposition: disposition(of: node.node.id), assessment: assessments[node.node.id], at: at)
        }
    }
}
