internal import Fleet
internal import Simulation

extension MesosBodies {
    /// The first record of a subscription: the master's whole state.
    var subscribed: JSON {
        [
            "type": "SUBSCRIBED",
            "subscribed": ["get_state": ["get_tasks": tasks, "get_frameworks": frameworks, "get_agents": agents], "heartbeat_interval_seconds": .real(15)],
        ]
    }

    static let heartbeat: JSON = ["type": "HEARTBEAT"]

    /// What a master tells its subscribers of what has happened since: of tasks all, of agents that they came, and that they unregistered. Of those that are
    /// lost, deactivated, drained or marked gone a real one tells nothing either.
    func events(since before: World) -> [JSON] {
        var known: [String: Int] = [:]
        for task in Self.tasks(of: before) { known[task.id.rawValue] = task.statuses.count }
        var events: [JSON] = []
        for task in Self.tasks(of: world) {
            guard let count = known[task.id.rawValue] else {
                events.append(["type": "TASK_ADDED", "task_added": ["task": self.task(task)]])
                continue
            }
            for status in task.statuses.dropFirst(count) {
                events.append([
                    "type": "TASK_UPDATED",
                    "task_updated": [
                        "framework_id": ["value": JSON(world.frameworks[task.framework].id.rawValue)], "status": self.status(status, of: task),
                        "state": JSON(task.state),
                    ],
                ])
            }
        }
        let registered = Dictionary(before.machines.filter(\.isListed).compactMap { machine in machine.agent.map { ($0, machine.registeredTime) } }) { $1 }
        for machine in world.machines {
            guard let id = machine.agent else { continue }
            if machine.isListed, registered[id] != machine.registeredTime {
                events.append(["type": "AGENT_ADDED", "agent_added": ["agent": agent(machine)]])
            }
            if machine.listing == .removed, registered[id] != nil {
                events.append(["type": "AGENT_REMOVED", "agent_removed": ["agent_id": ["value": JSON(id.rawValue)]]])
            }
        }
        return events
    }

    private static func tasks(of world: World) -> [SimulatedTask] {
        let known = world.knownTasks
        return known.running + known.unreachable + world.visibleCompletedTasks
    }
}

extension JSON {
    /// With its length before it, as RecordIO has it.
    var record: [UInt8] {
        let bytes = bytes
        return Array("\(bytes.count)\n".utf8) + bytes
    }
}
