package import Fleet

/// An observation as it is stored: a reading of a fact over `[from, until)`.
package struct RecordedInterval: Hashable, Sendable {
    package let fact: Fact
    package let reading: Reading
    package let from: Timestamp
    /// Nil: it still holds.
    package let until: Timestamp?

    package init(fact: Fact, reading: Reading, from: Timestamp, until: Timestamp?) {
        self.fact = fact
        self.reading = reading
        self.from = from
        self.until = until
    }
}

/// A run of rounds without a gap: all between `from` and `to`, at most three intervals apart from one another.
package struct RecordedRounds: Hashable, Sendable {
    package let from: Timestamp
    package let to: Timestamp
    package let interval: Duration
    package let count: Int

    package init(from: Timestamp, to: Timestamp, interval: Duration, count: Int) {
        self.from = from
        self.to = to
        self.interval = interval
        self.count = count
    }
}

/// Something that happened, for `history` and `explain`.
package struct HistoryItem: Hashable, Sendable {
    package let at: Timestamp
    /// Nil: about no node in particular.
    package let node: NodeID?
    package let event: Event

    package enum Event: Hashable, Sendable {
        case nodeCame
        /// A fact took another reading.
        case changed(Fact, old: Reading, new: Reading)
        /// A finding took this state.
        case finding(Finding, Finding.State)
        /// The gates came to something else than before, for a node that something asks to be replaced.
        case assessed(RecordedAssessment)
        /// The rest: departures, returns, renames, starts and stops, sources failing.
        case audit(AuditEntry)
    }

    package init(at: Timestamp, node: NodeID?, event: Event) {
        self.at = at
        self.node = node
        self.event = event
    }
}

/// Which findings are asked for.
package struct FindingFilter: Hashable, Sendable {
    /// Nil: of all nodes.
    package var node: NodeID?
    /// Empty: all.
    package var states: Set<Finding.State>
    /// Findings that were open at this time or later. Nil: all.
    package var since: Timestamp?

    package init(node: NodeID? = nil, states: Set<Finding.State> = [], since: Timestamp? = nil) {
        self.node = node
        self.states = states
        self.since = since
    }
}
