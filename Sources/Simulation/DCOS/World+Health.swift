package import Fleet

/// A component of DC/OS, as its system health names it.
package struct SimulatedUnit: Hashable, Sendable {
    package let id: String
    package let name: String
}

/// DC/OS' system health: every minute a master asks each node, and tells what it heard until it asks again.
extension World {
    private static let pullInterval = Duration.seconds(60)
    /// How long a node that is gone is still asked: Mesos' history of the last hour is among the places where nodes are looked up.
    private static let remembered = Duration.seconds(3600)

    /// The unit of Mesos itself, which is another one on public agents.
    package static func mesosUnit(isPublic: Bool) -> String { isPublic ? "dcos-mesos-slave-public.service" : "dcos-mesos-slave.service" }

    /// The units of a role, sorted by id.
    package static func units(of role: String) -> [SimulatedUnit] {
        let shared = [
            ("dcos-checks-poststart.service", "DC/OS Poststart Checks"), ("dcos-diagnostics.service", "DC/OS Diagnostics Agent"),
            ("dcos-gen-resolvconf.service", "Generate resolv.conf"), ("dcos-net.service", "DC/OS Net"), ("dcos-telegraf.service", "Telegraf"),
        ]
        let own: [(String, String)] =
            switch role {
            case "master":
                [
                    ("dcos-adminrouter.service", "Admin Router Master"), ("dcos-bouncer.service", "DC/OS Identity and Access Manager (Bouncer)"),
                    ("dcos-exhibitor.service", "Exhibitor"), ("dcos-marathon.service", "Marathon"), ("dcos-mesos-dns.service", "Mesos DNS"),
                    ("dcos-mesos-master.service", "Mesos Master"),
                ]
            case "agent_public": [("dcos-adminrouter-agent.service", "Admin Router Agent"), (mesosUnit(isPublic: true), "Mesos Agent Public")]
            default:
                [
                    ("dcos-adminrouter-agent.service", "Admin Router Agent"), ("dcos-docker-gc.service", "Docker GC"),
                    (mesosUnit(isPublic: false), "Mesos Agent"),
                ]
            }
        return (shared + own).map { SimulatedUnit(id: $0.0, name: $0.1) }.sorted { $0.id < $1.id }
    }

    mutating func pullHealth() {
        plan(.healthPulled, in: Self.pullInterval)
        let masters = Self.masterHostnames.enumerated().map { position, ip in
            let failing = leadership.starting.contains(position) ? ["dcos-mesos-master.service"] : []
            return NodeHealth(ip: ip, role: "master", health: failing.isEmpty ? .healthy : .unhealthy, failingUnits: failing)
        }
        health = masters + machines.compactMap(pulled)
        healthPulledAt = now
    }

    private func pulled(_ machine: Machine) -> NodeHealth? {
        guard machine.agent != nil, machine.terminatedAt.map({ now - $0 < Self.remembered }) ?? true else { return nil }
        let role = machine.isPublic ? "agent_public" : "agent"
        guard machine.hostAnswers else { return NodeHealth(ip: machine.privateIP, role: role, health: .unknown, failingUnits: nil) }
        let failing = Set(machine.failedUnits + (machine.process == .stopped ? [Self.mesosUnit(isPublic: machine.isPublic)] : [])).sorted()
        return NodeHealth(ip: machine.privateIP, role: role, health: failing.isEmpty ? .healthy : .unhealthy, failingUnits: failing)
    }

    /// What a poll of system health brings at `time`: the same as `Demo` answers over the wire.
    package mutating func healthSighting(at time: Timestamp) -> HealthSighting {
        advance(to: time)
        return HealthSighting(nodes: health)
    }
}
