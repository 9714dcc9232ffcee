internal import Fleet
internal import Wire

/// `GET_MAINTENANCE_STATUS`: machines in a schedule (`draining_machines[].id`, nested) and machines that are down (`down_machines[]`, flat).
struct MaintenanceAnswer: Sendable {
    let maintenance: MesosSighting.Maintenance

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONProblem) {
        var status: JSONNode?
        try MesosAnswer.read("GET_MAINTENANCE_STATUS", from: bytes) { (reader, key) throws(JSONProblem) in
            guard key == "status" else {
                try reader.skip()
                return
            }
            status = try reader.node(keeping: ["draining_machines", "down_machines", "id", "hostname", "ip"])
        }
        guard let status else { throw JSONProblem(path: "get_maintenance_status.status", what: "is missing", offset: nil) }
        var draining: [MesosSighting.Machine] = []
        for machine in try status.list("draining_machines") { draining.append(try Self.machine(try machine["id"])) }
        var down: [MesosSighting.Machine] = []
        for machine in try status.list("down_machines") { down.append(try Self.machine(machine)) }
        maintenance = MesosSighting.Maintenance(draining: draining, down: down)
    }

    private static func machine(_ node: JSONNode) throws(JSONProblem) -> MesosSighting.Machine {
        let machine = MesosSighting.Machine(hostname: try node.optional("hostname")?.name, ip: try node.optional("ip")?.name)
        guard machine.hostname != nil || machine.ip != nil else { throw node.wrong("has neither a hostname nor an ip") }
        return machine
    }
}
