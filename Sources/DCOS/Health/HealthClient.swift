package import Fleet

/// Reads DC/OS' system health from one master, whichever Admin Router's address leads to.
///
/// `/nodes` tells every node's health in one small answer: 70 bytes for each. Only for nodes that are unhealthy more is asked: of few of them each for its
/// units, of many the units for their nodes. `/report` would tell all at once, but with each unit's log lines for each node, 15 MB for a thousand of them.
package struct HealthClient: Sendable {
    package struct Limits: Hashable, Sendable {
        /// Bytes of a list of nodes. 8 MiB by default, which is above 100,000 nodes.
        package var nodesBytesMax = 8 << 20
        /// Bytes of a list of units. 1 MiB by default; a node has some thirty.
        package var unitsBytesMax = 1 << 20
        /// For all calls of one poll together. 30 s by default: what one master says at its end must still fit to what it said at its beginning.
        package var pollTimeout = Duration.seconds(30)

        package init() {}
    }

    /// Up to so many unhealthy nodes are each asked about; of more, the units are.
    package static let nodesAskedMax = 8
    /// Up to so many failing units are asked for their nodes; when more than these fail at once, which of them fails where does not matter.
    package static let unitsAskedMax = 32

    private static let base = "/system/health/v1"
    private static let permission = "dcos:adminrouter:ops:system-health"

    private let session: DCOSSession
    private let limits: Limits

    package init(session: DCOSSession, limits: Limits = Limits()) {
        self.session = session
        self.limits = limits
    }

    /// Polls once: at most 34 calls, and one while all is well.
    ///
    /// Throws when the nodes cannot be read. Units that cannot be read are unknown, and so are those that contradict their node's health: then two
    /// masters have answered, each with a view of its own.
    package func sight() async throws(SourceFailure) -> HealthSighting {
        let asking = DCOSAsking(session: session, within: limits.pollTimeout)
        let nodes = try await asking.get(Self.base + "/nodes", as: NodesAnswer.self, bytesMax: limits.nodesBytesMax, permission: Self.permission).nodes
        guard !nodes.isEmpty else { throw SourceFailure("\(session.url)\(Self.base)/nodes lists no nodes at all: this master has not asked them yet") }
        let unhealthy = Set(nodes.filter { $0.health == .unhealthy }.compactMap { Address($0.ip) }).sorted()
        let failing = unhealthy.count <= Self.nodesAskedMax ? await unitsOfEach(unhealthy, asking) : await nodesOfUnits(asking)
        return HealthSighting(
            nodes: nodes.map { node in
                let units: [String]? =
                    switch node.health {
                    case .healthy: []
                    case .unhealthy: Address(node.ip).flatMap { failing[$0] }
                    case .unknown: nil
                    }
                return NodeHealth(ip: node.ip, role: node.role, health: node.health, failingUnits: units)
            })
    }

    private func unitsOfEach(_ nodes: [Address], _ asking: DCOSAsking) async -> [Address: [String]] {
        var failing: [Address: [String]] = [:]
        for node in nodes {
            guard let units = await units("/nodes/\(node)/units", asking), !units.isEmpty else { continue }
            failing[node] = units
        }
        return failing
    }

    /// Empty when one of them cannot be read: a list that lacks a unit would be wrong.
    private func nodesOfUnits(_ asking: DCOSAsking) async -> [Address: [String]] {
        guard let units = await units("/units", asking), units.count <= Self.unitsAskedMax, units.allSatisfy(Self.isUnitName) else { return [:] }
        var failing: [Address: [String]] = [:]
        for unit in units {
            let path = Self.base + "/units/\(unit)/nodes"
            do throws(SourceFailure) {
                let answer = try await asking.get(path, as: NodesAnswer.self, bytesMax: limits.nodesBytesMax, permission: Self.permission)
                for node in answer.nodes where node.health == .unhealthy {
                    if let address = Address(node.ip) { failing[address, default: []].append(unit) }
                }
            } catch {
                return [:]
            }
        }
        return failing
    }

    private func units(_ path: String, _ asking: DCOSAsking) async -> [String]? {
        try? await asking.get(Self.base + path, as: UnitsAnswer.self, bytesMax: limits.unitsBytesMax, permission: Self.permission).failing
    }

    /// Fit for a path: systemd's names, without those that would have to be escaped.
    private static func isUnitName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count)
            && name.utf8.allSatisfy { (0x30...0x3A).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || "-_.@".utf8.contains($0) }
    }
}
