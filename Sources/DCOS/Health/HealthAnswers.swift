import Fleet

/// `/system/health/v1/nodes`, and `…/units/<unit>/nodes`: `{"nodes":[{"host_ip":"10.0.3.129","health":0,"role":"agent"}]}`.
struct NodesAnswer: Decodable, Sendable {
    let nodes: [Node]

    struct Node: Decodable, Sendable {
        let ip: String
        let health: NodeHealth.Health
        /// Empty where it is left out.
        let role: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            ip = try container.decode(String.self, forKey: .ip)
            health = NodeHealth.Health(wire: try container.decode(Double.self, forKey: .health))
            role = try container.decodeIfPresent(String.self, forKey: .role) ?? ""
        }

        private enum Key: String, CodingKey { case ip = "host_ip", health, role }
    }

    /// A list that is still nil in the server is `null`.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        nodes = try container.decodeNil(forKey: .nodes) ? [] : try container.decode([Node].self, forKey: .nodes)
    }

    private enum Key: String, CodingKey { case nodes }
}

/// `/system/health/v1/nodes/<ip>/units`, and `…/units`: `{"units":[{"id":"dcos-mesos-slave.service","health":0}]}`.
struct UnitsAnswer: Decodable, Sendable {
    /// The ids of those that are unhealthy. Sorted, each once.
    let failing: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let units = try container.decodeNil(forKey: .units) ? [] : try container.decode([Unit].self, forKey: .units)
        failing = Set(units.filter { NodeHealth.Health(wire: $0.health) == .unhealthy }.map(\.id)).sorted()
    }

    private struct Unit: Decodable {
        let id: String
        let health: Double
    }

    private enum Key: String, CodingKey { case units }
}

extension NodeHealth.Health {
    /// 0 is healthy and 1 unhealthy. 3 says that the master could not pull from the node, and every other number is as little a finding.
    init(wire number: Double) {
        self = number == 0 ? .healthy : number == 1 ? .unhealthy : .unknown
    }
}
