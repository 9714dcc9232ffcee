import Fleet
import Planning
import Replacing
import Rules
import Windows

extension Working {
    /// Why each node would be replaced: a person's request, else the finding that may do most about it. By node.
    func wishes() -> [NodeID: GateQuestion.Cause] {
        var wishes: [NodeID: GateQuestion.Cause] = [:]
        var findings: [NodeID: [Finding]] = [:]
        for finding in state.findings.values where finding.state == .firing && finding.rule.verdict == .replace && stillHolds(finding) {
            findings[finding.node, default: []].append(finding)
        }
        if !findings.isEmpty {
            let windows = openWindows(of: findings.values)
            for (node, all) in findings {
                guard let finding = all.min(by: { rank($0, windows) < rank($1, windows) }) else { continue }
                wishes[node] = .finding(finding)
            }
        }
        for request in work.requests.values { wishes[request.node] = .person(request) }
        return wishes
    }

    /// Whether what it says is so now: one that only fires on for a while may be of a node that is well again, and begins nothing.
    private func stillHolds(_ finding: Finding) -> Bool { state.clocks[ClockKey(rule: finding.rule.name, node: finding.node)]?.clearedSince == nil }

    /// A finding whose window is open goes before one that is shut, one that may do more before one that only tells; then `failing` before `outdated`,
    /// the one that has fired for longest, and by name.
    private func rank(_ finding: Finding, _ open: Set<RuleName>) -> (Int, Int, Int, Timestamp, RuleName) {
        let reach = min(finding.rule.mode, settings.mode)
        return (
            open.contains(finding.rule.name) ? 0 : 1, reach == .act ? 0 : reach == .propose ? 1 : 2, finding.rule.findingClass == .failing ? 0 : 1,
            finding.firingSince ?? finding.since, finding.rule.name
        )
    }

    private func openWindows(of findings: some Sequence<[Finding]>) -> Set<RuleName> {
        var open: Set<RuleName> = []
        for name in Set(findings.joined().map(\.rule.name)) {
            let interval = rules.rule(name).flatMap { rules.interval(of: $0) }
            if interval?.contains(now) ?? true { open.insert(name) }
        }
        return open
    }

    /// Nodes that something wants replaced and that nobody is at work on; a parked replacement of an outdated node makes room for a failing one.
    func candidates(_ wishes: [NodeID: GateQuestion.Cause]) -> [Candidate] {
        wishes.keys.sorted().compactMap { id in
            guard let cause = wishes[id], let node = state.nodes[id]?.node, work.requests[id] != nil || cause.rule != nil else { return nil }
            if let open = work.open(of: node), !makesRoom(open, for: cause) { return nil }
            return Candidate(node: id, cause: cause)
        }
    }

    func makesRoom(_ open: Replacement, for cause: GateQuestion.Cause) -> Bool {
        cause.findingClass == .failing && !open.superseded(by: cause.rule).isEmpty
    }

    /// The `keep` rules that hold on nodes, or cannot be judged on them.
    var keeps: [NodeID: NodeStatus.Keeps] {
        var firing: [NodeID: [RuleName]] = [:]
        for finding in state.findings.values where finding.state == .firing && finding.rule.verdict == .keep {
            firing[finding.node, default: []].append(finding.rule.name)
        }
        var unknown: [NodeID: [Disposition.UnknownRule]] = [:]
        for rule in rules.rules where rule.identity.verdict == .keep {
            for node in judgement.rules.first(where: { $0.rule == rule.name })?.unknown ?? [] {
                guard let known = state.nodes[node] else { continue }
                let facts = rule.reads.filter { state.evidence(of: $0, node: known, stale: stale, now: now).reading.isUnknown }.map(\.rawValue)
                unknown[node, default: []].append(Disposition.UnknownRule(rule: rule.name, why: "\(facts.joined(separator: ", ")) unknown"))
            }
        }
        let nodes = Set(firing.keys).union(unknown.keys)
        return Dictionary(uniqueKeysWithValues: nodes.map { ($0, NodeStatus.Keeps(firing: firing[$0] ?? [], unknown: unknown[$0] ?? [])) })
    }

    /// What an approval of a node is given for, as things are.
    func evidence(of id: NodeID, cause: GateQuestion.Cause) -> Approval.Evidence {
        let known = state.nodes[id]
        let facts = known?.told.believed(stale: stale)
        let pool = facts?.text(.pool).map { PoolName($0) }
        let members = facts?.text(.members).flatMap { ServiceMember.list($0) } ?? []
        return Approval.Evidence(rule: cause.rule, instance: known?.node.instance, members: members, targetImage: pool.flatMap { state.targets[$0]?.image })
    }
}
