internal import Fleet
internal import Simulation

extension SchedulerAnswers {
    /// `v1/pod…`, or `v1/pods…` before SDK 0.20.1.
    func pods(_ path: [String]) -> Answer {
        if path.isEmpty { return .json(.list(service.brokers.map { JSON("kafka-\($0.number)") })) }
        if path == ["status"] { return .json(service.flavour == .sdk ? allStatuses : oldStatuses) }
        guard let broker = service.brokers.first(where: { "kafka-\($0.number)" == path[0] }), path.count == 2 else {
            return .text(404, "Pod \(path[0]) not found")
        }
        switch path[1] {
        case "status": return .json(service.flavour == .sdk ? ["name": JSON(path[0]), "tasks": [status(broker)]] : [oldStatus(broker)])
        case "info": return .json([info(broker)])
        default: return .text(404, "HTTP 404 Not Found")
        }
    }

    private var allStatuses: JSON {
        let instances = service.brokers.map { broker -> JSON in ["name": JSON("kafka-\(broker.number)"), "tasks": [status(broker)]] }
        return ["service": JSON(service.name), "pods": [["name": "kafka", "instances": .list(instances)]]]
    }

    private func status(_ broker: SimulatedService.Broker) -> JSON {
        ["id": JSON(broker.task.rawValue), "name": JSON("kafka-\(broker.number)-broker"), "status": JSON(broker.state)]
    }

    /// Before SDK 0.20.1: a list by pod, with Mesos' own word for the state.
    private var oldStatuses: JSON {
        .object(service.brokers.map { JSON.Member(name: "kafka-\($0.number)", value: [oldStatus($0)]) })
    }

    private func oldStatus(_ broker: SimulatedService.Broker) -> JSON {
        ["name": JSON("kafka-\(broker.number)-broker"), "id": JSON(broker.task.rawValue), "state": JSON("TASK_" + broker.state)]
    }

    // MARK: - Everything about a pod

    /// Mesos' own descriptions of the task and of its last status, in the names of its Java classes; nothing is left out that is not set.
    private func info(_ broker: SimulatedService.Broker) -> JSON {
        let machine = world.machines[broker.position]
        let task = machine.tasks.first { $0.id == broker.task } ?? world.completedTasks[service.framework].last { $0.id == broker.task }
        let labels = service.taskLabels(of: broker.number, on: task?.agentIP ?? machine.privateIP)
        let variables: [JSON] = [
            variable("KAFKA_BROKER_ID", String(broker.number)), variable("POD_INSTANCE_INDEX", String(broker.number)), variable("FRAMEWORK_NAME", service.name),
        ]
        let executor: JSON = [
            "type": "DEFAULT", "executorId": ["value": JSON("kafka__" + service.configuration)],
            "frameworkId": ["value": JSON(world.frameworks[service.framework].id.rawValue)], "command": .null, "container": .null, "resources": [],
            "name": "kafka", "source": .null, "data": .null, "discovery": .null, "shutdownGracePeriod": .null, "labels": .null,
        ]
        let description: JSON = [
            "name": JSON("kafka-\(broker.number)-broker"), "taskId": ["value": JSON(broker.task.rawValue)], "slaveId": ["value": JSON(broker.agent.rawValue)],
            "resources": .list((task?.allotments ?? []).map(resource)), "executor": executor,
            "command": [
                "uris": [], "environment": ["variables": .list(variables)], "shell": .null, "value": "exec ./bin/kafka-server-start.sh", "arguments": [],
                "user": "nobody",
            ],
            "container": .null, "healthCheck": .null, "killPolicy": ["gracePeriod": ["nanoseconds": .integer(30_000_000_000)]], "data": .null,
            "labels": MesosBodies.labels(labels.map { ($0.key, $0.value) }), "discovery": .null,
        ]
        return ["info": description, "status": task.map { status($0) } ?? .null]
    }

    private func variable(_ name: String, _ value: String) -> JSON { ["name": JSON(name), "value": JSON(value)] }

    private func resource(_ allotment: Allotment) -> JSON {
        var (scalar, ranges): (JSON, JSON) = (.null, .null)
        switch allotment.amount {
        case .scalar(let value): scalar = ["value": .real(value)]
        case .ranges(let list): ranges = ["range": .list(list.map { ["begin": JSON($0.lowerBound), "end": JSON($0.upperBound)] })]
        }
        var (principal, labels): (String, [Allotment.Label]) = ("", [])
        if case .dynamic(let by, let with) = allotment.reservation { (principal, labels) = (by, with) }
        let reserved = MesosBodies.labels(labels.map { ($0.key, $0.value) })
        let disk = allotment.volume.map { volume -> JSON in
            [
                "persistence": ["id": JSON(volume.id), "principal": JSON(principal)],
                "volume": ["mode": "RW", "containerPath": JSON(volume.path), "hostPath": .null, "image": .null, "source": .null], "source": .null,
            ]
        }
        return [
            "name": JSON(allotment.name), "type": JSON(ranges == .null ? "SCALAR" : "RANGES"), "scalar": scalar, "ranges": ranges, "set": .null,
            "role": JSON(allotment.role), "reservation": ["principal": JSON(principal), "labels": reserved], "disk": disk ?? .null, "revocable": .null,
            "shared": .null,
        ]
    }

    private func status(_ task: SimulatedTask) -> JSON {
        let last = task.statuses[task.statuses.count - 1]
        let network: JSON = [
            "ipAddresses": [["protocol": .null, "ipAddress": JSON(task.agentIP)]], "name": .null, "groups": [], "labels": .null, "portMappings": [],
        ]
        let container: JSON = [
            "containerId": ["value": JSON(task.container), "parent": .null], "networkInfos": [network], "cgroupInfo": .null,
            "executorPid": JSON(task.executorPID),
        ]
        return [
            "taskId": ["value": JSON(task.id.rawValue)], "state": JSON(last.state), "message": last.message.map { JSON($0) } ?? .null,
            "source": JSON(last.uuid == nil ? "SOURCE_MASTER" : "SOURCE_EXECUTOR"), "reason": last.reason.map { JSON($0) } ?? .null, "data": .null,
            "slaveId": ["value": JSON(task.agent.rawValue)], "executorId": .null, "timestamp": .real(last.at.inSeconds),
            "uuid": last.uuid.map { JSON($0) } ?? .null, "healthy": .null, "labels": .null, "containerStatus": container, "unreachableTime": .null,
        ]
    }
}
