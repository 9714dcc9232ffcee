internal import Fleet
internal import Synchronization

/// Up to when a watcher has looked at everything, by what it has asked for.
final class WatcherLooks: Sendable {
    enum Asked: Hashable, CaseIterable {
        case agents, instances, services, claim

        /// By how much more rarely than the agents it is asked for, by the demo's configuration: it may be as much further back. The claim is asked for every
        /// 20 seconds, give or take the five between two ticks, which is more rarely than it may be.
        var allowance: Duration {
            switch self {
            case .agents: .zero
            case .instances, .services: .seconds(45)
            case .claim: .seconds(-5)
            }
        }
    }

    private let asked = Mutex<[Asked: Timestamp]>([:])
    private let onLook: @Sendable (Timestamp) -> Void

    init(_ onLook: @escaping @Sendable (Timestamp) -> Void) { self.onLook = onLook }

    func take(_ what: Asked, at time: Timestamp) {
        let upTo = asked.withLock { asked -> Timestamp? in
            asked[what] = max(asked[what] ?? time, time)
            guard asked.count == Asked.allCases.count else { return nil }
            return asked.map { $1 + $0.allowance }.min()
        }
        if let upTo { onLook(upTo) }
    }
}
