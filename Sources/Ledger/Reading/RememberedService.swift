package import Fleet

/// What the ledger remembers of one service that is there.
package struct RememberedService: Hashable, Sendable {
    package let service: RecordedService
    package let firstSeen: Timestamp
    package let topicsReadAt: Timestamp?
    /// Each with the beginning of what it is now. Sorted by member and agent.
    package let members: [RememberedMember]
    /// Sorted by name.
    package let topics: [TopicSync]
}

/// A member as it is, and since when it is so.
package struct RememberedMember: Hashable, Sendable {
    package let member: RecordedMember
    package let since: Timestamp

    package init(_ member: RecordedMember, since: Timestamp) {
        self.member = member
        self.since = since
    }
}
