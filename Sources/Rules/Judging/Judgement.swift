package import Fleet

/// One rule on one node.
package struct ClockKey: Hashable, Sendable, Comparable {
    package let rule: RuleName
    package let node: NodeID

    package init(rule: RuleName, node: NodeID) {
        self.rule = rule
        self.node = node
    }

    package static func < (left: Self, right: Self) -> Bool { (left.rule, left.node) < (right.rule, right.node) }
}

/// A change of state of one rule on one node, at one look.
package struct Transition: Hashable, Sendable {
    package enum Change: Hashable, Sendable {
        case pending
        case firing
        case resolved(Finding.Resolution)
    }

    package let key: ClockKey
    package let change: Change
    /// When the rule began to hold.
    package let since: Timestamp
    /// The rule's summary with the node's values. Empty when the rule or the node is gone: the last one stands.
    package let summary: String
    /// What the rule read, ages included, in the catalogue's order. Empty when the rule or the node is gone.
    package let readings: [FactReading]

    package init(key: ClockKey, change: Change, since: Timestamp, summary: String, readings: [FactReading]) {
        self.key = key
        self.change = change
        self.since = since
        self.summary = summary
        self.readings = readings
    }
}

/// A fact and what is known of it.
package struct FactReading: Hashable, Sendable {
    package let fact: Fact
    package let reading: Reading

    package init(fact: Fact, reading: Reading) {
        self.fact = fact
        self.reading = reading
    }
}

/// What one look at all rules and nodes came to.
package struct Judgement: Sendable {
    /// To be assigned after the ledger's commit.
    package var clocks: [ClockKey: RuleClock]
    /// By rule, then node; a `resolved` of a key stands before its `pending`.
    package var transitions: [Transition]
    /// One for each rule, in the rule set's order.
    package var rules: [RuleStanding]

    package init(clocks: [ClockKey: RuleClock] = [:], transitions: [Transition] = [], rules: [RuleStanding] = []) {
        self.clocks = clocks
        self.transitions = transitions
        self.rules = rules
    }
}

/// How one rule stands over the whole fleet at one look.
package struct RuleStanding: Hashable, Sendable {
    package let rule: RuleName
    /// On how many nodes it holds now.
    package var matches = 0
    /// The nodes on which it is unknown, sorted.
    package var unknown: [NodeID] = []
    /// Set when it holds on more nodes than its limit and so fires for nobody.
    package var limit: LimitReached?
    /// Why it cannot be judged at all: a source that it reads is not configured. Nil when it can.
    package var idle: IdleReason?
    /// What SQLite said when judging it failed; it is then unknown on every node.
    package var failure: String?

    package struct LimitReached: Hashable, Sendable {
        package let matches: Int
        package let limit: Int

        package init(matches: Int, limit: Int) {
            self.matches = matches
            self.limit = limit
        }
    }

    package init(rule: RuleName) { self.rule = rule }
}

/// Which sources a rule reads that are not configured. Sorted.
package struct IdleReason: Hashable, Sendable, CustomStringConvertible {
    package let sources: [Source]

    package init(sources: [Source]) { self.sources = sources }

    /// `reads probe, which is not configured`
    package var description: String {
        "reads " + sources.map { $0 == Fact.targetOfOwnPool ? "target" : $0.description }.joined(separator: " and ")
            + (sources.count == 1 ? ", which is not configured" : ", which are not configured")
    }
}
