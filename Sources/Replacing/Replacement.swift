package import Fleet

/// The queued work for one node, as far as the ledger has to remember it: which node and slot, why, and whether it is over.
///
/// At most one of a node is open at a time; the ledger's schema holds that.
package struct Replacement: Hashable, Sendable {
    /// The ledger's number for it; from 1, never used again.
    package let id: Int64
    package let node: NodeID
    /// The instance that is to go; nil when none is known.
    package let instance: InstanceID?
    /// The node with which the chain of successors began. Its name is the slot's.
    package let slot: NodeID
    /// The rule whose finding asked for it.
    package let rule: RuleName
    package var state: State
    package let startedAt: Timestamp
    /// When it ended. Nil while it is open.
    package var endedAt: Timestamp?

    package enum State: String, Hashable, Sendable, CaseIterable, Codable {
        case open
        case ended
    }

    package init(id: Int64, node: NodeID, instance: InstanceID?, slot: NodeID, rule: RuleName, state: State, startedAt: Timestamp, endedAt: Timestamp? = nil) {
        precondition((state == .ended) == (endedAt != nil), "replacement \(id) of \(node) is \(state) and ended at \(endedAt.map(\.description) ?? "no time")")
        self.id = id
        self.node = node
        self.instance = instance
        self.slot = slot
        self.rule = rule
        self.state = state
        self.startedAt = startedAt
        self.endedAt = endedAt
    }

    /// How far back replacements of a slot are counted: the fact `replacements_30d`.
    package static let countedFor = Duration.seconds(30 * 86_400)
}

extension Sequence<Replacement> {
    /// How many of them were started in a slot within the 30 days before `now`, open ones included.
    package func count(inSlot slot: NodeID, at now: Timestamp) -> Int {
        reduce(0) { count, replacement in
            let age = now - replacement.startedAt
            return replacement.slot == slot && age >= .zero && age < Replacement.countedFor ? count + 1 : count
        }
    }
}
