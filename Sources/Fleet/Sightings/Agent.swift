/// A Mesos agent as the master's v1 operator API lists it.
package struct Agent: Hashable, Sendable {
    package let id: AgentID
    /// As the agent gave it; in DC/OS the private IP, elsewhere often `ip-10-0-1-15.ec2.internal`.
    package let hostname: String
    /// `slave(1)@10.0.1.11:5051`.
    package let pid: String
    /// False as soon as the connection is lost, and also while deactivated: alone it does not mean dead.
    package let isActive: Bool
    /// Set by an operator, or by draining. Always false before Mesos 1.9, which has no such thing.
    package let isDeactivated: Bool
    /// Present while an operator drains the agent, and after.
    package let drain: Drain?
    package let version: String
    /// When it first registered with this master's cluster, or came back from being unreachable.
    package let registeredTime: Timestamp
    package let reregisteredTime: Timestamp?
    /// By name, each value as text: scalars as numbers, ranges and sets in brackets. Sorted by name.
    package let attributes: [Attribute]
    /// The roles for which cpus or memory are allocated on it; explained by visible tasks, or tasks are hidden from us. Sorted.
    package let allocatedRoles: [String]
    /// Whether resources are reserved for DC/OS' `slave_public` role.
    package let reservesPublicRole: Bool
    /// Who has reserved something on it while it runs, each once, with nothing of how much. Static reservations are left out. Sorted.
    package let reservations: [Reservation]
    /// Its persistent volumes. Sorted by id.
    package let volumes: [Volume]
    /// What it has, and what of it is allocated. Nil where Mesos does not tell.
    package let resources: AgentResources?

    /// Whose a dynamic reservation is, as far as its labels and its principal say.
    package struct Reservation: Hashable, Sendable {
        package let role: String
        package let principal: String?
        /// The label `framework_id`, which schedulers of the DC/OS SDK set since 0.50.
        package let framework: FrameworkID?

        package init(role: String, principal: String? = nil, framework: FrameworkID? = nil) {
            self.role = role
            self.principal = principal
            self.framework = framework
        }

        /// Names it on its agent, where no other is the same.
        package var id: String { "reservation:\(role):\(principal ?? ""):\(framework?.rawValue ?? "")" }
    }

    /// A persistent volume: data that stays on the agent when its task ends.
    package struct Volume: Hashable, Sendable {
        /// `disk.persistence.id`.
        package let id: String
        package let owner: Reservation
        /// Where its task sees it, `kafka-1-broker-data`; nil where Mesos does not tell.
        package let path: String?

        package init(id: String, owner: Reservation, path: String? = nil) {
            self.id = id
            self.owner = owner
            self.path = path
        }
    }

    package enum Drain: String, Hashable, Sendable { case draining, drained }

    package struct Attribute: Hashable, Sendable {
        package let name: String
        package let value: String
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        id: AgentID, hostname: String, pid: String, isActive: Bool = true, isDeactivated: Bool = false, drain: Drain? = nil, version: String,
        registeredTime: Timestamp, reregisteredTime: Timestamp? = nil, attributes: [Attribute] = [], allocatedRoles: [String] = [],
        reservesPublicRole: Bool = false, reservations: [Reservation] = [], volumes: [Volume] = [], resources: AgentResources? = nil
    ) {
        self.id = id
        self.hostname = hostname
        self.pid = pid
        self.isActive = isActive
        self.isDeactivated = isDeactivated
        self.drain = drain
        self.version = version
        self.registeredTime = registeredTime
        self.reregisteredTime = reregisteredTime
        self.attributes = attributes
        self.allocatedRoles = allocatedRoles
        self.reservesPublicRole = reservesPublicRole
        self.reservations = reservations.sorted()
        self.volumes = volumes.sorted { $0.id < $1.id }
        self.resources = resources
    }
}

extension Agent.Reservation: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        (left.role, left.principal ?? "", left.framework?.rawValue ?? "") < (right.role, right.principal ?? "", right.framework?.rawValue ?? "")
    }
}

/// An agent that the master knows from before its failover and that is not back yet. It carries neither pid nor state.
package struct RecoveredAgent: Hashable, Sendable {
    package let id: AgentID
    package let hostname: String
    package let attributes: [Agent.Attribute]

    package init(id: AgentID, hostname: String, attributes: [Agent.Attribute] = []) {
        self.id = id
        self.hostname = hostname
        self.attributes = attributes
    }
}

/// A Mesos task, running or ended, as far as rules look at it.
package struct MesosTask: Hashable, Sendable {
    package let id: TaskID
    package let name: String
    package let framework: FrameworkID
    /// The framework's name; nil where it is not visible to us.
    package let frameworkName: String?
    package let agent: AgentID
    /// `TASK_RUNNING`, `TASK_FAILED`, …, as Mesos spells it.
    package let state: String
    /// When that state was reached, by the last status update. Nil while there is none.
    package let since: Timestamp?
    /// `REASON_…` of the last update, where there is one.
    package let reason: String?
    /// The last health check's result; nil without a check: absent is not unhealthy.
    package let isHealthy: Bool?
    /// The roles whose resources it uses. Sorted.
    package let roles: [String]
    /// What a scheduler of the DC/OS SDK writes on its tasks. Nil for all other tasks.
    package let labels: Labels?

    /// The few labels that say which part of which service a task is.
    package struct Labels: Hashable, Sendable {
        /// `task_type`: the kind of pod, `kafka`.
        package let type: String
        /// `index`: the pod's number among its kind; nil where an older scheduler left it out.
        package let index: Int?

        package init(type: String, index: Int?) {
            self.type = type
            self.index = index
        }
    }

    package init(
        id: TaskID, name: String, framework: FrameworkID, frameworkName: String?, agent: AgentID, state: String, since: Timestamp?, reason: String? = nil,
        isHealthy: Bool? = nil, roles: [String] = [], labels: Labels? = nil
    ) {
        self.id = id
        self.name = name
        self.framework = framework
        self.frameworkName = frameworkName
        self.agent = agent
        self.state = state
        self.since = since
        self.reason = reason
        self.isHealthy = isHealthy
        self.roles = roles
        self.labels = labels
    }

    /// Whether it has ended by itself going wrong: failed, lost or in error; what an operator or scheduler killed has not.
    package var hasFailed: Bool {
        switch state {
        case "TASK_FAILED", "TASK_ERROR", "TASK_LOST", "TASK_DROPPED": true
        default: false
        }
    }
}
