package import Fleet

/// What tells whether a node lives. Read from facts in which what is stale is unknown.
package struct VitalSigns: Sendable {
    package let now: Timestamp
    package let facts: NodeFacts
    /// Since when `mesos_state` has its reading. Nil: unknown.
    package let mesosStateSince: Timestamp?
    /// How long Mesos waits until it gives an agent up.
    package let unreachableAfter: Duration
    /// Whether SSM had its agent online before. Nil: SSM is not asked.
    package let wasOnlineInSSM: Bool?
    /// Brokers on it that are registered with their cluster. Nil: not known of one of its services.
    package let registered: [ServiceMember]?
    /// Whether this replacement has itself asked for its instance to be terminated.
    package let isTerminatedByUs: Bool

    package init(
        now: Timestamp, facts: NodeFacts, mesosStateSince: Timestamp?, unreachableAfter: Duration, wasOnlineInSSM: Bool?, registered: [ServiceMember]?,
        isTerminatedByUs: Bool
    ) {
        self.now = now
        self.facts = facts
        self.mesosStateSince = mesosStateSince
        self.unreachableAfter = unreachableAfter
        self.wasOnlineInSSM = wasOnlineInSSM
        self.registered = registered
        self.isTerminatedByUs = isTerminatedByUs
    }
}
