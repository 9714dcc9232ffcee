internal import Fleet
internal import Simulation

/// DC/OS' system health: `/system/health/v1/…`, as one master pulled it last.
struct HealthAnswers {
    let world: World

    func answer(path: [String]) -> Answer {
        let answer: JSON? =
            switch (path.first, path.count) {
            case ("nodes", 1): ["nodes": .list(world.health.map(Self.node))]
            case ("nodes", 2): node(path[1]).map(Self.node)
            case ("nodes", 3) where path[2] == "units":
                node(path[1]).map { node in ["units": .list(World.units(of: node.role).map { Self.unit($0, on: node) })] }
            case ("nodes", 4) where path[2] == "units": node(path[1]).flatMap { unit(path[3], on: $0) }
            case ("units", 1): ["units": .list(allUnits.map(summary))]
            case ("units", 2): allUnits.first { $0.id == path[1] }.map(summary)
            case ("units", 3) where path[2] == "nodes": ["nodes": .list(nodes(with: path[1]).map { Self.node($0, unit: path[1]) })]
            case ("units", 4) where path[2] == "nodes": nodes(with: path[1]).first { $0.ip == path[3] }.flatMap { unit(path[1], on: $0) }
            case ("report", 1): report
            default: nil
            }
        guard let answer else { return .text(404, "404 page not found\n") }
        var reply = Answer.json(answer)
        reply.headers.append(("Last-Modified-3DT", world.healthPulledAt.description))
        return reply
    }

    private func node(_ ip: String) -> NodeHealth? { world.health.first { $0.ip == ip } }

    private func nodes(with unit: String) -> [NodeHealth] { world.health.filter { node in World.units(of: node.role).contains { $0.id == unit } } }

    private var allUnits: [SimulatedUnit] {
        Array(Set(["master", "agent", "agent_public"].flatMap(World.units))).sorted { ($0.id, $0.name) < ($1.id, $1.name) }
    }

    private static func number(_ health: NodeHealth.Health) -> JSON {
        switch health {
        case .healthy: JSON(0)
        case .unhealthy: JSON(1)
        case .unknown: JSON(3)
        }
    }

    private static func node(_ node: NodeHealth) -> JSON { ["host_ip": JSON(node.ip), "health": number(node.health), "role": JSON(node.role)] }

    /// A node of one unit's list carries that unit's health.
    private static func node(_ node: NodeHealth, unit: String) -> JSON {
        ["host_ip": JSON(node.ip), "health": number(health(of: unit, on: node)), "role": JSON(node.role)]
    }

    private static func health(of unit: String, on node: NodeHealth) -> NodeHealth.Health {
        if node.health == .unknown { return .unknown }
        return (node.failingUnits ?? []).contains(unit) ? .unhealthy : .healthy
    }

    private static func unit(_ unit: SimulatedUnit, on node: NodeHealth) -> JSON {
        ["id": JSON(unit.id), "name": JSON(unit.name), "health": number(health(of: unit.id, on: node)), "description": JSON(unit.name)]
    }

    private func unit(_ id: String, on node: NodeHealth) -> JSON? {
        guard let unit = World.units(of: node.role).first(where: { $0.id == id }) else { return nil }
        return
            ([
                "id": JSON(id), "health": Self.number(Self.health(of: id, on: node)), "output": JSON(Self.output(of: id, on: node)),
                "description": JSON(unit.name),
                "help": JSON("Node available at `dcos node ssh -mesos-id=\(agent(on: node))`. Try, `journalctl -xv` to diagnose further."),
            ] as JSON)
    }

    private static func output(of unit: String, on node: NodeHealth) -> String {
        guard (node.failingUnits ?? []).contains(unit) else { return "" }
        return
            "\(unit) state is not one of the possible states [active inactive activating]. Current state is [ failed ]. Please check `systemctl show all \(unit)` to check current unit state. "
    }

    private func agent(on node: NodeHealth) -> String { world.machines.last { $0.privateIP == node.ip }?.agent?.rawValue ?? "" }

    /// Over all nodes: unhealthy where it is anywhere, else unknown where it is anywhere.
    private func summary(_ unit: SimulatedUnit) -> JSON {
        let all = Set(nodes(with: unit.id).map { Self.health(of: unit.id, on: $0) })
        let worst: NodeHealth.Health = all.contains(.unhealthy) ? .unhealthy : all.contains(.unknown) ? .unknown : .healthy
        return ["id": JSON(unit.id), "name": JSON(unit.name), "health": Self.number(worst), "description": JSON(unit.name)]
    }

    // MARK: - The report

    private var report: JSON {
        let time = JSON(world.healthPulledAt.description)
        let units = allUnits.map { unit -> JSON.Member in
            let nodes = self.nodes(with: unit.id)
            let all = Set(nodes.map { Self.health(of: unit.id, on: $0) })
            let worst: NodeHealth.Health = all.contains(.unhealthy) ? .unhealthy : all.contains(.unknown) ? .unknown : .healthy
            return JSON.Member(
                name: unit.id, value: reported(unit, health: worst, nodes: .list(nodes.map { reported($0, units: .null, only: unit.id) }), time: time))
        }
        let nodes = world.health.map { node -> JSON.Member in
            let own = World.units(of: node.role).map { reported($0, health: Self.health(of: $0.id, on: node), nodes: .null, time: time) }
            return JSON.Member(name: node.ip, value: reported(node, units: .list(own), only: nil))
        }
        return ["Units": .object(units), "Nodes": .object(nodes), "UpdatedTime": time]
    }

    private func reported(_ unit: SimulatedUnit, health: NodeHealth.Health, nodes: JSON, time: JSON) -> JSON {
        [
            "UnitName": JSON(unit.id), "Nodes": nodes, "Health": Self.number(health), "Title": JSON(unit.name), "Timestamp": time,
            "PrettyName": JSON(unit.name),
        ]
    }

    private func reported(_ node: NodeHealth, units: JSON, only: String?) -> JSON {
        let shown = World.units(of: node.role).filter { only == nil || $0.id == only }
        let output = shown.map { JSON.Member(name: $0.id, value: JSON(Self.output(of: $0.id, on: node))) }
        let isLeader = world.leadership.announced.map { World.masterHostnames[$0] == node.ip } ?? false
        return [
            "Leader": .flag(isLeader), "Role": JSON(node.role), "IP": JSON(node.ip),
            "Host": JSON("ip-" + node.ip.split(separator: ".").joined(separator: "-")), "Health": Self.number(node.health), "Output": .object(output),
            "Units": units, "MesosID": JSON(agent(on: node)),
        ]
    }
}
