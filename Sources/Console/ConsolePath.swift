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
    /// Followed by a slash and the number, or alone for the open ones and those of late.
    case replacements = "/v1/replacements"
    // Commands take a `POST` with `reason`, and `for_seconds` where they have an end.
    case pause = "/v1/pause"
    case resume = "/v1/resume"
    case refresh = "/v1/refresh"
    case endRefresh = "/v1/end-refresh"
    /// Followed by a slash and the node, as `release`, `approve` and `replace` are.
    case hold = "/v1/hold"
    case release = "/v1/release"
    case approve = "/v1/approve"
    case replace = "/v1/replace"
    /// Followed by a slash and the replacement's number, as `retry` is.
    case cancel = "/v1/cancel"
    case retry = "/v1/retry"
    /// Followed by a slash and the latch.
    case accept = "/v1/accept"
    case takeOver = "/v1/take-over"
    /// Tries every source; takes as long as the slowest.
    case doctor = "/v1/doctor"
    /// Takes a `POST`: a copy of the ledger is written to `path`.
    case snapshot = "/v1/snapshot"
    case metrics = "/metrics"
    case healthz = "/healthz"
}
