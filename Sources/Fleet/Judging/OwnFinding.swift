/// Something that keeps Mayfly itself from seeing, judging or telling what it should: a finding of its own, beside those of the rules.
package struct OwnFinding: Hashable, Sendable {
    package let kind: Kind
    /// What it is about, in a word that stays the same while it lasts: a source, a rule, an alert target, an instance. Never empty.
    package let subject: String
    /// Since when it is so, as far as this ledger saw.
    package let since: Timestamp
    /// When it had been so for as long as its kind asks.
    package let firingSince: Timestamp
    /// When it ended. Nil while it is open.
    package var resolvedAt: Timestamp?
    /// One line for people: what is wrong, and where. Never a secret.
    package var summary: String

    package init(kind: Kind, subject: String, since: Timestamp, firingSince: Timestamp, resolvedAt: Timestamp? = nil, summary: String) {
        self.kind = kind
        self.subject = subject
        self.since = since
        self.firingSince = firingSince
        self.resolvedAt = resolvedAt
        self.summary = summary
    }

    package var key: Key { Key(kind: kind, subject: subject) }

    /// Of one kind about one subject there is one at a time.
    package struct Key: Hashable, Sendable, Comparable {
        package let kind: Kind
        package let subject: String

        package init(kind: Kind, subject: String) {
            self.kind = kind
            self.subject = subject
        }

        package static func < (left: Self, right: Self) -> Bool { (left.kind.rawValue, left.subject) < (right.kind.rawValue, right.subject) }
    }

    /// Everything that Mayfly finds about itself: a closed list.
    package enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        /// No finding: what a webhook that has never taken anything is told once, to see that it does. Subject: the target.
        case alertTest = "alert-test"
        /// Alerts cannot be delivered to a target. Subject: the target.
        case alertsFailing = "alerts-failing"
        /// Alerts were given up, for the queue was full or the target refused them. Subject: the target.
        case alertsLost = "alerts-lost"
        /// Another ledger has claimed the cluster: nothing is done. Subject: `claim`.
        case claimForeign = "claim-foreign"
        /// Nobody has confirmed for ten minutes that the claim on the cluster is ours: nothing is done. Subject: `claim`.
        case claimUnconfirmed = "claim-unconfirmed"
        /// A brake has tripped, and holds starts back. Subject: the latch.
        case latchTripped = "latch-tripped"
        /// Nodes that a rule would replace and that gates have held back for a day. Subject: `nodes`.
        case nodesRefused = "nodes-refused"
        /// A pool of which a rule would replace nodes, and that names no way to. Subject: the pool.
        case poolIrreplaceable = "pool-irreplaceable"
        /// A replacement is parked: it waits for a person. Subject: its number.
        case replacementParked = "replacement-parked"
        /// A replacement has waited for a gate for an hour. Subject: its number.
        case replacementStuck = "replacement-stuck"
        /// A rule's window is shorter than a replacement takes. Subject: the rule.
        case windowTooShort = "window-too-short"
        /// Agents that match no instance by their address. Subject: `agents`.
        case agentsUnmatched = "agents-unmatched"
        /// An instance of which it is not clear which agent runs on it. Subject: the instance.
        case joinAmbiguous = "join-ambiguous"
        /// Nodes without a pool that a rule would replace: there is no way to. Subject: `nodes`.
        case nodesUnpooled = "nodes-unpooled"
        /// Nodes that several pools select. Subject: the pools.
        case poolsOverlap = "pools-overlap"
        /// Rounds cannot be recorded, and so nothing is found and nothing fires. Subject: `ledger`.
        case roundsFailing = "rounds-failing"
        /// Judging a rule fails. Subject: the rule.
        case ruleFailed = "rule-failed"
        /// A rule holds on more nodes than its limit and so fires for nobody. Subject: the rule.
        case ruleLimited = "rule-limited"
        /// A rule cannot be judged on a node. Subject: the rule.
        case ruleUnknown = "rule-unknown"
        /// Rule files with an error: the set before goes on. Subject: `rules`.
        case rulesRefused = "rules-refused"
        /// A source stays away. Subject: the source.
        case sourceStale = "source-stale"
        /// A pool's target image cannot be told. Subject: the pool.
        case targetUnresolved = "target-unresolved"
        /// A rule's window does not open within the next 400 days. Subject: the rule.
        case windowUnreachable = "window-unreachable"
    }
}

extension OwnFinding.Kind: CustomStringConvertible {
    package var description: String { rawValue }
}
