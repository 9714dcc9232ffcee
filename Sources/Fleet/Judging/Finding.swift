/// One rule holding on one node.
package struct Finding: Hashable, Sendable {
    package let node: NodeID
    package let rule: RuleIdentity
    package var state: State
    /// When the rule began to hold, as far as this ledger saw.
    package let since: Timestamp
    /// When it had held for as long as the rule asks. Nil while pending.
    package var firingSince: Timestamp?
    /// When it ended. Nil while it is open.
    package var resolvedAt: Timestamp?
    /// Why it ended. Nil while it is open.
    package var resolution: Resolution?
    /// The rule's summary with the node's values in it, as they were at the last change of state.
    package var summary: String
    /// What the rule read, as it was at the last change of state. In the catalogue's order.
    package var evidence: [Evidence]
    /// The rule set that it was judged by at the last change of state.
    package var ruleSet: RuleSetHash
    package let runbook: String?

    package enum State: String, Hashable, Sendable, CaseIterable, Codable {
        /// The rule holds, not yet for long enough.
        case pending
        /// The rule has held for as long as it asks.
        case firing
        /// Over.
        case resolved
    }

    package enum Resolution: String, Hashable, Sendable, CaseIterable, Codable {
        /// The rule no longer holds.
        case cleared
        /// The rule holds on so many nodes that the rule is the suspect.
        case limited
        /// Nothing was seen for longer than the rule allows; its clock starts again.
        case blind
        /// The rule set no longer has the rule.
        case ruleRemoved = "rule_removed"
        /// The node left the fleet.
        case nodeDeparted = "node_departed"
        /// The node got another identity: an agent that gained its instance.
        case nodeRenamed = "node_renamed"
    }

    package init(
        node: NodeID, rule: RuleIdentity, state: State, since: Timestamp, firingSince: Timestamp? = nil, resolvedAt: Timestamp? = nil,
        resolution: Resolution? = nil, summary: String, evidence: [Evidence], ruleSet: RuleSetHash, runbook: String? = nil
    ) {
        self.node = node
        self.rule = rule
        self.state = state
        self.since = since
        self.firingSince = firingSince
        self.resolvedAt = resolvedAt
        self.resolution = resolution
        self.summary = summary
        self.evidence = evidence
        self.ruleSet = ruleSet
        self.runbook = runbook
    }
}

/// One fact that a rule read: its value, since when it has had it, and which source said so when.
package struct Evidence: Hashable, Sendable {
    package let fact: Fact
    package let reading: Reading
    /// Since when the fact has had this reading, as far as this ledger saw. Nil for an age, and for what was never recorded.
    package let since: Timestamp?
    /// The source whose word it is; nil for what the node is by definition.
    package let source: Source?
    /// When that source was last read whole; nil: never.
    package let readAt: Timestamp?

    package init(fact: Fact, reading: Reading, since: Timestamp?, source: Source?, readAt: Timestamp?) {
        self.fact = fact
        self.reading = reading
        self.since = since
        self.source = source
        self.readAt = readAt
    }
}

/// How far one rule has come on one node: what has to be remembered to know when it fires and when it resolves.
///
/// A value: computed in a round, stored with its finding, and assigned only after the ledger's commit.
package struct RuleClock: Hashable, Sendable {
    /// When the rule began to hold.
    package var since: Timestamp
    /// When it began to fire; nil while it is pending.
    package var firingSince: Timestamp?
    /// How much of the time since then was unknown, and so does not count.
    package var unknownFor: Duration
    /// When it became unknown; nil while it is not.
    package var unknownSince: Timestamp?
    /// When it stopped holding while firing, `keep_firing_for` not over yet; nil otherwise.
    package var clearedSince: Timestamp?

    package init(since: Timestamp, firingSince: Timestamp? = nil, unknownFor: Duration = .zero, unknownSince: Timestamp? = nil, clearedSince: Timestamp? = nil)
    {
        self.since = since
        self.firingSince = firingSince
        self.unknownFor = unknownFor
        self.unknownSince = unknownSince
        self.clearedSince = clearedSince
    }
}
