import Fleet
import Replacing

/// What is seen, before it becomes a look: so that a test can make any of it unknown.
struct Sight {
    var vital: Vital
    var facts: NodeFacts?
    var isAgentListed: Bool?
    var agent: AgentID?
    var tasksLeft: Int?
    var membersLeft: [ServiceMember]?
    var registeredHere: [ServiceMember]?
    var services: [ServiceName: ServiceStatus]
    var readAt: [Action.Scope: Timestamp]
    var successors: [Look.Successor]
    var isMesosNew: Bool?
    var isStillWanted: Bool?
    var isSuccessorFailing: Bool?
    var entrances: [Entrance]?
    var isDetached: Bool?
    var canMoveAfterLeave: Bool?
    var watchedSince: Timestamp?
    var resources: [ServiceMember: [String]]
}

extension World {
    func look() -> Look {
        var sight = sight()
        seen(&sight)
        return Look(
            now: now, vital: sight.vital, vitalReason: "\(sight.vital)", facts: sight.facts, isAgentListed: sight.isAgentListed, agent: sight.agent,
            tasksLeft: sight.tasksLeft, membersLeft: sight.membersLeft, registeredHere: sight.registeredHere, services: sight.services,
            readAt: sight.readAt, successors: sight.successors, isMesosNew: sight.isMesosNew, pool: pool, isStillWanted: sight.isStillWanted,
            isSuccessorFailing: sight.isSuccessorFailing, targetImage: "ami-2",
            resources: sight.resources, entrances: sight.entrances, isDetached: sight.isDetached, hooks: hooks, canMoveAfterLeave: sight.canMoveAfterLeave,
            watchedSince: sight.watchedSince, isAhead: isAhead, plan: isByTerraform ? plan : nil, application: isByTerraform ? application : nil,
            crowding: crowding?.compactMap(\.first), hasGroupItsAll: hasGroupItsAll)
    }

    private var isByTerraform: Bool { if case .terraform? = pool.provision { true } else { false } }

    /// Made anew for each time that one is asked to be applied.
    private var plan: TerraformPlanSighting {
        let number = replacement.intents.count { if case .apply = $0.action { true } else { false } } + 1
        let made = PlannedReplacement(
            plan: "p\(number)", pool: "private", address: "aws_instance.agent[\"a1\"]", old: "i-old", isGone: ec2 == .terminated, image: freshImage,
            isForced: true)
        return TerraformPlanSighting(replacement: replacement.id, instance: "i-old", madeAt: now, verdict: planned ?? .good(made))
    }

    /// Of a plan that nobody has begun to apply, it is known after a while that this is so.
    private var application: ApplicationStanding? {
        guard let asked = replacement.intents.last(where: { if case .apply = $0.action { true } else { false } }), case .apply(let planned) = asked.action
        else { return nil }
        return applications[planned.plan] ?? (now - asked.at > .seconds(15) ? .notApplied("it was not begun") : nil)
    }

    private func sight() -> Sight {
        var readings = [Action.Scope.mesos: readAt, .ec2: readAt]
        for name in clusters.keys { readings[.service(name)] = readAt }
        let here = clusters.values.filter(\.isHere)
        return Sight(
            vital: vital ?? vitalByTruth, facts: facts, isAgentListed: mesosState != nil, agent: mesosState == nil ? nil : Self.agent,
            tasksLeft: (mesosState == nil ? 0 : tasks) + here.count, membersLeft: here.map(\.member),
            registeredHere: here.filter(\.isRunning).map(\.member), services: clusters.mapValues { $0.status(at: readAt) }, readAt: readings,
            successors: fresh.map(successor), isMesosNew: isMesosNew, isStillWanted: isStillWanted, isSuccessorFailing: isSuccessorFailing,
            entrances: isDetached ? (isDetachedFromTheStart ? nil : []) : [.classic("web")], isDetached: isDetached, canMoveAfterLeave: canMoveAfterLeave,
            watchedSince: nil,
            resources: Dictionary(uniqueKeysWithValues: clusters.values.map { ($0.member, ["\($0.name)-volume"]) }))
    }

    private var vitalByTruth: Vital {
        if ec2 == .shuttingDown || ec2 == .terminated { return isTerminatedByUs ? .dead : .departed }
        if mesosState != nil { return .living }
        return isHostUp ? .stray : .dead
    }

    private var facts: NodeFacts {
        var facts = NodeFacts(id: Self.node)
        facts[.instanceID] = .text("i-old")
        facts[.ec2State] = .text(ec2.rawValue)
        facts[.mesosState] = .text((mesosState ?? .absent).rawValue)
        return facts
    }

    private func successor(_ fresh: Fresh) -> Look.Successor {
        let hasJoined = isFreshGood && now - fresh.launchedAt >= .seconds(150)
        return Look.Successor(
            node: NodeID(fresh.instance.rawValue), instance: fresh.instance, image: freshImage, state: fresh.state, launchedAt: fresh.launchedAt,
            agent: hasJoined ? freshAgent : nil, mesosState: hasJoined ? .active : nil, dcosHealth: hasJoined ? dcosHealth : nil,
            hasAttributes: hasJoined ? true : nil, isInService: isDetachedFromTheStart || fresh.isInService)
    }

    private var isDetachedFromTheStart: Bool { !actions.contains { if case .detach = $0 { true } else { false } } }
}
