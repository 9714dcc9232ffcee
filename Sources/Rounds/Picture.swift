package import Fleet
package import Planning
package import Rules
import Windows

/// The fleet as one look saw it, with what the rules made of it. A value, to be read from at leisure.
package struct Picture: Sendable {
    package let at: Timestamp
    package let state: State
    package let judgement: Judgement
    package let rules: RuleSet
    package let settings: Settings
    /// The sources that were not fresh.
    package let stale: Set<Source>
    /// What the master said of itself. Nil when it was not asked in this run of the program.
    package let master: MesosSighting.Master?
    /// The master's own counts of agents.
    package let counts: MesosSighting.Counts?

    /// What was decided and refused.
    package let plan: Plan

    /// What was decided and refused, by node.
    package var assessments: [NodeID: Assessment] { Dictionary(plan.assessments.map { ($0.node, $0) }, uniquingKeysWith: { $1 }) }

    /// The findings of one node that are not resolved, by rule.
    package func findings(of node: NodeID) -> [Finding] {
        state.findings.values.filter { $0.node == node }.sorted { $0.rule.name < $1.rule.name }
    }

    /// What is to become of every node on which a rule of weight holds, by node.
    package func dispositions() -> [(node: NodeID, disposition: Disposition)] {
        let byNode = Dictionary(grouping: state.findings.values.filter { $0.state == .firing && $0.rule.verdict != .notify }, by: \.node)
        return byNode.keys.sorted().map { ($0, disposition(of: $0, findings: byNode[$0] ?? [])) }
    }

    package func disposition(of node: NodeID) -> Disposition { disposition(of: node, findings: findings(of: node)) }

    private func disposition(of node: NodeID, findings: [Finding]) -> Disposition {
        let unknownKeeps: [Disposition.UnknownRule] = rules.rules.filter { $0.identity.verdict == .keep }.compactMap { rule in
            guard let standing = standing(of: rule.name), standing.unknown.contains(node) else { return nil }
            return Disposition.UnknownRule(rule: rule.name, why: unknownFacts(of: rule, node: node).map(\.rawValue).joined(separator: ", ") + " unknown")
        }
        return Disposition(findings: findings, unknownKeeps: unknownKeeps, windows: windows())
    }

    /// What each rule's time interval says now.
    package func windows() -> [RuleName: WindowState] {
        Dictionary(uniqueKeysWithValues: rules.rules.map { ($0.name, window(of: $0)) })
    }

    package func window(of rule: Rule) -> WindowState {
        guard let interval = rules.interval(of: rule) else { return .none }
        return interval.contains(at) ? .open : .shut(opens: interval.nextOpening(after: at))
    }

    package func standing(of rule: RuleName) -> RuleStanding? { judgement.rules.first { $0.rule == rule } }

    /// The facts that a rule reads and that are unknown of a node, in the catalogue's order.
    package func unknownFacts(of rule: Rule, node: NodeID) -> [Fact] {
        guard let node = state.nodes[node] else { return [] }
        return rule.reads.filter { state.evidence(of: $0, node: node, stale: stale, now: at).reading.isUnknown }
    }

    /// What may be believed of every published fact of a node, in the catalogue's order. Facts of sources that are not configured are left out.
    package func facts(of node: NodeID) -> [Evidence] {
        guard let node = state.nodes[node] else { return [] }
        let configured = settings.configured
        return Fact.published.filter { $0.sources.allSatisfy(configured.contains) }.map { state.evidence(of: $0, node: node, stale: stale, now: at) }
    }
}

extension Picture {
    /// How many nodes the fleet is meant to have.
    package var capacity: Int { state.capacity(settings) }
}
