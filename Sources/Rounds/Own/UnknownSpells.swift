import Fleet
import Rules

/// Since when each rule has been unknown on each node.
///
/// Compared as a whole first: in most rounds the nodes of a rule are the same as before, and then nothing is counted anew.
struct UnknownSpells {
    private var spells: [RuleName: Spell] = [:]

    struct Spell {
        /// Sorted.
        let nodes: [NodeID]
        let since: [NodeID: Timestamp]
        /// The longest of them began then.
        let earliest: Timestamp
    }

    subscript(rule: RuleName) -> Spell? { spells[rule] }

    mutating func take(_ standings: [RuleStanding], now: Timestamp) {
        var next: [RuleName: Spell] = [:]
        for standing in standings where !standing.unknown.isEmpty && standing.idle == nil && standing.failure == nil {
            let before = spells[standing.rule]
            if let before, before.nodes == standing.unknown {
                next[standing.rule] = before
                continue
            }
            let since = Dictionary(standing.unknown.map { ($0, before?.since[$0] ?? now) }, uniquingKeysWith: { $1 })
            next[standing.rule] = Spell(nodes: standing.unknown, since: since, earliest: since.values.min() ?? now)
        }
        spells = next
    }
}

extension UnknownSpells.Spell {
    /// The nodes on which it has been unknown for so long, sorted.
    func nodes(before time: Timestamp) -> [NodeID] { nodes.filter { since[$0].map { $0 <= time } ?? false } }
}
