import Fleet
import Ledger
import Replacing

/// Times, nodes and findings to arrange tests with.
enum Samples {
    static let start = Timestamp(milliseconds: 1_795_000_000_000)
    static let interval = Duration.seconds(15)

    static func time(_ seconds: Int64) -> Timestamp { start + .seconds(seconds) }

    static func node(_ id: String, agent: String? = nil, at seconds: Int64 = 0) -> Node {
        Node(
            id: NodeID(id), instance: id.hasPrefix("i-") ? InstanceID(id) : nil, agent: agent.map { AgentID($0) }, firstSeen: time(seconds))
    }

    static func observation(_ node: String, _ fact: Fact, _ reading: Reading, at seconds: Int64) -> Observation {
        Observation(node: NodeID(node), fact: fact, reading: reading, from: time(seconds))
    }

    static func entry(
        _ seconds: Int64, nodes: [NodeChange] = [], observations: [Observation] = [], findings: [FindingEntry] = [], clocks: [ClockEntry] = []
    ) -> RoundEntry {
        RoundEntry(at: time(seconds), interval: interval, nodes: nodes, observations: observations, findings: findings, clocks: clocks)
    }

    static func replacement(_ id: Int64, _ node: NodeID, slot: NodeID? = nil, at seconds: Int64) -> Replacement {
        Replacement(
            id: ReplacementID(id), node: node, instance: InstanceID(node.rawValue), agent: nil, slot: slot ?? node, pool: "private", zone: "us-east-1a",
            rule: "agent-lost", findingClass: .failing, askedBy: "mayfly", reason: "lost", startedAt: time(seconds), targetImage: "ami-1", order: .living)
    }

    /// One that began and ended, with its transitions.
    static func ended(_ id: Int64, _ node: NodeID, at seconds: Int64) -> WorkEntry {
        var replacement = replacement(id, node, at: seconds)
        let ending = Transition.ended(Replacement.Outcome(kind: .cancelled, reason: "not needed"))
        var entry = WorkEntry()
        entry.transitions = [
            TransitionEntry(replacement: replacement.id, at: time(seconds), transition: .began(replacement)),
            TransitionEntry(replacement: replacement.id, at: time(seconds), transition: ending),
        ]
        replacement.apply(ending, at: time(seconds))
        entry.replacements = [replacement]
        return entry
    }

    static func rule(_ name: String, verdict: Verdict = .replace, _ findingClass: FindingClass = .failing) -> RuleIdentity {
        RuleIdentity(name: RuleName(name), verdict: verdict, findingClass: findingClass, mode: .alert)
    }

    static let evidence = [
        Evidence(fact: .mesosState, reading: .text("absent"), since: time(30), source: .agents, readAt: time(60)),
        Evidence(fact: .scheduledEvent, reading: .none, since: nil, source: .statuses, readAt: nil),
        Evidence(fact: .flaps1h, reading: .integer(3), since: nil, source: .agents, readAt: time(60)),
        Evidence(fact: .probe, reading: .unknown, since: nil, source: .probe, readAt: nil),
        Evidence(fact: .targetImageID, reading: .text("ami-ü/1"), since: nil, source: .target("private"), readAt: time(1)),
    ]

    static func pending(_ node: String, _ rule: String = "agent-lost", since seconds: Int64) -> FindingEntry {
        FindingEntry(
            finding: Finding(
                node: NodeID(node), rule: Self.rule(rule), state: .pending, since: time(seconds), summary: "lost \(node)", evidence: evidence,
                ruleSet: "0123456789abcdef", runbook: "https://wiki.example.com/lost"),
            clock: RuleClock(since: time(seconds)))
    }

    static func firing(_ node: String, _ rule: String = "agent-lost", since seconds: Int64, firing: Int64) -> FindingEntry {
        var finding = pending(node, rule, since: seconds).finding
        finding.state = .firing
        finding.firingSince = time(firing)
        let clock = RuleClock(
            since: time(seconds), firingSince: time(firing), unknownFor: .seconds(45), unknownSince: time(firing), clearedSince: time(firing + 1))
        return FindingEntry(finding: finding, clock: clock)
    }

    static func resolved(_ node: String, _ rule: String = "agent-lost", since seconds: Int64, at: Int64, _ resolution: Finding.Resolution) -> FindingEntry {
        var finding = pending(node, rule, since: seconds).finding
        finding.state = .resolved
        finding.resolvedAt = time(at)
        finding.resolution = resolution
        return FindingEntry(finding: finding, clock: nil)
    }
}
