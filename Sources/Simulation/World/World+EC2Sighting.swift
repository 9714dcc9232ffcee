package import Fleet

extension World {
    /// What a poll of EC2 and of the pools' image sources brings at `time`: the same as `Demo` answers over the wire.
    ///
    /// - Parameter readsSSM: whether SSM's agents are asked for as well.
    package mutating func ec2Sighting(pools: [Pool], readsSSM: Bool = false, at time: Timestamp) -> EC2Sighting {
        advance(to: time)
        let refused = SourceFailure("the invented EC2 answers 503 RequestLimitExceeded: Request limit exceeded.")
        let swept = machines.filter { machine in machine.isListedByEC2 && pools.contains { $0.selector.mayMatch(machine) } }
        let targets = pools.compactMap { pool in pool.image.map { (pool.name, target(of: $0)) } }
        let isRefused = isThrottled(.ec2)
        let used = Set(swept.map(\.image))
        return EC2Sighting(
            instances: isRefused ? .failure(refused) : .success(swept.map(instance)),
            statuses: isRefused ? .failure(refused) : .success(swept.filter { $0.ec2State == .running }.map(status)),
            images: isRefused ? .failure(refused) : .success(images.map(\.image).filter { used.contains($0.id) }),
            targets: Dictionary(targets, uniquingKeysWith: { first, _ in first }), pings: readsSSM ? pings() : nil,
            groups: groups(of: pools, isRefused: isRefused))
    }

    /// The Auto Scaling groups that pools are selected by; nil where none is.
    private func groups(of pools: [Pool], isRefused: Bool) -> Result<[AutoScalingGroup], SourceFailure>? {
        let names = pools.groups
        if names.isEmpty { return nil }
        if isRefused { return .failure(SourceFailure("the invented Auto Scaling answers 400 Throttling: Rate exceeded")) }
        return .success(names.contains(Self.group) ? [autoScalingGroup] : [])
    }

    /// The one group, of the private agents.
    package var autoScalingGroup: AutoScalingGroup {
        let founded = shape.agents - shape.publicAgents
        let size = founded + hands.launchedOnTop
        // What is put into it by a call of its own is bounded as a group bounds it.
        let least = attachesWhatItLaunches ? size : founded
        let members = machines.filter { $0.group == Self.group && $0.ec2State != .terminated }
        let template = LaunchTemplate(id: "lt-0de30dc05a6e47001", name: Self.group, version: "$Latest")
        return AutoScalingGroup(
            name: Self.group, desired: size, min: least, max: isAttended ? least + 2 : least, template: template,
            instances: members.map { AutoScalingGroup.GroupInstance(id: $0.instance, lifecycle: $0.lifecycle, isProtected: false) }.sorted { $0.id < $1.id },
            suspended: areLaunchesSuspended ? ["Launch"] : [])
    }

    package func instance(_ machine: Machine) -> Instance {
        Instance(
            id: machine.instance, image: machine.image, state: machine.ec2State, privateIP: machine.ec2State == .terminated ? nil : machine.privateIP,
            zone: machine.zone, subnet: machine.ec2State == .terminated ? nil : machine.subnet, type: machine.type, launchTime: machine.launchTime.wholeSeconds,
            lifecycle: machine.isSpot ? "spot" : nil, tags: machine.tags, stateReason: machine.stateReason)
    }

    package func status(_ machine: Machine) -> InstanceStatus {
        let events = machine.scheduledEvents.map { event in
            InstanceStatus.ScheduledEvent(code: event.code, notBefore: event.notBefore?.wholeSeconds, summary: event.summary)
        }
        return InstanceStatus(id: machine.instance, system: machine.systemCheck, instance: machine.instanceCheck, events: events)
    }

    private func target(of source: Pool.ImageSource) -> Result<EC2Sighting.TargetImage, SourceFailure> {
        switch source {
        case .id(let id): return target(id, since: nil)
        case .parameter(let name):
            if isThrottled(.ssm) { return .failure(SourceFailure("the invented SSM answers 400 ThrottlingException: Rate exceeded")) }
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                return .failure(SourceFailure("the invented SSM answers 400 ParameterNotFound: Parameter \(name) not found."))
            }
            return target(ImageID(parameter.value), since: parameter.lastModified)
        case .newest(let owners, let name, let tags):
            let able = images.filter { owned in
                (owners.contains("self") || owners.contains(Self.account)) && owned.image.state == "available"
                    && (name.map { Glob($0).matches(owned.image.name ?? "") } ?? true) && tags.allSatisfy(owned.tags.contains)
            }
            guard let newest = able.max(by: { $0.image.creationTime < $1.image.creationTime }) else {
                return .failure(SourceFailure("no available image matches"))
            }
            return target(newest.image.id, since: newest.image.creationTime)
        case .group(Self.group): return target(of: .parameter(Self.privateParameter))
        case .launchTemplate, .group: return .failure(SourceFailure("the invented AWS has no launch templates and no such group"))
        }
    }

    private func target(_ id: ImageID, since: Timestamp?) -> Result<EC2Sighting.TargetImage, SourceFailure> {
        if isThrottled(.ec2) { return .failure(SourceFailure("the invented EC2 answers 503 RequestLimitExceeded: Request limit exceeded.")) }
        guard let owned = images.first(where: { $0.image.id == id }) else {
            return .failure(SourceFailure("the invented EC2 answers 400 InvalidAMIID.NotFound: The image id '[\(id)]' does not exist"))
        }
        let image = Image(id: id, name: owned.image.name, state: owned.image.state, creationTime: owned.image.creationTime.wholeSeconds)
        return .success(EC2Sighting.TargetImage(image: image, since: since))
    }
}

extension Machine {
    /// What Auto Scaling calls its state.
    package var lifecycle: String {
        switch ec2State {
        case .pending: "Pending"
        case .running: hookWait == nil ? "InService" : "Terminating:Wait"
        case .shuttingDown, .stopping, .stopped, .terminated: "Terminating"
        }
    }
}

extension Pool.Selector {
    /// Whether EC2 alone can tell that a machine is in the pool; attributes are the agent's and decided at the join.
    fileprivate func mayMatch(_ machine: Machine) -> Bool {
        tags.allSatisfy(machine.tags.contains) && (groups.isEmpty || machine.group.map(groups.contains) ?? false)
    }
}

extension Timestamp {
    /// EC2 gives its times in whole seconds.
    package var wholeSeconds: Timestamp { Timestamp(milliseconds: milliseconds - milliseconds % 1000) }
}
