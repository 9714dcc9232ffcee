package import Fleet

/// A round as it is replayed: when it was, what it judged by, how fresh the sources were, and what it recorded.
package struct RecordedRound: Sendable {
    package var at: Timestamp
    package var interval: Duration
    package var capacity: Int
    package var ruleSet: RuleSetHash
    /// Counts how often interval, capacity, rule set or sources became others: as long as it is the same, so are they.
    package var epoch: Int
    package var sources: [RecordedSource] = []
    /// Readings that began in this round, in the order of node and fact.
    package var readings: [RecordedReading] = []
    /// Nodes that left the fleet in this round, by their numbers.
    package var departed: [Int64] = []
    package var renamed: [RecordedRename] = []

    package var isQuiet: Bool { readings.isEmpty && departed.isEmpty && renamed.isEmpty }
}

/// A source that was configured, and when it had last been read whole as of a round.
package struct RecordedSource: Hashable, Sendable {
    package let source: Source
    package let interval: Duration
    package internal(set) var lastRead: Timestamp?
}

/// A fact of a node that took a reading. Nodes stand under the ledger's own numbers: what a node is called is its fact `id`.
package struct RecordedReading: Hashable, Sendable {
    package let node: Int64
    package let fact: Fact
    package let reading: Reading
    package let from: Timestamp
}

/// A node that got another id, or became one with another node.
package struct RecordedRename: Hashable, Sendable {
    package let from: NodeID
    package let to: NodeID
}

/// How much of its rounds a ledger still has.
package struct RecordedSpan: Hashable, Sendable {
    package let from: Timestamp
    package let to: Timestamp
}
