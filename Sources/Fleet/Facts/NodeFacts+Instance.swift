extension NodeFacts {
    /// The facts that `DescribeInstances` tells.
    package mutating func tell(_ instance: Instance) {
        self[.instanceID] = .text(instance.id.rawValue)
        self[.ec2State] = .text(instance.state.rawValue)
        self[.zone] = .text(instance.zone)
        self[.imageID] = .text(instance.image.rawValue)
        self[.launchTime] = .time(instance.launchTime)
        self[.instanceType] = .text(instance.type)
        self[.asg] = Reading(instance.group)
        self[.lifecycle] = Reading(instance.lifecycle)
        self[.tags] = .text(JSONText.object(instance.tags.map { ($0.key, $0.value) }))
    }

    /// The facts that `DescribeInstanceStatus` tells; only running instances have any.
    package mutating func tell(_ status: InstanceStatus?, of instance: Instance) {
        guard let status else {
            let reading: Reading = instance.state == .running ? .unknown : .none
            for fact in [Fact.systemStatus, .instanceStatus, .scheduledEvent, .scheduledEventTime] { self[fact] = reading }
            return
        }
        self[.systemStatus] = .text(status.system.rawValue)
        self[.instanceStatus] = .text(status.instance.rawValue)
        // A reboot tomorrow is not to hide that the machine is taken away next week.
        let next = status.events.first(where: \.endsInstance) ?? status.events.first
        self[.scheduledEvent] = Reading(next?.code)
        self[.scheduledEventTime] = next.map { $0.notBefore.map(Reading.time) ?? .unknown } ?? .none
    }

    /// `image_outdated`, from what is known of the two images.
    package mutating func compareImages() {
        switch (self[.imageID], self[.targetImageID]) {
        case (.text(let image), .text(let target)): self[.imageOutdated] = .boolean(image != target)
        case (_, .none): self[.imageOutdated] = .none
        default: self[.imageOutdated] = .unknown
        }
    }
}
