internal import Fleet
internal import Simulation

extension MesosBodies {
    var agents: JSON {
        [
            "agents": .list(world.machines.filter(\.isListed).map(agent)),
            "recovered_agents": .list(world.machines.filter { $0.listing == .recovered }.map(description)),
        ]
    }

    /// `AgentInfo`, as the agent itself gave it: all that a recovered agent has.
    private func description(_ machine: Machine) -> JSON {
        let own: Allotment.Reservation = machine.isPublic ? .fixed : .none
        let resources = wholeResources(machine, reservation: own).map { resource($0, fields: .agent) }
        let attributes: [JSON] = machine.attributes.map { ["name": JSON($0.name), "type": "TEXT", "text": ["value": JSON($0.value)]] }
        return [
            "hostname": JSON(machine.hostname), "port": JSON(5051), "resources": .list(resources), "attributes": .list(attributes),
            "id": ["value": JSON(machine.agent?.rawValue ?? "")], "domain": Self.domain(zone: "aws/" + machine.zone), "checkpoint": true,
        ]
    }

    func agent(_ machine: Machine) -> JSON {
        let allocated = machine.tasks.flatMap(\.allotments)
        let isActive = machine.isConnected && !machine.isDeactivated
        let plain: JSON = [
            "agent_info": description(machine), "active": .flag(isActive), "deactivated": .flag(machine.isDeactivated), "version": JSON(World.mesosVersion),
            "pid": JSON(machine.pid), "registered_time": machine.registeredTime.asMesosTime,
        ]
        return plain.with([
            "reregistered_time": machine.reregisteredTime?.asMesosTime,
            "total_resources": .list(total(machine).map { resource($0, fields: .total) }),
            "allocated_resources": allocated.isEmpty ? nil : .list(allocated.map { resource($0, fields: .allocated) }),
            "capabilities": Self.agentCapabilities,
            "drain_info": machine.drain.map(drain),
            "estimated_drain_start_time": machine.drain.map { $0.since.wholeSeconds.asMesosTime },
        ])
    }

    private static let agentCapabilities = types([
        "MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT", "RESOURCE_PROVIDER", "RESIZE_VOLUME", "AGENT_OPERATION_FEEDBACK", "AGENT_DRAINING",
        "TASK_RESOURCE_LIMITS",
    ])

    private func drain(_ drain: Machine.DrainOrder) -> JSON {
        let grace: JSON = ["nanoseconds": .integer(drain.maxGracePeriod.inMilliseconds * 1_000_000)]
        let config: JSON = ["max_grace_period": grace, "mark_gone": .flag(drain.marksGone)]
        return ["state": drain.state == .drained ? "DRAINED" : "DRAINING", "config": config]
    }

    private func wholeResources(_ machine: Machine, reservation: Allotment.Reservation) -> [Allotment] {
        let role = machine.isPublic ? "slave_public" : "*"
        let capacity = machine.capacity
        let amounts: [(String, Allotment.Amount)] = [
            ("cpus", .scalar(capacity.cpus)), ("mem", .scalar(capacity.mem)), ("disk", .scalar(capacity.disk)), ("ports", .ranges(machine.ports)),
        ]
        return amounts.map { Allotment($0.0, $0.1, role: role, reservation: reservation) }
    }

    /// What is left of the machine after its reservations, and these.
    private func total(_ machine: Machine) -> [Allotment] {
        let left = wholeResources(machine, reservation: machine.isPublic ? .fixed : .none).map { whole in
            let taken = machine.reserved.filter { $0.name == whole.name }.map(\.amount)
            return Allotment(whole.name, taken.reduce(whole.amount) { $0.without($1) }, role: whole.role, reservation: whole.reservation)
        }
        return left + machine.reserved
    }

    /// Where a resource stands decides which of its fields Mesos writes.
    enum ResourceFields { case agent, total, allocated, task }

    func resource(_ allotment: Allotment, fields: ResourceFields) -> JSON {
        var shape: JSON
        switch allotment.amount {
        case .scalar(let value): shape = ["name": JSON(allotment.name), "type": "SCALAR", "scalar": ["value": .real(value)]]
        case .ranges(let ranges):
            let list = ranges.map { range -> JSON in ["begin": JSON(range.lowerBound), "end": JSON(range.upperBound)] }
            shape = ["name": JSON(allotment.name), "type": "RANGES", "ranges": ["range": .list(list)]]
        }
        if fields == .total || fields == .allocated { shape = shape.with(["role": JSON(allotment.role)]) }
        if fields == .allocated || fields == .task { shape = shape.with(["allocation_info": ["role": JSON(allotment.role)]]) }
        switch allotment.reservation {
        case .none: break
        case .fixed: shape = shape.with(["reservations": [["type": "STATIC", "role": JSON(allotment.role)]]])
        case .dynamic(let principal, let pairs):
            let labels = Self.labels(pairs.map { ($0.key, $0.value) })
            let reservation: JSON = ["principal": JSON(principal), "labels": labels]
            let whole: JSON = ["type": "DYNAMIC", "role": JSON(allotment.role), "principal": JSON(principal), "labels": labels]
            shape = shape.with(["reservation": fields == .task ? nil : reservation, "reservations": [whole]])
            if let volume = allotment.volume {
                let persistence: JSON = ["id": JSON(volume.id), "principal": JSON(principal)]
                shape = shape.with(["disk": ["persistence": persistence, "volume": ["mode": "RW", "container_path": JSON(volume.path)]]])
            }
        }
        return shape
    }
}

extension Allotment.Amount {
    /// What is left when `taken` has gone out of it; an amount of the other kind takes nothing.
    fileprivate func without(_ taken: Allotment.Amount) -> Allotment.Amount {
        switch (self, taken) {
        case (.scalar(let whole), .scalar(let part)): return .scalar(whole - part)
        case (.ranges(let whole), .ranges(let parts)):
            var left = whole
            for part in parts {
                left = left.flatMap { range -> [ClosedRange<Int>] in
                    guard range.overlaps(part) else { return [range] }
                    let before = range.lowerBound < part.lowerBound ? [range.lowerBound...part.lowerBound - 1] : []
                    let after = part.upperBound < range.upperBound ? [part.upperBound + 1...range.upperBound] : []
                    return before + after
                }
            }
            return .ranges(left)
        case (.scalar, .ranges), (.ranges, .scalar): return self
        }
    }
}
