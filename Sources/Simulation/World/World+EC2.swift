internal import Fleet

/// What EC2, its groups and SSM do.
extension World {
    /// From the call to `terminated`.
    private static let shutDownDuration = Duration.seconds(40)
    /// How long EC2 lists a terminated instance: about an hour.
    private static let listedAfterTermination = Duration.seconds(3600)
    /// How long an Auto Scaling group takes to notice that a machine is missing.
    static let groupDelay = Duration.seconds(60)
    private static let bootDuration = Duration.seconds(20)
    /// From launch until both checks pass and the agent registers.
    private static let joinDuration = Duration.seconds(200)

    mutating func passChecks(_ position: Int) {
        machines[position].systemCheck = .ok
        machines[position].systemImpairedSince = nil
        passInstanceCheck(position)
    }

    mutating func passInstanceCheck(_ position: Int) {
        machines[position].instanceCheck = .ok
        machines[position].instanceImpairedSince = nil
    }

    mutating func scheduleRetirement(_ position: Int, after: Duration) {
        machines[position].scheduledEvents.append(
            InstanceStatus.ScheduledEvent(
                code: "instance-retirement", notBefore: now + after, summary: "The instance is running on degraded hardware"))
    }

    /// - Parameters:
    ///   - reason: what EC2 says of it.
    ///   - isReplaced: whether its group, where it has one, launches another for it.
    mutating func terminate(_ position: Int, successorJoins: Bool, reason: String = "Client.UserInitiatedShutdown", isReplaced: Bool = true) {
        guard machines[position].ec2State == .running || machines[position].ec2State == .pending else { return }
        machines[position].ec2State = .shuttingDown
        machines[position].shutDownSince = now
        machines[position].stateReason = reason
        // The shut-down ends the processes one by one, so their connections are closed properly.
        if machines[position].process == .running { killAgent(position) }
        plan(.shutDown(position), in: Self.shutDownDuration)
        if isReplaced, machines[position].group != nil { plan(.successorLaunched(of: position, joins: successorJoins), in: Self.groupDelay) }
    }

    mutating func finishTermination(_ position: Int) {
        machines[position].ec2State = .terminated
        machines[position].terminatedAt = now
        machines[position].scheduledEvents = []
        plan(.forgotten(position), in: Self.listedAfterTermination)
    }

    mutating func launchSuccessor(of position: Int, joins: Bool) {
        if isShortOfCapacity || areLaunchesSuspended { return plan(.successorLaunched(of: position, joins: joins), in: Self.groupDelay) }
        let old = machines[position]
        let parameter = old.isPublic ? Self.publicParameter : Self.privateParameter
        let image = isTemplateStale ? old.image : parameters.first { $0.name == parameter }.map { ImageID($0.value) } ?? old.image
        let zone = Self.zones.firstIndex(of: old.zone) ?? 0
        let added = addMachine(isPublic: old.isPublic, zone: zone, image: image, launchTime: now)
        tell("The group \(old.group ?? "") launches \(name(added)) instead of \(old.instance)\(joins ? "" : "; it will never join")")
        boot(added, joins: joins, within: pace?.rejoining(for: position))
    }

    mutating func boot(_ position: Int, joins: Bool, within duration: Duration? = nil) {
        plan(.instanceRuns(position), in: Self.bootDuration)
        plan(.checksDone(position, joins: joins && !spoiledImages.contains(machines[position].image)), in: duration ?? Self.joinDuration)
    }

    mutating func finishBoot(_ position: Int, joins: Bool) {
        guard machines[position].ec2State == .running else { return }
        machines[position].systemCheck = .ok
        machines[position].instanceCheck = .ok
        guard joins else { return }
        machines[position].process = .running
        register(position)
        if machines[position].isConnected { tell("\(name(position)) has joined") }
    }

    mutating func releaseImage(_ name: String, parameter: String) {
        addImage(name: name, creationTime: now)
        let id = images[images.count - 1].image.id
        tell("The image \(name) (\(id)) is built, and \(parameter) points at it")
        guard let position = parameters.firstIndex(where: { $0.name == parameter }) else { return }
        parameters[position].value = id.rawValue
        parameters[position].version += 1
        parameters[position].lastModified = now
    }
}
