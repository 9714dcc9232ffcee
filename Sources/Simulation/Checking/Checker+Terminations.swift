internal import Fleet
internal import Replacing
internal import Rounds

/// What no instance may be ended for, or with.
extension Checker {
    static let terminations = [emptyNode, decided, kept, justified, braked, seen]

    static let emptyNode = Checker(
        "empty-node", "no instance is terminated on which a task, a volume not abandoned or a registered broker lives, unless the node is dead"
    ) { moment, evidence in
        guard case .before(let errand) = moment, let position = evidence.terminated(by: errand.action) else { return [] }
        let machine = evidence.world.machines[position]
        guard machine.ec2State == .running else { return [] }
        let living = evidence.brokers(on: position).filter { evidence.world.services[$0.service].brokers[$0.broker].isRegistered }
        var found = living.filter { evidence.isOld(evidence.startOfTask($0.service, $0.broker)) }.map {
            "\(machine.instance) is terminated with the registered broker \($0.broker) of \(evidence.world.services[$0.service].name)"
        }
        if evidence.isDead(machine) { return found }
        // It answers again since the decision was made.
        if let silent = evidence.truth.lastSilent[machine.instance], !evidence.isOld(silent) { return found }
        let tasks = machine.tasks.filter { evidence.isOld($0.statuses.first?.at) && !machine.isHostStopped }
        if let first = tasks.first { found.append("\(machine.instance) is terminated with \(tasks.count) tasks, \(first.id) among them") }
        if !machine.isHostStopped, let volume = evidence.brokers(on: position).first {
            found.append("\(machine.instance) is terminated with the volume of broker \(volume.broker) of \(evidence.world.services[volume.service].name)")
        }
        return found
    }

    static let decided = Checker(
        "decided", "nothing is done without a stored, open replacement that was decided for that very machine"
    ) { moment, evidence in
        guard case .before(let errand) = moment, errand.action.isHarmful else { return [] }
        guard let stored = evidence.truth.replacements[errand.replacement] else {
            return ["\(errand.action) belongs to replacement \(errand.replacement), which is not stored"]
        }
        if let endedAt = stored.endedAt, evidence.isOld(endedAt - evidence.skew) {
            return ["\(errand.action) is done for replacement \(stored.id), which has ended"]
        }
        let isStored = stored.intents.contains { $0.number == errand.intent && $0.action == errand.action }
        if !isStored { return ["\(errand.action) is done, and no such intent of replacement \(stored.id) is stored"] }
        guard let position = evidence.target(of: errand.action) else { return [] }
        let instance = evidence.world.machines[position].instance
        return stored.instance == instance ? [] : ["\(errand.action) is done to \(instance), and replacement \(stored.id) is of \(stored.node)"]
    }

    static let kept = Checker("kept", "nothing harmful is done to a machine whose state a rule keeps, nobody having known how to move it") { moment, evidence in
        guard case .before(let errand) = moment, errand.action.isHarmful, let position = evidence.target(of: errand.action),
            let work = evidence.truth.replacements[errand.replacement]
        else { return [] }
        let machine = evidence.world.machines[position]
        guard machine.instance == work.instance, evidence.isKept(position), evidence.isOld(evidence.truth.keptSince[machine.instance]) else { return [] }
        return ["\(errand.action) is done to \(machine.instance), which keeps state"]
    }

    static let justified = Checker("justified", "whatever is terminated was truly sick, truly outdated, or asked for") { moment, evidence in
        guard case .before(let errand) = moment, let position = evidence.terminated(by: errand.action) else { return [] }
        let machine = evidence.world.machines[position]
        guard machine.ec2State == .running, let work = evidence.truth.replacements[errand.replacement] else { return [] }
        // A finding may go on for a while after its reason is gone.
        let since = work.startedAt - evidence.skew - .seconds(2400)
        let wasSick = evidence.truth.lastSick[machine.instance].map { $0 >= since } ?? false
        let wasOutdated = evidence.truth.lastOutdated[machine.instance].map { $0 >= since } ?? false
        if wasSick || wasOutdated || evidence.truth.requested.contains(work.node) { return [] }
        return ["\(machine.instance) is terminated for \(work.rule?.rawValue ?? "nobody"), and nothing is the matter with it"]
    }

    static let braked = Checker("braked", "nothing harmful is done while an operator's pause or hold stands") { moment, evidence in
        guard case .before(let errand) = moment, errand.action.isHarmful else { return [] }
        if evidence.isOld(evidence.truth.brakes.pausedSince) { return ["\(errand.action) is done while everything is paused"] }
        guard let node = evidence.truth.replacements[errand.replacement]?.node, let hold = evidence.truth.brakes.heldSince[node] else { return [] }
        let isOver = evidence.now + evidence.skew >= hold.until || evidence.now >= hold.ends
        return evidence.isOld(hold.since) && !isOver ? ["\(errand.action) is done while \(node) is held"] : []
    }

    static let seen = Checker("seen", "nothing harmful is done on a view that is stale, and nothing at all without a claim") { moment, evidence in
        guard case .before(let errand) = moment, errand.action.isHarmful else { return [] }
        if let claimedAt = evidence.claimedAt, evidence.now - claimedAt > .seconds(110) {
            return ["\(errand.action) is done with a claim that is \((evidence.now - claimedAt).text) old"]
        }
        guard let since = evidence.blindSince["mesos"], evidence.now - since > .seconds(60) else { return [] }
        return ["\(errand.action) is done although Mesos has not been seen for \((evidence.now - since).text)"]
    }
}

extension Evidence {
    func terminated(by action: Action) -> Int? {
        switch action {
        case .terminate(let instance, _), .retire(let instance, _): world.position(of: instance)
        case .apply(let planned): planned.isGone ? nil : world.position(of: planned.old)
        default: nil
        }
    }

    /// The machine that a harmful call is made to. Nil for a member's move, and where there is none.
    func target(of action: Action) -> Int? {
        switch action {
        case .deactivate(let agent), .drain(let agent), .markGone(let agent): world.position(of: agent)
        case .restartAgent(let node), .stopHost(let node), .drainHost(let node), .leave(let node), .beforeDrain(let node): world.position(of: node)
        case .terminate(let instance, _), .retire(let instance, _), .detach(let instance): world.position(of: instance)
        case .apply(let planned): planned.isGone ? nil : world.position(of: planned.old)
        case .look, .reactivate, .replaceMember, .moveInstance, .startHost, .attach, .keepConsole, .launch, .ready: nil
        }
    }

    /// Whether it has state that a `keep` rule stands for, and that is still there to be kept.
    func isKept(_ position: Int) -> Bool {
        let machine = world.machines[position]
        return machine.ec2State == .running && !isDead(machine) && machine.isConnected && keepsState(position)
    }

    /// A volume of a service that the operator has us ignore is nothing to keep.
    private func keepsState(_ position: Int) -> Bool {
        if world.machines[position].tasks.contains(where: { $0.kind == .tiedApp }) { return true }
        return settings.services.named["legacy/cassandra"]?.policy != .ignore && world.keepsState(position)
    }

    /// Whether nothing on it can be served any more: it hangs, or Mesos has lost it and EC2 calls it impaired.
    func isDead(_ machine: Machine) -> Bool {
        if !machine.hostAnswers { return true }
        guard !machine.isListed, machine.listing != .recovered else { return false }
        return machine.systemCheck == .impaired || machine.instanceCheck == .impaired
    }
}
