package import Fleet

extension World {
    /// What a master has told its subscribers by now: whatever is other than that is news.
    package struct Told: Sendable {
        /// How many status updates of each task.
        fileprivate let updates: [TaskID: Int]
        /// When each agent that is listed has registered.
        fileprivate let registered: [AgentID: Timestamp]
    }

    /// One event of Mesos' stream.
    package enum News: Sendable {
        case taskAdded(SimulatedTask)
        case taskUpdated(SimulatedTask, SimulatedTask.Status)
        /// The agent of the machine at this position has registered.
        case agentAdded(Int)
        case agentRemoved(AgentID)
    }

    package var told: Told {
        Told(
            updates: Dictionary(toldTasks.map { ($0.id, $0.statuses.count) }, uniquingKeysWith: max),
            registered: Dictionary(machines.filter(\.isListed).compactMap { machine in machine.agent.map { ($0, machine.registeredTime) } }) { $1 })
    }

    /// What a master tells its subscribers of what has happened since: of tasks all, of agents that they came, and that they unregistered. Of those that are
    /// lost, deactivated, drained or marked gone a real one tells nothing either.
    package func news(since told: Told) -> [News] {
        var news: [News] = []
        for task in toldTasks {
            guard let count = told.updates[task.id] else {
                news.append(.taskAdded(task))
                continue
            }
            news += task.statuses.dropFirst(count).map { .taskUpdated(task, $0) }
        }
        for (position, machine) in machines.enumerated() {
            guard let id = machine.agent else { continue }
            if machine.isListed, told.registered[id] != machine.registeredTime { news.append(.agentAdded(position)) }
            if machine.listing == .removed, told.registered[id] != nil { news.append(.agentRemoved(id)) }
        }
        return news
    }

    private var toldTasks: [SimulatedTask] {
        let known = knownTasks
        return known.running + known.unreachable + visibleCompletedTasks
    }
}
