/// What DC/OS' system health says of every node that it knows: one master's word, up to a minute old.
package struct HealthSighting: Sendable {
    /// Sorted by address; masters are among them.
    package let nodes: [NodeHealth]

    package init(nodes: [NodeHealth]) { self.nodes = nodes.sorted { ($0.ip, $0.role) < ($1.ip, $1.role) } }
}

/// One node in DC/OS' system health.
package struct NodeHealth: Hashable, Sendable {
    /// `host_ip`: the node's private address.
    package let ip: String
    /// `master`, `agent` or `agent_public`.
    package let role: String
    package let health: Health
    /// The units that are unhealthy on it. Sorted; empty when it is healthy. Nil: they could not be told.
    package let failingUnits: [String]?

    /// 0, 1 and every other number on the wire. Unknown: the master could not pull from the node; by itself no failure of it.
    package enum Health: String, CaseIterable, Sendable, Hashable { case healthy, unhealthy, unknown }

    package init(ip: String, role: String, health: Health, failingUnits: [String]? = []) {
        self.ip = ip
        self.role = role
        self.health = health
        self.failingUnits = failingUnits?.sorted()
    }
}
