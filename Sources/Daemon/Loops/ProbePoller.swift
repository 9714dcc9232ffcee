import Fleet
import Hosts
import Rounds

/// Asks the hosts of all nodes of the last round whether they are there, at the interval.
struct ProbePoller: Poller {
    let probe: HostProbe
    let keeper: RoundKeeper
    let time: Time

    var interval: Duration { probe.settings.interval }

    /// One turn and the round that it wakes. Nothing before there was a round, and nothing when it was cancelled: who was not asked is not silent.
    @discardableResult func poll() async -> RoundReport? {
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
