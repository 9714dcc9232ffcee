internal import Wire

/// The calls of the v1 operator API that Mayfly makes, with what they may cost.
enum MesosCall: String, CaseIterable, Sendable {
    case master = "GET_MASTER"
    case flags = "GET_FLAGS"
    case agents = "GET_AGENTS"
    case frameworks = "GET_FRAMEWORKS"
    case tasks = "GET_TASKS"
    case maintenance = "GET_MAINTENANCE_STATUS"
    case metrics = "GET_METRICS"
    case subscribe = "SUBSCRIBE"

    /// Only metrics take a parameter: the master waits at most so long for those of its threads that are busy.
    var body: [UInt8] {
        switch self {
        case .metrics: Array(#"{"type":"GET_METRICS","get_metrics":{"timeout":{"nanoseconds":5000000000}}}"#.utf8)
        default: Array(#"{"type":"\#(rawValue)"}"#.utf8)
        }
    }

    /// 5.5 KB for an agent with a broker, so that 128 MiB are 24,000 of them; a task with its statuses is 1 to 3 KB, and the master keeps 1,000 ended
    /// ones for each framework.
    static let largeBytesMax = 128 << 20
    /// A framework prints each resource that it holds, some 200 bytes a piece: 5,000 agents with ten reservations each are 10 MB.
    static let mediumBytesMax = 32 << 20
    /// Everything else was below 100 KB on real clusters.
    static let smallBytesMax = 4 << 20

    func limits(from limits: MesosClient.Limits) -> HTTPCall.Limits {
        let bytesMax =
            switch self {
            case .agents, .tasks: limits.largeBytesMax
            case .frameworks: limits.mediumBytesMax
            case .master, .flags, .maintenance, .metrics, .subscribe: limits.smallBytesMax
            }
        return HTTPCall.Limits(
            bodyBytesMax: bytesMax, connectTimeout: limits.connectTimeout, idleTimeout: limits.idleTimeout, totalTimeout: limits.totalTimeout, redirectsMax: 3)
    }
}
