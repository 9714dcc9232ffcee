package import Fleet
package import Ledger
package import Planning
package import Replacing
import Rules

/// One complete answer about one node: every rule, its state, since when, how long still, and what it read; and what follows.
package struct Explanation: Sendable {
    package let node: Node
    /// When it was looked at: now, or, of a node that is gone, its last moment in the fleet.
    package let asOf: Timestamp
    package let disposition: Disposition
    /// By name.
    package let rules: [RuleExplanation]
    /// Every published fact whose source is configured, in the catalogue's order.
    package let facts: [Evidence]
    /// Findings that are over, newest first.
    package let past: [Finding]
    /// What every gate says, as the last round asked them. Nil: nothing asks for the node to be replaced, or nobody watches it.
    package let assessment: Assessment?
    /// What every gate said when that was last written, which is when another set of them was shut than before. Nil: nothing is known of it.
    package var lastAssessment: PastAssessment?
    /// What the gates say that keep its open replacement from going on.
    package var held: [GateAnswer] = []
    /// Its replacements, newest first; at most one of them is open.
    package let replacements: [Replacement]
    /// How replacements are done: whence their deadlines.
    package let playbook: Playbook

    /// The last that is known where nobody asks now: of a node that is gone, or, without a daemon, of one for which it still held.
    package var assessmentAtRest: PastAssessment? {
        guard assessment == nil, openReplacement == nil, let last = lastAssessment else { return nil }
        return node.departedAt != nil || last.until == nil ? last : nil
    }

    package var openReplacement: Replacement? { replacements.first(where: \.isOpen) }

    /// What one rule says of the node.
    package struct RuleExplanation: Sendable {
        package let name: RuleName
        package let identity: RuleIdentity
        package let condition: String
        package let standing: Standing
        /// Since when it has stood so, as far as that is known: pending and firing.
        package let since: Timestamp?
        /// How long it must go on holding before it fires; nil unless it is pending.
        package let firesIn: Duration?
        package let window: WindowState
        /// What it reads, in the catalogue's order.
        package let reads: [Evidence]
        /// Further tables that it reads.
        package let readsTables: [String]
        package let summary: String?
        package let runbook: String?
    }

    /// How a rule stands on a node.
    package enum Standing: Hashable, Sendable {
        case firing
        case pending
        /// It does not hold.
        case clear
        /// These of its facts are unknown.
        case unknown([Fact])
        /// It fires on, for a while after it stopped holding.
        case clearing
        /// It cannot be judged anywhere: why.
        case idle(String)
        /// It holds on more nodes than its limit, and so fires for nobody.
        case limited(matches: Int, limit: Int)
        /// Its `shard` leaves this node out.
        case notInShard
        /// SQLite could not judge it.
        case failed(String)

        /// The word in tables and JSON.
        package var word: String {
            switch self {
            case .firing: "firing"
            case .pending: "pending"
            case .clear: "clear"
            case .unknown: "unknown"
            case .clearing: "firing"
            case .idle: "idle"
            case .limited: "limited"
            case .notInShard: "not_in_shard"
            case .failed: "failed"
            }
        }
    }
}
