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

    /// The events of what has happened since.
    func events(since told: World.Told) -> [JSON] {
        world.news(since: told).map { news in
            switch news {
            case .taskAdded(let task): ["type": "TASK_ADDED", "task_added": ["task": self.task(task)]]
            case .taskUpdated(let task, let status):
                [
                    "type": "TASK_UPDATED",
                    "task_updated": [
                        "framework_id": ["value": JSON(world.frameworks[task.framework].id.rawValue)], "status": self.status(status, of: task),
                        "state": JSON(task.state),
                    ],
                ]
            case .agentAdded(let position): ["type": "AGENT_ADDED", "agent_added": ["agent": agent(world.machines[position])]]
            case .agentRemoved(let id): ["type": "AGENT_REMOVED", "agent_removed": ["agent_id": ["value": JSON(id.rawValue)]]]
            }
        }
    }
}

extension JSON {
    /// With its length before it, as RecordIO has it.
    var record: [UInt8] {
        let bytes = bytes
        return Array("\(bytes.count)\n".utf8) + bytes
    }
}
