package import Fleet

/// A back-test in JSON: `rules backtest --json`.
package struct BacktestView: Encodable {
    private let backtest: Backtest
    private let difference: RulesDifference?
    private let replacements: ReplacementsDifference?
    private let otherRules: RuleSetHash?

    package init(_ backtest: Backtest, _ difference: RulesDifference?, _ replacements: ReplacementsDifference? = nil, otherRules: RuleSetHash?) {
        self.backtest = backtest
        self.replacements = replacements
        self.difference = difference
        self.otherRules = otherRules
    }

    private enum CodingKeys: String, CodingKey {
        case from, to, rounds
        case ruleSets = "rule_sets"
        case otherRuleSet = "other_rule_set"
        case notReplayable = "not_replayable"
        case findings, differences, same, gates, replacements
        case replacementDifferences = "replacement_differences"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(backtest.from.description, forKey: .from)
        try container.encode(backtest.to.description, forKey: .to)
        try container.encode(backtest.rounds, forKey: .rounds)
        try container.encode(backtest.ruleSets.map(\.rawValue), forKey: .ruleSets)
        try container.encode(backtest.notReplayable, forKey: .notReplayable)
        if let difference {
            try container.encode(otherRules?.rawValue, forKey: .otherRuleSet)
            try container.encode(difference.items.map(Item.init), forKey: .differences)
            try container.encode(difference.same, forKey: .same)
            try container.encodeIfPresent(replacements?.items.map(ReplacementDifferenceView.init), forKey: .replacementDifferences)
        } else {
            let gated = backtest.gated
            try container.encode(backtest.findings.map { ReplayedFindingView($0, gated[$0.gateKey]) }, forKey: .findings)
            try container.encodeIfPresent(backtest.gates?.replacements.map(WouldBeReplacementView.init), forKey: .replacements)
        }
        if backtest.gates != nil { try container.encode(ReplayedGatesView(), forKey: .gates) }
    }

    private struct Item: Encodable {
        let difference: String
        let rule: String
        let node: String
        let before: ReplayedFindingView?
        let after: ReplayedFindingView?

        init(_ item: RulesDifference.Item) {
            difference = item.kind.rawValue
            rule = item.rule.rawValue
            node = item.node.rawValue
            before = item.before.map { ReplayedFindingView($0, nil) }
            after = item.after.map { ReplayedFindingView($0, nil) }
        }
    }
}

/// A finding that a replay came to.
private struct ReplayedFindingView: Encodable {
    let node: String
    let rule: String
    let verdict: String
    let state: String
    let since: String
    let firingSince: String?
    let resolvedAt: String?
    let resolution: String?
    let summary: String
    let replacedAt: String?
    let held: [GateHoldView]?

    private enum CodingKeys: String, CodingKey {
        case node, rule, verdict, state, since
        case firingSince = "firing_since"
        case resolvedAt = "resolved_at"
        case resolution, summary
        case replacedAt = "replaced_at"
        case held
    }

    init(_ finding: Finding, _ gated: GatedFinding?) {
        replacedAt = gated?.replacedAt?.description
        held = gated?.held.map(GateHoldView.init)
        node = finding.node.rawValue
        rule = finding.rule.name.rawValue
        verdict = finding.rule.verdict.rawValue
        state = finding.state.rawValue
        since = finding.since.description
        firingSince = finding.firingSince?.description
        resolvedAt = finding.resolvedAt?.description
        resolution = finding.resolution?.rawValue
        summary = finding.summary
    }
}
