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

/// One who can say that a machine is dead, or that it lives. A value in a list.
package struct Witness: Sendable {
    package let name: String
    package let says: @Sendable (VitalSigns) -> Word

    package enum Word: Hashable, Sendable {
        case dead(String)
        case alive(String)
        case nothing(String)
    }

    package init(_ name: String, says: @escaping @Sendable (VitalSigns) -> Word) {
        self.name = name
        self.says = says
    }
}
