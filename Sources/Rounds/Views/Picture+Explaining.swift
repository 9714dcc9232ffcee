package import Fleet
package import Ledger
import Planning
package import Replacing
import Rules

extension Picture {
    /// The complete answer about a node of the fleet; nil for one that is not in it.
    ///
    /// - Parameters:
    ///   - past: its findings that are over, newest first, from the ledger.
    ///   - replacements: of it, newest first, from the ledger.
    ///   - lastAssessment: of it, the newest, from the ledger.
    package func explain(
        _ id: NodeID, past: [Finding] = [], replacements: [Replacement] = [], lastAssessment: PastAssessment? = nil
    ) -> Explanation? {
        guard let node = state.nodes[id] else { return nil }
        return Explanation(
            node: node.node, asOf: at, disposition: disposition(of: id), rules: rules.rules.map { explain($0, on: node) }, facts: facts(of: id), past: past,
            assessment: plan[id], lastAssessment: lastAssessment, held: replacements.first(where: \.isOpen).flatMap { state.work.held[$0.id] } ?? [],
            replacements: replacements, playbook: settings.playbook)
    }

    private func explain(_ rule: Rule, on node: State.NodeState) -> Explanation.RuleExplanation {
        let key = ClockKey(rule: rule.name, node: node.node.id)
        let finding = state.findings[key]
        let clock = state.clocks[key]
        let standing = standing(of: rule, key: key, finding: finding, clock: clock)
        var firesIn: Duration?
        if case .pending = standing, let clock {
            firesIn = max(.zero, rule.holdFor - clock.held(at: at))
        }
        return Explanation.RuleExplanation(
            name: rule.name, identity: rule.identity, condition: rule.condition, standing: standing,
            since: finding?.firingSince ?? finding?.since, firesIn: firesIn, window: window(of: rule),
            reads: rule.reads.map { state.evidence(of: $0, node: node, stale: stale, now: at) }, readsTables: rule.readsTables,
            summary: finding?.summary, runbook: rule.runbook)
    }

    private func standing(of rule: Rule, key: ClockKey, finding: Finding?, clock: RuleClock?) -> Explanation.Standing {
        let overall = self.standing(of: rule.name)
        if let idle = overall?.idle { return .idle(idle.description) }
        if let failure = overall?.failure { return .failed(failure) }
        if !rule.covers(key.node) { return .notInShard }
        if let limit = overall?.limit { return .limited(matches: limit.matches, limit: limit.limit) }
        if finding?.state == .firing { return clock?.clearedSince == nil ? .firing : .clearing }
        if overall?.unknown.contains(key.node) ?? false { return .unknown(unknownFacts(of: rule, node: key.node)) }
        return finding == nil ? .clear : .pending
    }
}
