package import Fleet

/// Something that happened to Mayfly or to a node, or was done by somebody.
package struct AuditEntry: Hashable, Sendable {
    package let at: Timestamp
    package let kind: Kind
    /// The node that it is about. Nil: none in particular.
    package let subject: NodeID?
    /// Who did it: `mayfly`, or a user's name.
    package let who: String
    /// Further words, by name.
    package let details: [String: String]

    package enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        case daemonStarted = "daemon_started"
        case daemonStopped = "daemon_stopped"
        case rulesLoaded = "rules_loaded"
        /// A rule file with an error: the set before goes on.
        case rulesRefused = "rules_refused"
        case configurationChanged = "configuration_changed"
        case sourceFailed = "source_failed"
        case sourceRecovered = "source_recovered"
        case masterChanged = "master_changed"
        case targetChanged = "target_changed"
        /// A rule holds on more nodes than its limit: it fires for nobody.
        case ruleLimited = "rule_limited"
        /// One of Mayfly's own findings.
        case ownFindingBegan = "own_finding_began"
        case ownFindingEnded = "own_finding_ended"
        /// A target of alerts said no to one for good.
        case alertRefused = "alert_refused"
        /// The queue of alerts was full. Written by the ledger itself.
        case alertsDropped = "alerts_dropped"
        /// A person told Mayfly something.
        case commandTaken = "command_taken"
        /// A pause, hold, approval or request that ended otherwise than by a command: it ran out, was used up, or what it was for has changed.
        case brakeEnded = "brake_ended"
        case latchTripped = "latch_tripped"
        case latchReleased = "latch_released"
        /// Written by the ledger itself, as all that follow of replacements.
        case replacementBegan = "replacement_began"
        case replacementStep = "replacement_step"
        /// Something that is about to be done.
        case replacementAction = "replacement_action"
        /// The last of what an instance had written to its console when it was about to be ended: `output`, with `replacement` and `instance`.
        case consoleKept = "console_kept"
        /// A gate is shut in flight, or open again.
        case replacementWaits = "replacement_waits"
        case replacementParked = "replacement_parked"
        case replacementEnded = "replacement_ended"
        /// Rounds were missed: the program was stopped, or stuck.
        case gap
        /// Written by the ledger itself.
        case nodeDeparted = "node_departed"
        /// Written by the ledger itself.
        case nodeReturned = "node_returned"
        /// Written by the ledger itself.
        case nodeRenamed = "node_renamed"
    }

    package init(at: Timestamp, kind: Kind, subject: NodeID? = nil, who: String = "mayfly", details: [String: String] = [:]) {
        self.at = at
        self.kind = kind
        self.subject = subject
        self.who = who
        self.details = details
    }
}
