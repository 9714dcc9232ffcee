internal import Fleet
internal import Replacing
internal import Rounds

/// What every step rests on, by the world.
extension Checker {
    static let steps = [lookedAt, cordoned, keptFromOffers, movedFirst, drainedFirst, leftFirst, fenced, restartedFirst, placeable, trulyDone, launchedFirst]

    /// How old what a harmful call rests on may be: a few seconds, with the time from the question to the round.
    private static let lookedWithin = Duration.seconds(20)

    static let lookedAt = Checker("looked-at", "whatever does harm, and the end of the first look, rest on what was read whole within seconds") {
        moment, evidence in
        guard case .round(let report) = moment else { return [] }
        return report.transitions.flatMap { entry -> [String] in
            guard let work = evidence.truth.replacements[entry.replacement] else { return [] }
            let needed: [String]
            let what: String
            switch entry.transition {
            case .intended(let intent) where intent.action.isHarmful:
                needed = intent.action.restsOn
                what = "\(intent.action)"
            // One that was found to have departed later on goes on without it.
            case .stepped
            where evidence.truth.entries[entry.replacement]?.first(where: \.isStep) == entry
                && (work.order != .departed || evidence.truth.entries[entry.replacement]?.contains(where: \.isReordering) == false):
                needed = ["mesos", "ec2", "services"]
                what = "validate"
            default: return []
            }
            return needed.compactMap { source in
                // Where nobody lives there is no scheduler to ask.
                if source == "services", work.moves.isEmpty, evidence.truth.hadNobody(work, in: evidence.world) { return nil }
                guard let at = evidence.readAt[source] else { return "\(what) of \(work.node) is decided, and \(source) was never read" }
                let age = evidence.now - at
                return age > lookedWithin ? "\(what) of \(work.node) is decided on what \(source) said \(age.text) ago" : nil
            }
        }
    }

    static let cordoned = Checker("cordoned", "no member is sent away from an agent that takes offers, to which it might come back") { moment, evidence in
        guard case .before(let errand) = moment, case .replaceMember(let member, _, _) = errand.action else { return [] }
        guard let (service, broker) = evidence.find(member), let work = evidence.truth.replacements[errand.replacement] else { return [] }
        let position = evidence.world.services[service].brokers[broker].position
        guard evidence.world.machines[position].instance == work.instance else { return [] }
        guard evidence.isOld(evidence.truth.offeredSince[evidence.world.machines[position].instance]) else { return [] }
        return ["\(member) is sent away from \(work.node), which takes offers"]
    }

    static let keptFromOffers = Checker("kept-from-offers", "nothing on a living node is ended while it takes offers, for what ends is started there again") {
        moment, evidence in
        guard case .before(let errand) = moment, let work = evidence.truth.replacements[errand.replacement] else { return [] }
        switch errand.action {
        case .drain, .drainHost: break
        default: return []
        }
        guard [.living, .launchFirst].contains(work.order), let position = evidence.target(of: errand.action) else { return [] }
        let machine = evidence.world.machines[position]
        return evidence.isOld(evidence.truth.offeredSince[machine.instance]) ? ["\(errand.action) is done while \(machine.instance) takes offers"] : []
    }

    static let movedFirst = Checker(
        "moved-first", "a living node is not drained, nor its agent asked to leave, while a broker has its place there: it is to be moved before"
    ) { moment, evidence in
        guard case .before(let errand) = moment, let work = evidence.truth.replacements[errand.replacement], [.living, .launchFirst].contains(work.order),
            let position = evidence.target(of: errand.action)
        else { return [] }
        switch errand.action {
        case .drain, .drainHost, .leave: break
        default: return []
        }
        let staying = evidence.brokers(on: position).filter { evidence.couldBeSeen(evidence.startOfTask($0.service, $0.broker)) }
        return staying.map { "\(errand.action) is done with broker \($0.broker) of \(evidence.world.services[$0.service].name) there" }
    }

    static let drainedFirst = Checker(
        "drained-first", "the agent of a living node is not asked to leave while something runs there that was to be drained: it ends with the agent"
    ) { moment, evidence in
        guard case .before(let errand) = moment, case .leave = errand.action, let work = evidence.truth.replacements[errand.replacement],
            [.living, .launchFirst].contains(work.order), let position = evidence.target(of: errand.action)
        else { return [] }
        // An agent that has come back after it was asked is asked again, whatever has come with it.
        let isFirst = !work.intents.contains { intent in
            if case .leave = intent.action { intent.number < errand.intent ?? 0 && !intent.wasRefused } else { false }
        }
        let tasks = evidence.world.machines[position].tasks.filter { evidence.couldBeSeen($0.statuses.first?.at) }
        guard isFirst, let first = tasks.first else { return [] }
        return ["\(errand.action) is done with \(tasks.count) tasks there, \(first.id) among them"]
    }

    static let leftFirst = Checker("left-first", "the machine of a living node is not ended while Mesos lists its agent, which would be waited for") {
        moment, evidence in
        guard case .before(let errand) = moment, let position = evidence.terminated(by: errand.action),
            let work = evidence.truth.replacements[errand.replacement], [.living, .launchFirst].contains(work.order)
        else { return [] }
        let machine = evidence.world.machines[position]
        let registeredAt = max(machine.registeredTime, machine.reregisteredTime ?? machine.registeredTime)
        guard machine.ec2State == .running, machine.isListed, evidence.couldBeSeen(registeredAt) else { return [] }
        return ["\(machine.instance) is ended, and Mesos lists its agent"]
    }

    static let launchedFirst = Checker("launched-first", "in a launch-first pool nothing is taken from a node before the fresh one has joined") {
        moment, evidence in
        guard case .before(let errand) = moment, errand.action.isHarmful, let work = evidence.truth.replacements[errand.replacement],
            work.order == .launchFirst
        else { return [] }
        let fresh = evidence.world.machines.first { $0.instance == work.successor }
        return fresh?.agent == nil ? ["\(errand.action) is done, and no fresh node has joined for \(work.node)"] : []
    }

    static let fenced = Checker("fenced", "what is called dead is ended or stopped before its agent is marked gone or its members start elsewhere") {
        moment, evidence in
        guard case .before(let errand) = moment, let work = evidence.truth.replacements[errand.replacement] else { return [] }
        switch errand.action {
        case .markGone: break
        case .replaceMember where [.dead, .departed, .stray].contains(work.order): break
        default: return []
        }
        guard let machine = evidence.world.machines.first(where: { $0.instance == work.instance }) else { return [] }
        let isEnded = machine.ec2State == .terminated || machine.ec2State == .shuttingDown || machine.isHostStopped
        return isEnded ? [] : ["\(errand.action) is done while \(machine.instance) is \(machine.ec2State.rawValue)"]
    }

    static let restartedFirst = Checker("restarted-first", "a host that answers is stopped only after its agent was started again, and had time to come back") {
        moment, evidence in
        guard case .before(let errand) = moment, case .stopHost = errand.action else { return [] }
        guard let work = evidence.truth.replacements[errand.replacement], let machine = evidence.world.machines.first(where: { $0.instance == work.instance }),
            machine.hostAnswers
        else { return [] }
        let restarts = work.intents.filter { if case .restartAgent = $0.action { true } else { false } }
        guard let first = restarts.first else { return ["\(work.node) is stopped, and its agent was never started again"] }
        // By the program's own time, which may stay ahead of its clock.
        let decidedAt = work.intents.first { $0.number == errand.intent }?.at ?? evidence.now + evidence.skew
        let waited = decidedAt - first.at
        return waited < .seconds(420) ? ["\(work.node) is stopped \(waited.text) after its agent was started again"] : []
    }

    static let placeable = Checker("placeable", "no member is sent away that has no place to go to") { moment, evidence in
        guard case .before(let errand) = moment, case .replaceMember(let member, _, _) = errand.action else { return [] }
        guard let (service, broker) = evidence.find(member), let work = evidence.truth.replacements[errand.replacement] else { return [] }
        // What is dead has lost its place already.
        guard [.living].contains(work.order), evidence.truth.out(service, broker) == nil else { return [] }
        let taken = Set(evidence.world.services[service].brokers.map(\.position))
        let able = evidence.world.machines.indices.filter { position in
            let machine = evidence.world.machines[position]
            let isThere = machine.takesWork || (machine.ec2State == .running && !machine.isPublic && machine.agent != nil)
            return isThere && !taken.contains(position) && machine.instance != work.instance
        }
        return able.isEmpty ? ["\(member) is sent away, and no other agent could take it"] : []
    }

    static let trulyDone = Checker("truly-done", "what is called done is done: the old machine is no more, and the fresh one has been well for its probation") {
        moment, evidence in
        guard case .round(let report) = moment else { return [] }
        return report.transitions.flatMap { entry -> [String] in
            guard case .ended(let outcome) = entry.transition, outcome.kind == .done, let work = evidence.truth.replacements[entry.replacement] else {
                return []
            }
            var found: [String] = []
            if let old = evidence.world.machines.first(where: { $0.instance == work.instance }), old.ec2State == .running || old.ec2State == .pending {
                found.append("\(work.node) is called replaced, and is \(old.ec2State.rawValue)")
            }
            found += evidence.leftBehind(by: work)
            guard let fresh = evidence.world.machines.first(where: { $0.instance == work.successor }) else {
                return found + ["\(work.node) is called replaced, by nobody"]
            }
            if !fresh.isListed, evidence.couldBeSeen(evidence.truth.unwellSince[fresh.instance]) || fresh.agent == nil {
                found.append("\(fresh.instance) is called done, and Mesos does not list it")
            }
            // Of what its registration said; a clock that steps makes it shorter, and with a new leader every agent registers anew.
            if evidence.skew == .zero, evidence.now - evidence.world.leadership.electedTime > .seconds(2400),
                evidence.now - fresh.registeredTime < .seconds(840)
            {
                found.append("\(fresh.instance) is called done \((evidence.now - fresh.registeredTime).text) after it has joined")
            }
            return found
        }
    }
}

extension Evidence {
    /// Whether Mesos has been read, and told the truth, since it came to be so.
    fileprivate func couldBeSeen(_ since: Timestamp?) -> Bool {
        guard let since, let readAt = truth.mesosReadAt else { return false }
        return isOld(since) && readAt > since
    }

    /// What is still there of a machine that is called replaced.
    fileprivate func leftBehind(by work: Replacement) -> [String] {
        guard let position = world.machines.firstIndex(where: { $0.instance == work.instance }) else { return [] }
        var found: [String] = []
        switch world.machines[position].listing {
        case .never, .removed, .gone: break
        case .listed, .recovered, .unreachable:
            // One that has come anew, a moment before the end, has nothing on it that anybody waits for.
            guard world.machines[position].agent == work.agent || !world.machines[position].tasks.isEmpty else { break }
            // Of one that came and was lost between two looks nobody knows.
            guard world.machines[position].agent.map(truth.seenAgents.contains) ?? false else { break }
            found.append("\(work.node) is called replaced, and Mesos still waits for its agent")
        }
        for service in world.services {
            for broker in service.brokers where world.hasPlace(broker, on: position) {
                found.append("\(work.node) is called replaced, and broker \(broker.number) of \(service.name) still has its place there")
            }
        }
        return found
    }
}

extension Intent {
    fileprivate var wasRefused: Bool { if case .refused? = answer?.outcome { true } else { false } }
}

extension TransitionEntry {
    fileprivate var isReordering: Bool { if case .reordered = transition { true } else { false } }
    var isStep: Bool { if case .stepped = transition { true } else { false } }
}

extension Action {
    /// What it rests on, by the contract: who lives there, what Mesos says, and where a machine is ended what EC2 says.
    var restsOn: [String] {
        switch self {
        case .deactivate: ["mesos"]
        case .replaceMember, .moveInstance, .drain, .drainHost, .leave: ["mesos", "services"]
        case .restartAgent: ["mesos", "ec2"]
        case .stopHost, .markGone, .terminate, .retire: ["mesos", "ec2", "services"]
        case .apply(let planned): planned.isGone ? [] : ["mesos", "ec2", "services"]
        case .look, .reactivate, .startHost, .beforeDrain, .detach, .attach, .keepConsole, .launch, .ready: []
        }
    }
}

extension Truth {
    /// Whether no broker has lived on its machine since it began, as far as the world shows it now.
    func hadNobody(_ work: Replacement, in world: World) -> Bool {
        guard let position = world.machines.firstIndex(where: { $0.instance == work.instance }) else { return true }
        return !world.services.contains { $0.brokers.contains { world.hasPlace($0, on: position) } }
    }
}
