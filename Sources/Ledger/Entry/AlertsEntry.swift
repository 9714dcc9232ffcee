package import Fleet

/// What a round has to say to people, for the queue.
package struct AlertsEntry: Hashable, Sendable {
    /// Whom alerts go to from now on; what waits for others is deleted with them. Nil: as before.
    package var targets: [AlertTarget]?
    /// In order.
    package var changes: [AlertChange]
    /// The most changes that may wait for one target, above zero.
    package var queuedMax: Int

    /// 10,000: an hour in which every node of a large fleet fails and recovers. At 2 KB each that is 20 MB of the ledger for each target.
    package static let queuedMax = 10_000

    package init(targets: [AlertTarget]? = nil, changes: [AlertChange] = [], queuedMax: Int = AlertsEntry.queuedMax) {
        self.targets = targets
        self.changes = changes
        self.queuedMax = queuedMax
    }
}

/// An alert that began or ended, and who is to be told.
package struct AlertChange: Hashable, Sendable {
    package let alert: Alert
    package let targets: [AlertTarget]

    package init(alert: Alert, targets: [AlertTarget]) {
        self.alert = alert
        self.targets = targets
    }
}
