package import Fleet

/// All that one round writes: committed as one transaction, or not at all.
///
/// Only differences are handed in; a list left empty writes nothing. The lists are applied in the order in which they stand here.
package struct RoundEntry: Sendable {
    /// The round's `now`.
    package var at: Timestamp
    /// How often rounds are meant to happen. Above zero. A run of rounds goes on while two are at most three of these apart.
    package var interval: Duration
    /// Applied in order: put renames first.
    package var nodes: [NodeChange]
    /// New readings of recorded facts; each ends the reading before it. `from` is at most `at`.
    package var observations: [Observation]
    /// Sources as they are now; one that is as it was stored is not written.
    package var sources: [SourceState]
    /// Sources that are no longer configured.
    package var forgottenSources: [Source]
    /// Since when the agents have been watched without a gap. Nil: as before.
    package var watchSince: Timestamp?
    /// The master that leads. Nil: not seen in this round.
    package var master: MasterID?
    /// Target images that changed.
    package var targets: [PoolTarget]
    /// Findings that began, changed their state or ended. Of one rule on one node an end stands before a new beginning.
    package var findings: [FindingEntry]
    /// Clocks that went on while their finding stayed as it was.
    package var clocks: [ClockEntry]
    /// The rule set in use; written once for each hash. Nil: as before.
    package var ruleSet: RecordedRuleSet?
    package var audit: [AuditEntry]
    /// What was decided, and what became of the work in flight.
    package var work = WorkEntry()
    /// By what the round judged, for whoever replays it. Nil: the round is not to be replayed.
    package var terms: RoundTerms?
    /// Findings of Mayfly's own that began or ended.
    package var ownFindings: [OwnFinding] = []
    /// What is to be told to people.
    package var alerts = AlertsEntry()
    /// Stateful services, their members and in-sync sets.
    package var services = ServicesEntry()

    package init(
        at: Timestamp, interval: Duration, nodes: [NodeChange] = [], observations: [Observation] = [], sources: [SourceState] = [],
        forgottenSources: [Source] = [], watchSince: Timestamp? = nil, master: MasterID? = nil, targets: [PoolTarget] = [],
        findings: [FindingEntry] = [], clocks: [ClockEntry] = [], ruleSet: RecordedRuleSet? = nil, audit: [AuditEntry] = []
    ) {
        self.at = at
        self.interval = interval
        self.nodes = nodes
        self.observations = observations
        self.sources = sources
        self.forgottenSources = forgottenSources
        self.watchSince = watchSince
        self.master = master
        self.targets = targets
        self.findings = findings
        self.clocks = clocks
        self.ruleSet = ruleSet
        self.audit = audit
    }
}

/// What a round judged by, beside the facts and the sources' freshness.
package struct RoundTerms: Hashable, Sendable {
    /// How many nodes the fleet was meant to have. Not negative.
    package let capacity: Int
    package let ruleSet: RuleSetHash

    package init(capacity: Int, ruleSet: RuleSetHash) {
        self.capacity = max(0, capacity)
        self.ruleSet = ruleSet
    }
}

/// What became of a node in a round.
package enum NodeChange: Hashable, Sendable {
    /// A node that this ledger has not seen, or one that had departed and is back.
    case came(Node)
    /// It has another agent.
    case changed(Node)
    /// The node of an agent whose instance is now known. Its history moves to the new id; the old id goes on to find it. If the new id was a node
    /// of its own before, the old one ends, and is found through the new one.
    case renamed(from: NodeID, to: Node)
    /// It left the fleet: its open observations end.
    case departed(NodeID)
}

/// A finding as it is to be stored, with the clock to go on from; a resolved one has no clock.
package struct FindingEntry: Hashable, Sendable {
    package let finding: Finding
    package let clock: RuleClock?

    package init(finding: Finding, clock: RuleClock?) {
        self.finding = finding
        self.clock = clock
    }
}

/// The clock of an open finding.
package struct ClockEntry: Hashable, Sendable {
    package let node: NodeID
    package let rule: RuleName
    package let clock: RuleClock

    package init(node: NodeID, rule: RuleName, clock: RuleClock) {
        self.node = node
        self.rule = rule
        self.clock = clock
    }
}

/// The image that a pool ought to run, and since when this ledger knows it as such.
package struct PoolTarget: Hashable, Sendable {
    package let pool: PoolName
    /// Nil: it could be resolved, and there is none.
    package let image: ImageID?
    package let since: Timestamp

    package init(pool: PoolName, image: ImageID?, since: Timestamp) {
        self.pool = pool
        self.image = image
        self.since = since
    }
}

/// Rule files as they were loaded, so that an old decision can be read with the rules that it was made by.
package struct RecordedRuleSet: Hashable, Sendable {
    package let hash: RuleSetHash
    package let loadedAt: Timestamp
    /// Sorted by path.
    package let files: [File]

    package struct File: Hashable, Sendable, Codable {
        package let path: String
        package let text: String

        package init(path: String, text: String) {
            self.path = path
            self.text = text
        }
    }

    package init(hash: RuleSetHash, loadedAt: Timestamp, files: [File]) {
        self.hash = hash
        self.loadedAt = loadedAt
        self.files = files.sorted { $0.path < $1.path }
    }
}
