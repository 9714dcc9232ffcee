/// An EC2 instance as `DescribeInstances` gives it.
package struct Instance: Hashable, Sendable {
    package let id: InstanceID
    package let image: ImageID
    package let state: State
    /// Nil once the instance is terminated.
    package let privateIP: String?
    package let zone: String
    /// Nil once the instance is terminated, and outside of a VPC.
    package let subnet: String?
    package let type: String
    package let launchTime: Timestamp
    /// `spot` or `scheduled`; nil for an ordinary one.
    package let lifecycle: String?
    /// By key. Sorted by key.
    package let tags: [Tag]
    /// Why it is as it is, where EC2 says so: `Client.UserInitiatedShutdown`.
    package let stateReason: String?

    package enum State: String, Hashable, Sendable, CaseIterable {
        case pending, running, stopping, stopped, terminated
        case shuttingDown = "shutting-down"
    }

    package struct Tag: Hashable, Sendable {
        package let key: String
        package let value: String
        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    package init(
        id: InstanceID, image: ImageID, state: State, privateIP: String?, zone: String, subnet: String? = nil, type: String, launchTime: Timestamp,
        lifecycle: String? = nil, tags: [Tag] = [], stateReason: String? = nil
    ) {
        self.id = id
        self.image = image
        self.state = state
        self.privateIP = privateIP
        self.zone = zone
        self.subnet = subnet
        self.type = type
        self.launchTime = launchTime
        self.lifecycle = lifecycle
        self.tags = tags
        self.stateReason = stateReason
    }

    package func tag(_ key: String) -> String? { tags.first { $0.key == key }?.value }

    /// The Auto Scaling group that launched it, by the tag that AWS itself sets.
    package var group: String? { tag("aws:autoscaling:groupName") }
}

/// What `DescribeInstanceStatus` says of one instance. An instance that is not running has none.
package struct InstanceStatus: Hashable, Sendable {
    package let id: InstanceID
    /// The host's check: power, network, hardware.
    package let system: Check
    /// The instance's own check: kernel, file system, network configuration.
    package let instance: Check
    /// Still to come; what EC2 calls completed or canceled is left out by the reader. Sorted by time.
    package let events: [ScheduledEvent]

    package enum Check: String, Hashable, Sendable, CaseIterable {
        case ok, impaired, initializing
        case insufficientData = "insufficient-data"
        case notApplicable = "not-applicable"
    }

    package struct ScheduledEvent: Hashable, Sendable {
        /// `instance-retirement`, `instance-stop`, `instance-reboot`, `system-reboot`, `system-maintenance`.
        package let code: String
        /// The earliest time at which EC2 will do it. Nil where it does not say.
        package let notBefore: Timestamp?
        package let summary: String

        /// Whether the instance is stopped or taken away, rather than rebooted or disturbed for a while.
        package var endsInstance: Bool { code == "instance-retirement" || code == "instance-stop" }

        package init(code: String, notBefore: Timestamp?, summary: String) {
            self.code = code
            self.notBefore = notBefore
            self.summary = summary
        }
    }

    package init(id: InstanceID, system: Check, instance: Check, events: [ScheduledEvent] = []) {
        self.id = id
        self.system = system
        self.instance = instance
        self.events = events
    }
}

/// A machine image as `DescribeImages` gives it.
package struct Image: Hashable, Sendable {
    package let id: ImageID
    package let name: String?
    /// `available`, `pending`, `invalid`, `deregistered`, `transient`, `failed`, `error`, `disabled`.
    package let state: String
    package let creationTime: Timestamp
    package let deprecationTime: Timestamp?

    package init(id: ImageID, name: String?, state: String, creationTime: Timestamp, deprecationTime: Timestamp? = nil) {
        self.id = id
        self.name = name
        self.state = state
        self.creationTime = creationTime
        self.deprecationTime = deprecationTime
    }
}
