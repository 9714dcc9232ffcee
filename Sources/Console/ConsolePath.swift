/// Where each thing is found on the daemon's socket. Version 1; what has a version is only added to.
package enum ConsolePath: String, CaseIterable, Sendable {
    case status = "/v1/status"
    case nodes = "/v1/nodes"
    /// Followed by a slash and the node.
    case explain = "/v1/explain"
    /// Followed by a slash and the service, or alone for all of them.
    case services = "/v1/services"
    case history = "/v1/history"
    case rules = "/v1/rules"
    /// Tries every source; takes as long as the slowest.
    case doctor = "/v1/doctor"
    /// Takes a `POST`: a copy of the ledger is written to `path`.
    case snapshot = "/v1/snapshot"
    case metrics = "/metrics"
    case healthz = "/healthz"
}
