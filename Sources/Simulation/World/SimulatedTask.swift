package import Fleet

/// A task of the invented cluster, with every status update that it has had.
package struct SimulatedTask: Sendable {
    package let id: TaskID
    package let name: String
    /// The position of its framework in `World.frameworks`.
    package let framework: Int
    package let kind: Kind
    package let agent: AgentID
    package let agentIP: String
    package let container: String
    package let executorPID: Int
    package let allotments: [Allotment]
    package internal(set) var statuses: [Status]

    package enum Kind: Hashable, Sendable {
        /// A Kafka broker: a member of a service, with a persistent volume.
        case broker
        /// An instance of a Marathon app.
        case app
        /// A run of a Metronome job.
        case job
    }

    package struct Status: Hashable, Sendable {
        package let state: String
        package let at: Timestamp
        /// As the executor numbered it; nil where the master itself made the update.
        package let uuid: String?
        package var reason: String?
        package var message: String?
        /// Set where the master gave the agent up.
        package var unreachableTime: Timestamp?
    }

    package var state: String { statuses[statuses.count - 1].state }
    package var roles: [String] { Set(allotments.map(\.role)).sorted() }
}

/// Some of a machine's resources, reserved or used.
package struct Allotment: Hashable, Sendable {
    package let name: String
    package let amount: Amount
    package let role: String
    package let reservation: Reservation
    package let volume: Volume?

    package enum Amount: Hashable, Sendable {
        case scalar(Double)
        /// Ports, for one.
        case ranges([ClosedRange<Int>])
    }

    package enum Reservation: Hashable, Sendable {
        /// Anybody's: role `*`.
        case none
        /// By the agent's own configuration.
        case fixed
        /// By a framework, with the label by which the SDK's schedulers know it again.
        case dynamic(principal: String, resourceID: String)
    }

    package struct Volume: Hashable, Sendable {
        package let id: String
        package let path: String
    }

    package init(_ name: String, _ amount: Amount, role: String = "*", reservation: Reservation = .none, volume: Volume? = nil) {
        self.name = name
        self.amount = amount
        self.role = role
        self.reservation = reservation
        self.volume = volume
    }
}

/// A scheduler of the invented cluster.
package struct SimulatedFramework: Hashable, Sendable {
    package let id: FrameworkID
    package let name: String
    package let role: String
    package let principal: String
    /// The DC/OS service name, which the SDK's schedulers carry as a label.
    package let service: String?
    package internal(set) var registeredTime: Timestamp
}
