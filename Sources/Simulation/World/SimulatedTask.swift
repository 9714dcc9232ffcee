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
        case broker(service: Int, number: Int)
        /// A service's scheduler, which Marathon runs.
        case scheduler(service: Int)
        /// An instance of a Marathon app that may run anywhere.
        case app
        /// An instance of a Marathon app that belongs on its machine.
        case tiedApp
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
    package var isBroker: Bool { if case .broker = kind { true } else { false } }
    /// Whether Marathon runs it.
    package var isMarathons: Bool {
        switch kind {
        case .scheduler, .app, .tiedApp: true
        case .broker, .job: false
        }
    }
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
        /// By a framework, with the labels by which it knows it again: `resource_id` of the SDK's schedulers, for one.
        case dynamic(principal: String, labels: [Label])
    }

    package struct Label: Hashable, Sendable {
        package let key: String
        package let value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
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

    /// By which an SDK scheduler knows a reservation again.
    package var resourceID: String? {
        guard case .dynamic(_, let labels) = reservation else { return nil }
        return labels.first { $0.key == "resource_id" }?.value
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
