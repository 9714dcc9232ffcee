package import Fleet

/// All that a round has to know of the rounds before it.
package struct Remembered: Sendable {
    /// 128 random bits in hexadecimal, made with the file.
    package var ledgerID: String
    package var createdAt: Timestamp
    /// In the fleet, or departed within the last 24 hours. By id.
    package var nodes: [Node]
    /// The readings that hold, in the catalogue's order. Only nodes in the fleet.
    package var observations: [NodeID: [Observation]]
    /// The open findings with their clocks, by node and rule.
    package var findings: [FindingEntry]
    /// By source.
    package var sources: [SourceState]
    /// Nil: this ledger has seen no round.
    package var lastRound: Timestamp?
    package var lastInterval: Duration?
    /// Since when the agents have been watched without a gap.
    package var watchSince: Timestamp?
    /// Oldest first; at most 1,000, the newest.
    package var masters: [RecordedMaster]
    /// By pool.
    package var targets: [PoolTarget]
    /// The rule set loaded last.
    package var ruleSet: RuleSetHash?
    /// Changes of `mesos_state` within the last hour, oldest first: flaps are counted from them.
    package var mesosStateChanges: [FactChange]
    /// Changes of all recorded facts within the last 24 hours, oldest first; of each node the newest 100.
    package var changes: [FactChange]
    /// The work in flight and the brakes.
    package var work: RememberedWork
    /// Findings of Mayfly's own that are open.
    package var ownFindings: [OwnFinding] = []
    /// Alerts that were begun and not ended, by fingerprint.
    package var alerts: [Alert] = []
    /// Whom alerts went to. By name.
    package var alertTargets: [AlertTargetName] = []
    /// The stateful services that are there. By name.
    package var services: [RememberedService] = []
}

/// A master that has led.
package struct RecordedMaster: Hashable, Sendable {
    package let id: MasterID
    package let firstSeen: Timestamp
    /// The last round before another led. Nil: it leads.
    package let lastSeen: Timestamp?

    package init(id: MasterID, firstSeen: Timestamp, lastSeen: Timestamp?) {
        self.id = id
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }
}
