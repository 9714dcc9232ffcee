extension NodeFacts {
    /// The facts that a listed agent tells.
    package mutating func tell(_ agent: Agent, inMaintenance: Bool) {
        self[.mesosState] = .text(MesosState(of: agent, inMaintenance: inMaintenance).rawValue)
        self[.agentID] = .text(agent.id.rawValue)
        self[.hostname] = .text(agent.hostname)
        self[.agentVersion] = .text(agent.version)
        self[.registeredTime] = .time(agent.registeredTime)
        self[.attributes] = .text(JSONText.object(agent.attributes.map { ($0.name, $0.value) }))
        let saysPublic = agent.attributes.contains { $0.name == "public_ip" && $0.value == "true" }
        self[.public] = .boolean(saysPublic || agent.reservesPublicRole)
    }

    /// The facts that a recovered agent tells: who it is, and that it is not back.
    package mutating func tell(_ agent: RecoveredAgent) {
        self[.mesosState] = .text(MesosState.recovered.rawValue)
        self[.agentID] = .text(agent.id.rawValue)
        self[.hostname] = .text(agent.hostname)
        self[.attributes] = .text(JSONText.object(agent.attributes.map { ($0.name, $0.value) }))
    }

    /// That no agent was ever seen here: there is none to have a version or attributes.
    package mutating func tellNoAgent() {
        for fact in [Fact.agentID, .hostname, .agentVersion, .registeredTime, .attributes, .public, .tasks, .stagingTasks, .taskFailures1h] {
            self[fact] = .none
        }
    }

    /// That nothing is known of which agent this is, if any: two things contradict each other, or not enough was seen to say that there is none.
    package mutating func tellUnknownAgent() {
        for fact in [Fact.mesosState, .agentID, .hostname, .agentVersion, .registeredTime, .attributes, .public, .tasks, .stagingTasks, .taskFailures1h] {
            self[fact] = .unknown
        }
    }
}

/// What the tasks on one agent come to.
package struct TaskTally: Hashable, Sendable {
    /// Running, and those on the agent while it cannot be reached.
    package var count = 0
    /// Of the running ones, those that are only placed, or starting.
    package var staging = 0
    /// Failed, lost or in error within the last hour.
    package var failures = 0
    /// The roles whose resources the visible ones use.
    package var roles: Set<String> = []

    package init() {}

    fileprivate mutating func add(_ running: MesosTask) {
        count += 1
        if running.state == "TASK_STAGING" || running.state == "TASK_STARTING" { staging += 1 }
        for role in running.roles { roles.insert(role) }
    }

    /// `tasks`: unknown when something is allocated on the agent that no visible task explains.
    package func reading(of agent: Agent) -> Reading { isWhole(on: agent) ? .integer(Int64(count)) : .unknown }

    /// `staging_tasks`: unknown together with `tasks`, for what is hidden may be staging too.
    package func stagingReading(of agent: Agent) -> Reading { isWhole(on: agent) ? .integer(Int64(staging)) : .unknown }

    private func isWhole(on agent: Agent) -> Bool { agent.allocatedRoles.allSatisfy(roles.contains) }
}

extension MesosSighting.Tasks {
    /// By agent, in one pass.
    package func tallies(now: Timestamp) -> [AgentID: TaskTally] {
        var tallies: [AgentID: TaskTally] = [:]
        for task in running {
            tallies[task.agent, default: TaskTally()].add(task)
        }
        for task in unreachable { tallies[task.agent, default: TaskTally()].count += 1 }
        let hourAgo = now - .seconds(3600)
        for task in completed where task.hasFailed {
            guard let since = task.since, since > hourAgo else { continue }
            tallies[task.agent, default: TaskTally()].failures += 1
        }
        return tallies
    }
}

extension TaskTally {
    /// That agents have something in use which no visible task explains, for people: so many, and the first of them by their names.
    package static func unexplained(on agents: [String]) -> String {
        let shown = agents.prefix(shownMax).joined(separator: ", ") + (agents.count > shownMax ? ", …" : "")
        return "\(agents.count) agents have resources in use that no task we see explains: \(shown)"
    }

    private static let shownMax = 5
}
