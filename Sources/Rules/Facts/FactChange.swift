package import Fleet

/// One change of a fact of a node, as the `change` table has it.
package struct FactChange: Hashable, Sendable {
    package let node: NodeID
    package let fact: Fact
    package let old: Reading
    package let new: Reading
    package let at: Timestamp

    package init(node: NodeID, fact: Fact, old: Reading, new: Reading, at: Timestamp) {
        self.node = node
        self.fact = fact
        self.old = old
        self.new = new
        self.at = at
    }
}
