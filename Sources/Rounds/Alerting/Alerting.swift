package import Fleet
import Ledger

/// Who is told of findings.
package struct Alerting: Hashable, Sendable {
    /// The cluster's name, which every alert carries.
    package var cluster: String
    /// By name; empty: nobody is told.
    package var targets: [AlertTarget]
    /// The most changes that may wait for one target.
    package var queuedMax: Int

    package init(cluster: String = "", targets: [AlertTarget] = [], queuedMax: Int = AlertsEntry.queuedMax) {
        self.cluster = cluster
        self.targets = targets.sorted { $0.name < $1.name }
        self.queuedMax = queuedMax
    }
}
