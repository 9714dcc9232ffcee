/// What a target of alerts is called in the configuration, the ledger, output and logs; never its whole URL, whose path may be a secret.
package struct AlertTargetName: Identifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// Somebody who is told of alerts, as far as the queue is concerned.
package struct AlertTarget: Hashable, Sendable {
    package let name: AlertTargetName
    /// Whether only the latest state of each alert counts, as for an Alertmanager; else every change is told, one after the other.
    package let wantsLatestOnly: Bool

    package init(name: AlertTargetName, wantsLatestOnly: Bool) {
        self.name = name
        self.wantsLatestOnly = wantsLatestOnly
    }
}

/// A change of an alert that waits to be told to one target.
package struct QueuedAlert: Hashable, Sendable {
    /// Grows with time, and is never given twice by one ledger.
    package let id: Int64
    package let alert: Alert
    package let queuedAt: Timestamp
    /// How often it was tried in vain.
    package let attempts: Int

    package init(id: Int64, alert: Alert, queuedAt: Timestamp, attempts: Int) {
        self.id = id
        self.alert = alert
        self.queuedAt = queuedAt
        self.attempts = attempts
    }
}

/// How well one target of alerts is doing.
package struct AlertStanding: Hashable, Sendable {
    package let target: AlertTargetName
    /// How many changes wait.
    package var queued = 0
    /// Since when the oldest of them waits.
    package var oldestQueuedAt: Timestamp?
    /// When it last took something.
    package var lastSuccess: Timestamp?
    package var lastFailure: Timestamp?
    /// What went wrong last, in words without a secret; kept after it went well again.
    package var failure: String?
    /// Since when nothing that was tried went well. Nil while all is well.
    package var failingSince: Timestamp?
    /// Changes that it took, since this ledger began.
    package var delivered = 0
    /// Changes that it said no to for good, and were given up.
    package var refused = 0
    /// Changes that were dropped, for the queue was full.
    package var dropped = 0
    /// Changes that a later one of the same alert made needless before they were told.
    package var merged = 0
    /// When a change was last refused or dropped.
    package var lostAt: Timestamp?

    package init(target: AlertTargetName) { self.target = target }
}
