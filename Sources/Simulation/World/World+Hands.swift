package import Fleet
package import Replacing

/// What actions come to in the invented cluster: the effects that the real calls have, and the answers that they get.
///
/// Each can be called again, as in reality: what is done already is accepted once more, but a member that is replaced again moves again.
extension World {
    /// Does it now. The answer is the server's; what became of it is only seen.
    package mutating func carryOut(_ action: Action) -> Intent.Answer.Outcome {
        defer { settleServices() }
        switch action {
        case .look, .beforeDrain, .ready, .keepConsole, .attach, .detach: return .accepted
        case .deactivate, .reactivate, .drain, .markGone: return tellMaster(action)
        case .replaceMember(let member, _, _): return replaceByHand(member)
        case .moveInstance(let instance): return endInstance(instance)
        case .restartAgent, .stopHost, .drainHost, .startHost, .leave: return tellHost(action)
        case .terminate(let instance, let group):
            return endInstance(instance) { world, position in
                if group == nil { world.terminate(position, successorJoins: true) } else { world.endInGroup(position) }
            }
        case .retire(let instance, _):
            return endInstance(instance) { world, position in
                let machine = world.machines[position]
                guard machine.ec2State == .running || machine.ec2State == .pending, machine.hookWait == nil else { return }
                world.endInGroup(position, isReplaced: false)
                world.hands.launchedOnTop -= 1
            }
        case .apply(let planned): return apply(planned)
        case .launch(let pool, let image, let zone, let token): return launch(pool, image: image, zone: zone, token: token)
        }
    }

    /// What is remembered of calls that were made.
    struct HandsMemory: Sendable {
        /// The instance that each token has launched, by token.
        var launches: [String: InstanceID] = [:]
        /// How the application of each plan has ended, by its name; and the last plan of each address.
        var applications: [String: ApplicationStanding] = [:]
        var applied: [String: String] = [:]
        /// How many instances the group has above its size of old.
        var launchedOnTop = 0
    }

    /// Where an agent, a node or an instance is. Nil: nobody knows it.
    package func position(of agent: AgentID) -> Int? { machines.lastIndex { $0.agent == agent } }
    package func position(of instance: InstanceID) -> Int? { machines.firstIndex { $0.instance == instance } }
    package func position(of node: NodeID) -> Int? {
        position(of: InstanceID(node.rawValue))
            ?? (node.rawValue.hasPrefix("agent:") ? position(of: AgentID(String(node.rawValue.dropFirst(6)))) : nil)
    }

    // MARK: - Mesos

    private mutating func tellMaster(_ action: Action) -> Intent.Answer.Outcome {
        guard leadership.phase == .leading else { return .unanswered("503: No leader elected") }
        switch action {
        case .deactivate(let agent):
            guard let position = position(of: agent), machines[position].isListed else { return .refused("400: Unknown agent") }
            machines[position].isDeactivated = true
        case .reactivate(let agent):
            guard let position = position(of: agent), machines[position].isListed, machines[position].isDeactivated || machines[position].drain != nil else {
                return .refused("400: Agent is not deactivated")
            }
            if machines[position].drain?.state == .draining { return .refused("400: Agent is still in the DRAINING state") }
            machines[position].isDeactivated = false
            machines[position].drain = nil
            plan(.tasksPlaced(position), in: .seconds(30))
        case .drain(let agent):
            guard let position = position(of: agent), machines[position].isListed else { return .refused("400: Unknown agent") }
            if machines[position].drain == nil { startDrain(position, marksGone: false) }
        case .markGone(let agent):
            guard let position = position(of: agent) else { return .refused("404: Agent '\(agent)' not found") }
            switch machines[position].listing {
            case .listed, .recovered, .unreachable:
                markGone(position)
            case .gone: break
            case .never, .removed: return .refused("404: Agent '\(agent)' not found")
            }
        default: return .refused("400: no such call")
        }
        return .accepted
    }

    // MARK: - Hosts

    private mutating func tellHost(_ action: Action) -> Intent.Answer.Outcome {
        switch action {
        case .restartAgent(let node), .stopHost(let node), .drainHost(let node), .startHost(let node), .leave(let node):
            guard let position = position(of: node), machines[position].hostAnswers, machines[position].ssmSilentSince == nil else {
                return .refused("the invented SSM answers: Undeliverable")
            }
            tellHost(action, at: position)
            return .accepted
        default: return .refused("no such command")
        }
    }

    private mutating func tellHost(_ action: Action, at position: Int) {
        switch action {
        case .restartAgent:
            // Its executors run on, and it keeps its id.
            killAgent(position)
            if !machines[position].isAgentBroken { plan(.agentStarts(position, link: machines[position].link), in: .seconds(8)) }
        case .stopHost:
            machines[position].isHostStopped = true
            killAgent(position)
        case .startHost:
            machines[position].isHostStopped = false
            if machines[position].process == .stopped {
                endTasks(on: position, as: ending("TASK_FAILED", message: "Container exited"))
                plan(.agentStarts(position, link: machines[position].link), in: .seconds(8))
            }
        case .drainHost:
            endTasks(on: position, as: ending("TASK_FAILED", message: "Container exited"))
        case .leave:
            unregister(position)
        default: break
        }
    }

    // MARK: - EC2

    private mutating func endInstance(_ instance: InstanceID, _ end: (inout World, Int) -> Void) -> Intent.Answer.Outcome {
        if isThrottled(.ec2) { return .refused("503 RequestLimitExceeded: Request limit exceeded.") }
        guard let position = position(of: instance), machines[position].isListedByEC2 else {
            return .refused("400 InvalidInstanceID.NotFound: The instance ID '\(instance)' does not exist")
        }
        end(&self, position)
        return .accepted
    }

    /// Both in one act, as Terraform does it: the old one is ended, and one launched in its zone; the same plan is applied once.
    private mutating func apply(_ planned: PlannedReplacement) -> Intent.Answer.Outcome {
        if hands.applications[planned.plan] != nil { return .accepted }
        let zone = position(of: planned.old).map { machines[$0].zone }
        if !planned.isGone {
            let ended = endInstance(planned.old) { world, position in
                guard world.machines[position].ec2State == .running || world.machines[position].ec2State == .pending else { return }
                world.terminate(position, successorJoins: true, isReplaced: false)
                if !world.machines[position].isPublic { world.hands.launchedOnTop -= 1 }
            }
            guard ended == .accepted else { return ended }
        }
        hands.applied[planned.address] = planned.plan
        switch launch(planned.pool, image: planned.image, zone: zone, token: planned.plan) {
        case .launched(let fresh): hands.applications[planned.plan] = .applied(fresh)
        case .refused(let words), .unanswered(let words): hands.applications[planned.plan] = .failed(words)
        case .accepted: break
        }
        return .accepted
    }

    private mutating func launch(_ pool: PoolName, image: ImageID?, zone: String?, token: String) -> Intent.Answer.Outcome {
        if isThrottled(.ec2) { return .refused("503 RequestLimitExceeded: Request limit exceeded.") }
        if let known = hands.launches[token] { return .launched(known) }
        if isShortOfCapacity { return .refused("500 InsufficientInstanceCapacity: We currently do not have sufficient capacity") }
        let isPublic = pool == "public"
        let named = parameters.first { $0.name == (isPublic ? Self.publicParameter : Self.privateParameter) }.map { ImageID($0.value) }
        guard let image = image ?? named, images.contains(where: { $0.image.id == image && $0.image.state == "available" }) else {
            return .refused("400 InvalidAMIID.NotFound: The image does not exist")
        }
        let added = addMachine(
            isPublic: isPublic, zone: zone.flatMap { Self.zones.firstIndex(of: $0) } ?? 0, image: image, launchTime: now, isInGroup: attachesWhatItLaunches)
        if !isPublic, attachesWhatItLaunches { hands.launchedOnTop += 1 }
        tell("\(name(added)) is launched for \(token)")
        boot(added, joins: true)
        hands.launches[token] = machines[added].instance
        return .launched(machines[added].instance)
    }

    var isShortOfCapacity: Bool { noCapacityUntil.map { now < $0 } ?? false }

    // MARK: - Marathon

    private mutating func endInstance(_ instance: AppInstance) -> Intent.Answer.Outcome {
        guard leadership.phase == .leading else { return .unanswered("503: No leader elected") }
        func isMeant(_ task: SimulatedTask) -> Bool { task.appID == instance.app && (instance.isPod ? task.podInstance : task.id) == instance.task }
        guard let position = machines.indices.first(where: { machines[$0].isListed && machines[$0].tasks.contains { $0.isMarathons && isMeant($0) } }) else {
            return .refused(instance.isPod ? "404: Pod '\(instance.app)' does not exist" : "404: Task '\(instance.task)' does not exist")
        }
        endTasks(on: position, where: isMeant, as: ending("TASK_KILLED", message: "Command terminated with signal Terminated"))
        return .accepted
    }

    // MARK: - Schedulers

    private mutating func replaceByHand(_ member: ServiceMember) -> Intent.Answer.Outcome {
        guard let service = services.firstIndex(where: { $0.name == member.service.rawValue }) else { return .refused("404: no such service") }
        switch services[service].scheduler.route {
        case .answers: break
        case .badGateway: return .unanswered("502 Bad Gateway")
        case .notFound: return .refused("404: no such service")
        case .unavailable: return .refused("503 Service Unavailable")
        }
        guard let number = services[service].brokers.indices.first(where: { services[service].memberName($0) == member.member.rawValue }) else {
            return .refused("404: no such pod")
        }
        if services[service].kind == .community { return .refused("404: uri not found") }
        giveUp(number, of: service)
        return .accepted
    }
}
