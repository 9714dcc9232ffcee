import Fleet

extension NodeDeriving {
    /// What others say of the host: DC/OS, SSM, and the host itself when it is asked.
    mutating func deriveHost() {
        let host = hosts.word(of: node.told)
        if fleet.hasHealth {
            node.told[.dcosHealth] = host.health.map { .text($0.health.rawValue) } ?? .unknown
            node.told[.failingUnits] =
                host.health.flatMap { $0.health == .unknown ? nil : $0.failingUnits }.map { .text(JSONText.list($0)) } ?? .unknown
        }
        if fleet.hasPings {
            node.told[.ssmPing] = node.node.instance == nil ? .unknown : Reading(words.ping?.rawValue)
            if node.told[.ssmPing] == .text(SSMPing.online.rawValue) { node.wasOnlineInSSM = true }
        }
        if let zones = fleet.zones { node.told[.probe] = zones.reading(of: host.answer, zone: node.told[.zone]) }
    }
}

extension Deriving {
    /// The zones in which a host answered. Nil while no host was asked.
    var answeringZones: AnsweringZones? {
        guard let probe = sightings.probe else { return nil }
        var zones = AnsweringZones()
        if let instances = sightings.instances {
            for instance in instances where instance.privateIP.flatMap({ Address($0) }).flatMap({ probe.hosts[$0] }) == .answers {
                zones.insert(instance.zone)
            }
        } else {
            for node in state.nodes.values {
                guard case .text(let ip) = node.told[.privateIP], case .text(let zone) = node.told[.zone] else { continue }
                if Address(ip).flatMap({ probe.hosts[$0] }) == .answers { zones.insert(zone) }
            }
        }
        return zones
    }
}

/// Where at least one host answered: elsewhere silence says more of the way there than of the host.
struct AnsweringZones: Equatable {
    private var names: Set<String> = []

    mutating func insert(_ zone: String) { names.insert(zone) }

    /// `probe`: silence counts only where a peer in the same zone answers.
    func reading(of answer: ProbeSighting.Answer?, zone: Reading) -> Reading {
        switch (answer, zone) {
        case (nil, _): .unknown
        case (.answers?, _): .text(ProbeSighting.Answer.answers.rawValue)
        case (.silent?, .text(let zone)) where names.contains(zone): .text(ProbeSighting.Answer.silent.rawValue)
        case (.silent?, _): .unknown
        }
    }
}
