/// One machine as the ledger keeps it: an instance and its agent, and when it came and went.
package struct Node: Hashable, Sendable {
    package let id: NodeID
    package var instance: InstanceID?
    /// The agent that it has, or had last.
    package var agent: AgentID?
    /// When this ledger first saw it.
    package let firstSeen: Timestamp
    /// When it left the fleet; nil while it is in it.
    package var departedAt: Timestamp?

    package init(id: NodeID, instance: InstanceID?, agent: AgentID?, firstSeen: Timestamp, departedAt: Timestamp? = nil) {
        self.id = id
        self.instance = instance
        self.agent = agent
        self.firstSeen = firstSeen
        self.departedAt = departedAt
    }
}

/// A fact of a node that has a reading since a time: the start of an interval that is still open.
package struct Observation: Hashable, Sendable {
    package let node: NodeID
    package let fact: Fact
    package let reading: Reading
    package let from: Timestamp

    package init(node: NodeID, fact: Fact, reading: Reading, from: Timestamp) {
        self.node = node
        self.fact = fact
        self.reading = reading
        self.from = from
    }
}

/// A fact of a node that took another reading.
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
