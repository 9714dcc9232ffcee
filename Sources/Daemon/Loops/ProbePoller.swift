import Fleet
package import Hosts
package import Rounds
import ServiceLifecycle

/// Asks the hosts of all nodes of the last round whether they are there, at the interval, until the program ends.
package struct ProbePoller: ServiceLifecycle.Service {
    let probe: HostProbe
    let keeper: RoundKeeper
    let time: Time

    package init(probe: HostProbe, keeper: RoundKeeper, time: Time) {
        self.probe = probe
        self.keeper = keeper
        self.time = time
    }

    package func run() async throws {
        try await time.repeating(every: probe.settings.interval) { await poll() }
    }

    /// One turn and the round that it wakes. Nothing before there was a round, and nothing when it was cancelled: who was not asked is not silent.
    @discardableResult package func poll() async -> RoundReport? {
        guard let report = await keeper.lastReport, let sighting = await probe.sight(report.picture.hosts) else { return nil }
        return await keeper.take(.probe(sighting))
    }
}

extension Picture {
    /// The private addresses of all nodes, as far as they are known. Sorted.
    var hosts: [Address] {
        Set(state.nodes.values.compactMap { node in if case .text(let ip) = node.told[.privateIP] { Address(ip) } else { nil } }).sorted()
    }
}
