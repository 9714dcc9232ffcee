internal import Fleet
internal import Simulation

extension MesosBodies {
    var tasks: JSON {
        let known = world.knownTasks
        return [
            "tasks": .list(known.running.map(task)), "unreachable_tasks": .list(known.unreachable.map(task)),
            "completed_tasks": .list(world.visibleCompletedTasks.map(task)),
        ]
    }

    func task(_ task: SimulatedTask) -> JSON {
        // What the master itself says of a task is no status update: the executor's last word stays.
        let update = task.statuses.last { $0.uuid != nil }
        let plain: JSON = [
            "name": JSON(task.name), "task_id": ["value": JSON(task.id.rawValue)],
            "framework_id": ["value": JSON(world.frameworks[task.framework].id.rawValue)],
            "agent_id": ["value": JSON(task.agent.rawValue)], "state": JSON(task.state),
            "resources": .list(task.allotments.map { resource($0, fields: .task) }), "statuses": .list(task.statuses.map { status($0, of: task) }),
        ]
        return plain.with([
            "status_update_state": update.map { JSON($0.state) }, "status_update_uuid": update.flatMap(\.uuid).map { JSON($0) }, "labels": labels(task),
            "kill_policy": task.isBroker ? ["grace_period": ["nanoseconds": .integer(30_000_000_000)]] : nil,
        ])
    }

    private func labels(_ task: SimulatedTask) -> JSON? {
        let pairs: [(String, String)]
        switch task.kind {
        case .broker(let service, let number): pairs = world.services[service].taskLabels(of: number, on: task.agentIP).map { ($0.key, $0.value) }
        case .app: pairs = [("DCOS_SPACE", "/" + (task.name.split(separator: ".").last.map(String.init) ?? ""))]
        case .scheduler(let service): pairs = world.services[service].labels.map { ($0.key, $0.value) }
        case .tiedApp, .job: return nil
        }
        return Self.labels(pairs)
    }

    func status(_ status: SimulatedTask.Status, of task: SimulatedTask) -> JSON {
        let container: JSON = [
            "container_id": ["value": JSON(task.container)],
            "network_infos": [["ip_addresses": [["protocol": "IPv4", "ip_address": JSON(task.agentIP)]]]], "executor_pid": JSON(task.executorPID),
        ]
        let isExecutors = status.uuid != nil
        return (["task_id": ["value": JSON(task.id.rawValue)], "state": JSON(status.state)] as JSON).with([
            "message": status.message.map { JSON($0) }, "source": isExecutors ? "SOURCE_EXECUTOR" : "SOURCE_MASTER", "reason": status.reason.map { JSON($0) },
            "agent_id": ["value": JSON(task.agent.rawValue)], "executor_id": isExecutors ? ["value": JSON(task.id.rawValue)] : nil,
            "timestamp": .real(status.at.inSeconds), "uuid": status.uuid.map { JSON($0) }, "container_status": isExecutors ? container : nil,
            "unreachable_time": status.unreachableTime?.asMesosTime,
        ])
    }

    var frameworks: JSON {
        var allotments: [Int: [Allotment]] = [:]
        for task in world.knownTasks.running { allotments[task.framework, default: []] += task.allotments }
        return [
            "frameworks": .list(world.visibleFrameworks.map { framework($0, allocated: summed(allotments[$0] ?? [])) }), "completed_frameworks": [],
        ]
    }

    private func framework(_ position: Int, allocated: [Allotment]) -> JSON {
        let framework = world.frameworks[position]
        // The SDK's schedulers name no address of their own.
        let address = framework.service == nil ? "http://\(framework.name).mesos:8080" : ""
        let isConnected = world.isConnected(position)
        let own: JSON = [
            "user": "root", "name": JSON(framework.name), "id": ["value": JSON(framework.id.rawValue)], "failover_timeout": .real(86_400),
            "checkpoint": true, "roles": [JSON(framework.role)], "hostname": "10.1.255.5", "principal": JSON(framework.principal),
            "webui_url": JSON(address), "capabilities": Self.frameworkCapabilities,
        ]
        let description = own.with(["labels": framework.service.map { ["labels": [["key": "DCOS_SERVICE_NAME", "value": JSON($0)]]] }])
        let plain: JSON = [
            "framework_info": description, "active": .flag(isConnected), "connected": .flag(isConnected), "recovered": false,
            "registered_time": framework.registeredTime.asMesosTime, "reregistered_time": framework.registeredTime.asMesosTime,
        ]
        return plain.with([
            "allocated_resources": allocated.isEmpty ? nil : .list(allocated.map { resource($0, fields: .allocated) }), "offer_constraints": [:],
        ])
    }

    private static let frameworkCapabilities = types([
        "PARTITION_AWARE", "MULTI_ROLE", "RESERVATION_REFINEMENT", "TASK_KILLING_STATE", "REGION_AWARE", "GPU_RESOURCES",
    ])

    /// Mesos adds up what is alike; what is reserved by a label of its own stays apart.
    private func summed(_ allotments: [Allotment]) -> [Allotment] {
        var sums: [String: Double] = [:]
        var order: [(key: String, first: Allotment)] = []
        var apart: [Allotment] = []
        for allotment in allotments {
            guard case .scalar(let value) = allotment.amount, !allotment.reservation.isDynamic else {
                apart.append(allotment)
                continue
            }
            let key = allotment.role + " " + allotment.name
            if sums[key] == nil { order.append((key, allotment)) }
            sums[key, default: 0] += value
        }
        return order.map { Allotment($0.first.name, .scalar(sums[$0.key] ?? 0), role: $0.first.role, reservation: $0.first.reservation) } + apart
    }
}

extension Allotment.Reservation {
    fileprivate var isDynamic: Bool { if case .dynamic = self { true } else { false } }
}
