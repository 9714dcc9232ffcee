/// Where each thing is found on the daemon's socket. Version 1; what has a version is only added to.
package enum ConsolePath: String, CaseIterable, Sendable {
    case status = "/v1/status"
    case nodes = "/v1/nodes"
    case explain = "/v1/explain"
    case services = "/v1/services"
    case history = "/v1/history"
    case doctor = "/v1/doctor"
    case metrics = "/metrics"
}
