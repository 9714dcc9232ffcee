internal import Fleet
internal import Ledger
internal import Planning
internal import Replacing
internal import Rounds

/// Trouble from outside, drawn from the kinds that this run has.
extension SimulatedRun {
    /// One kind of those that come by themselves.
    func makeTrouble() throws {
        guard !tallies.troublesStopped else { return }
        agenda.put(.trouble, at: world.now + random.draw(from: .seconds(30), to: plan.troubleEvery))
        try make(plan.troubles.filter { $0.isScheduled && (plan.causeEvery == nil || !$0.isCause) }.sorted())
    }

    /// One of `kinds`, each as likely as the others.
    private func make(_ kinds: [TroubleKind]) throws {
        guard !kinds.isEmpty else { return }
        let kind = kinds[random.draw(0...kinds.count - 1)]
        turnToSomebody()
        if kind.isArmed {
            tallies.armed = kind
            return
        }
        if !kind.isOperators { note(kind) }
        say("trouble: \(kind.rawValue)")
        switch kind {
        case .mesosUnseen, .ec2Unseen, .servicesUnseen, .healthUnseen, .probeUnseen, .staleAnswers, .partialAnswers, .claimUnconfirmed, .claimWritesLost,
            .claimCallsLost, .lateListings, .staleListings, .shortListings, .topicsUnread, .observerCutOff:
            daemon.until[kind] = world.now + random.draw(from: .seconds(20), to: .seconds(random.draw(0...3) == 0 ? 1500 : 300))
        case .paused, .held, .cancelled, .requested, .retried, .limitsLowered, .latchAccepted: try command(kind)
        case .diskFull, .clockStep, .rulesReplaced: try disturb(kind)
        case .frozen: freeze(for: random.draw(from: .seconds(10), to: .seconds(random.draw(0...1) == 0 ? 90 : 600)))
        case .takenOver: try takeOver()
        default:
            let machine = someMachine(for: kind)
            for (fault, delay) in faults(kind, machine) { agenda.put(.fault(fault), at: world.now + delay) }
        }
    }

    // MARK: - Strikes and causes

    /// A step has begun: trouble may come while it goes on. Of most steps that is less than a minute; what is rare is met the harder.
    func provoke(_ step: Step) {
        for (_, after, scripted) in plan.upon.filter({ $0.step == step }) { agenda.put(.scripted(scripted), at: world.now + after) }
        if !outcome.visited.contains(step) {
            for (_, after, scripted) in plan.uponFirst.filter({ $0.step == step }) { agenda.put(.scripted(scripted), at: world.now + after) }
        }
        let isRare = step == .stopHost || step == .restartAgent
        let isBrief = step == .leave || step == .gone || step == .cordon
        for _ in 0..<(step == .stopHost ? 20 : isRare ? 12 : isBrief ? 2 : 1) where !tallies.troublesStopped && random.draw(1...16) <= plan.strikes {
            let longest = isRare ? 6 : random.draw(0...2) == 0 ? 150 : 25
            agenda.put(.strike(nil), at: world.now + random.draw(from: .milliseconds(50), to: .seconds(Int64(longest))))
        }
        if let kind = Self.seldom[step], plan.strikes > 0, plan.troubles.contains(kind), !tallies.troublesStopped, apart.draw(0...1) == 0 {
            agenda.put(.strike(kind), at: world.now + apart.draw(from: .milliseconds(50), to: .seconds(6)))
        }
    }

    /// What would meet a step too seldom by chance.
    private static let seldom: [Step: TroubleKind] = [.stopHost: .terminatedByHand, .leave: .ssmLost]

    func strike(_ kind: TroubleKind?) throws {
        guard !tallies.troublesStopped else { return }
        try make(kind.map { [$0] } ?? plan.troubles.sorted())
    }

    /// Whether this kind is to strike now. It does so once.
    func disarm(_ kind: TroubleKind) -> Bool {
        guard tallies.armed == kind, !tallies.troublesStopped else { return false }
        tallies.armed = nil
        return true
    }

    /// A machine fails, ages, or is asked for by a person; what a person would ask for besides is asked for.
    func makeCause() throws {
        guard !tallies.troublesStopped, let every = plan.causeEvery else { return }
        agenda.put(.cause, at: world.now + random.draw(from: every / 2, to: every))
        try forEach(approve)
        let kinds = plan.troubles.filter(\.isCause).sorted()
        guard !kinds.isEmpty else { return }
        let kind = kinds[random.draw(0...kinds.count - 1)]
        let machine = someMachine(for: kind)
        note(kind)
        say("cause: \(kind.rawValue)")
        if kind == .requested { return try command(.replace(NodeID(world.machines[machine].instance))) }
        for (fault, delay) in faults(kind, machine) { agenda.put(.fault(fault), at: world.now + delay) }
        guard kind == .agentBroken || kind == .agentKilled || kind == .terminatedByHand, random.draw(0...1) == 0 else { return }
        agenda.put(
            .scripted(.replace(machine)), at: world.now + (kind == .terminatedByHand ? .seconds(20) : random.draw(from: .seconds(300), to: .seconds(900))))
    }

    func befall(_ fault: World.Fault) {
        forEach { truth.note(fault, world: world) }
        world.apply(fault)
    }

    /// From here on nothing new goes wrong, and what others have begun they end.
    func stopTrouble() throws {
        tallies.troublesStopped = true
        tallies.armed = nil
        forEach {
            daemon.until = [:]
            skew = max(skew, daemon.skewAtStart)
            ledger.limitPages(to: nil)
            thaw()
        }
        say("no more trouble")
        for position in world.machines.indices {
            let machine = world.machines[position]
            if machine.isCutOff { befall(.reached(position)) }
            if machine.drainHangs { befall(.drainEnds(position)) }
            if truth.operatorCordons.contains(machine.instance) { befall(.reactivated(position)) }
            if machine.maintenance != nil { befall(.maintenanceEnded(position)) }
            if machine.ssmSilentSince != nil { befall(.ssmBack(position)) }
        }
        for service in world.services.indices { befall(.tasksShown(service: service)) }
        if world.isTemplateStale { befall(.templateStale(false)) }
        for parameter in world.parameters where !world.isGood(parameter.name) {
            befall(.imageReleased(name: "dcos-agent-mended-\(parameter.version)", parameter: parameter.name))
        }
        sickBeforeCalm = Set(world.machines.filter(isReplaceable).map(\.instance))
        if plan.causeEvery != nil { agenda.put(.tending, at: world.now + .seconds(300)) }
        try forEach { if !isDown, round.state.work.pause != nil { try command(.resume) } }
    }

    /// Somebody comes by every ten minutes: accepts what has tripped, and has what is parked tried again, once. The run ends once nothing is left to do.
    func tend() throws {
        agenda.put(.tending, at: world.now + .seconds(600))
        try forEach(lookAfter)
        let isOver = world.now - (start + plan.troubledFor) >= .seconds(1200)
        let isBusy = daemons.contains { $0.isDown || $0.round.state.work.open.contains { !$0.isParked && $0.findingClass == .failing } }
        if isOver, !isBusy, left().isEmpty { tallies.isFinished = true }
    }

    /// Somebody says yes to whatever is proposed, for half an hour.
    private func approve() throws {
        guard settings.mode == .propose, !isDown else { return }
        for assessed in round.state.work.assessments.values.sorted(by: { $0.node < $1.node }) where assessed.outcome == .wouldStart {
            try command(.approve(assessed.node, until: clock + .seconds(1800)))
        }
    }

    private func lookAfter() throws {
        guard !isDown else { return }
        try approve()
        for (name, latch) in round.state.work.latches.sorted(by: { $0.key < $1.key }) where latch.isTripped {
            note(.latchAccepted)
            try command(.accept(name))
        }
        for parked in round.state.work.open where parked.isParked {
            let isFirst = daemon.lookedAfter.insert(parked.id).inserted
            outcome.counters.lookedAfter += 1
            note(isFirst ? .retried : .cancelled, of: parked.id)
            try command(isFirst ? .retry(parked.id) : .cancel(parked.id))
        }
        // A rule that holds on too many nodes says so, and leaves them to a person.
        guard !round.state.limited.isEmpty else { return }
        for machine in left() where round.state.work.requests[NodeID(machine.instance)] == nil && !replacements(of: machine).contains(where: \.isOpen) {
            try command(.replace(NodeID(machine.instance)))
        }
    }

    /// Whether a shipped rule replaces it sooner or later, at any hour.
    func isReplaceable(_ machine: Machine) -> Bool {
        guard machine.ec2State == .running else { return false }
        if machine.systemCheck == .impaired || machine.instanceCheck == .impaired { return true }
        return machine.hungSince != nil && settings.probeInterval != nil && !machine.isListed
    }

    /// Some machine that is there. What is being replaced meets more than its share; and but in a storm, what befalls machines befalls no second one.
    private func someMachine(for kind: TroubleKind? = nil) -> Int {
        let there = world.machines.indices.filter { world.machines[$0].terminatedAt == nil && world.machines[$0].ec2State != .shuttingDown }
        let open = Set(round.state.work.open.flatMap { [$0.instance, $0.successor].compactMap { $0 } })
        let doomed = there.filter { open.contains(world.machines[$0].instance) }
        if !doomed.isEmpty, random.draw(0...1) == 0 { return doomed[random.draw(0...doomed.count - 1)] }
        if kind?.befallsMachines == true, !plan.isStormy {
            let sick = there.filter { Truth.isSick(world.machines[$0]) || Truth.isUnwell(world.machines[$0]) }
            if !sick.isEmpty { return sick[random.draw(0...sick.count - 1)] }
        }
        return there.isEmpty ? 0 : there[random.draw(0...there.count - 1)]
    }

    // long: one list of what each kind of trouble is, which is read as one.
    private func faults(_ kind: TroubleKind, _ machine: Int) -> [(World.Fault, Duration)] {
        let service = world.services.isEmpty ? 0 : random.draw(0...world.services.count - 1)
        let brokers = world.services.isEmpty ? 0 : world.services[service].brokers.count
        let broker = brokers == 0 ? 0 : random.draw(0...brokers - 1)
        let whileItLasts = random.draw(from: .seconds(60), to: .seconds(2400))
        switch kind {
        case .agentKilled: return [(.agentKilled(machine), .zero), (.agentStarted(machine), whileItLasts)]
        case .agentBroken:
            let impaired = (World.Fault.systemImpaired(machine), random.draw(from: .zero, to: .seconds(600)))
            return [(.agentBroken(machine), .zero)] + (random.draw(0...1) == 0 ? [impaired] : [])
        case .hostFrozen: return [(.hostFrozen(machine), .zero)] + (random.draw(0...2) == 0 ? [(.agentStarted(machine), whileItLasts)] : [])
        case .hostHung: return [(.hostHung(machine), .zero)]
        case .instanceImpaired: return [(.instanceImpaired(machine), .zero)] + (random.draw(0...2) == 0 ? [(.checksPass(machine), whileItLasts)] : [])
        case .spotInterrupted: return [(.spotInterrupted(machine), .zero)]
        case .systemImpaired: return [(.systemImpaired(machine), .zero)] + (random.draw(0...2) == 0 ? [(.checksPass(machine), whileItLasts)] : [])
        case .retirement: return [(.retirementScheduled(machine, after: .seconds(random.draw(0...1) == 0 ? 86_400 : 5 * 86_400)), .zero)]
        case .unitFailed: return [(.unitFailed(machine, unit: "dcos-net.service"), .zero), (.unitMended(machine, unit: "dcos-net.service"), whileItLasts)]
        case .ssmLost: return [(.ssmLost(machine), .zero), (.ssmBack(machine), whileItLasts)]
        case .flapping: return [(.flapping(machine, every: .seconds(120), downFor: .seconds(20), times: 5), .zero)]
        case .tasksFailing: return [(.tasksFailing(machine, every: .seconds(60), times: 8), .zero)]
        case .cutOff: return [(.cutOff(machine), .zero), (.reached(machine), whileItLasts)]
        case .zonePartition:
            let zone = world.machines[machine].zone
            let those = world.machines.indices.filter { world.machines[$0].zone == zone && world.machines[$0].terminatedAt == nil }
            return those.flatMap { [(.cutOff($0), .milliseconds($0)), (.reached($0), whileItLasts)] }
        case .deactivatedByHand: return [(.deactivated(machine), .zero), (.reactivated(machine), whileItLasts)]
        case .drainedByHand: return [(.drainStarted(machine, markGone: false), .zero), (.reactivated(machine), .seconds(900))]
        case .maintenance:
            return [
                (.maintenanceScheduled(machine), .zero), (.maintenanceStarted(machine), .seconds(120)),
                (.maintenanceEnded(machine), .seconds(120) + whileItLasts),
            ]
        case .reactivatedByHand: return [(.reactivated(machine), .zero)]
        case .brokerComesBack:
            // Somebody gives the node back to the offers just while the scheduler looks for a place.
            let position = world.services.lazy.flatMap(\.brokers).first(where: \.isPlaceless)?.position ?? machine
            return [(.placesWhereItWas(true), .zero), (.reactivated(position), .zero), (.placesWhereItWas(false), whileItLasts)]
        case .goneByHand: return [(.markedGone(machine), .zero)]
        case .agentRenewed: return [(.markedGone(machine), .zero), (.agentStarted(machine), .seconds(random.draw(5...400)))]
        case .unregistered: return [(.unregistered(machine), .zero), (.agentStarted(machine), whileItLasts)]
        case .terminatedByHand: return [(.terminated(machine, successorJoins: random.draw(0...3) != 0), .zero)]
        case .volumeLeft: return [(.volumeLeft(machine), .zero)]
        case .imageReleased: return [(.imageReleased(name: "dcos-agent-\(random.draw(100...999))", parameter: parameter(of: machine)), .zero)]
        case .imageSpoiled: return [(.imageSpoiled(parameter: parameter(of: machine)), .zero)]
        case .templateStale: return [(.templateStale(true), .zero), (.templateStale(false), whileItLasts)]
        case .addressReused: return [(.addressReused, .zero)]
        case .imageVanished: return [(.imageVanished(parameter: parameter(of: machine)), .zero)]
        case .capacityShort: return [(.capacityShort(for: whileItLasts), .zero)]
        case .throttled: return [(.throttled(random.draw(0...1) == 0 ? .ec2 : .ssm, for: whileItLasts / 4), .zero)]
        case .drainHangs: return [(.drainHangs(machine), .zero), (.drainEnds(machine), whileItLasts * 2)]
        case .brokerCrashed: return [(.brokerCrashed(service: service, broker: broker), .zero)]
        case .brokerReplacedByHand: return [(.brokerReplaced(service: service, broker: broker), .zero)]
        case .schedulerRestarted: return [(.schedulerRestarted(service: service), .zero)]
        case .schedulerAway: return [(.schedulerAway(service: service, for: whileItLasts), .zero)]
        case .tasksHidden: return [(.tasksHidden(service: service), .zero), (.tasksShown(service: service), whileItLasts)]
        case .syncStalled: return [(.syncStalled(service: service, for: whileItLasts * 2), .zero)]
        case .leaderLost: return [(.leaderLost, .zero)]
        default: return []
        }
    }

    private func parameter(of machine: Int) -> String { world.machines[machine].isPublic ? World.publicParameter : World.privateParameter }

    // MARK: - Operators

    private func command(_ kind: TroubleKind) throws {
        let open = round.state.work.open
        let node = NodeID(world.machines[someMachine()].instance)
        let some = open.isEmpty ? nil : open[random.draw(0...open.count - 1)]
        let soon = clock + random.draw(from: .seconds(120), to: .seconds(1800))
        switch kind {
        case .paused:
            note(kind)
            try command(round.state.work.pause == nil ? .pause(until: random.draw(0...1) == 0 ? soon : nil) : .resume)
        case .held:
            note(kind, of: some?.id)
            try command(round.state.work.holds[node] == nil ? .hold(some?.node ?? node, until: soon) : .release(node))
        case .cancelled:
            guard let some else { return }
            note(kind, of: some.id)
            try command(.cancel(some.id))
        case .retried:
            guard let parked = open.first(where: \.isParked) else { return }
            note(kind, of: parked.id)
            try command(.retry(parked.id))
        case .requested:
            note(kind)
            try command(.replace(node))
        case .latchAccepted:
            guard let latch = round.state.work.latches.values.filter(\.isTripped).map(\.name).min() else { return }
            note(kind)
            try command(.accept(latch))
        case .limitsLowered:
            // A configuration is read at the start; one that is there already is not changed.
            guard settings.limits.inFlight.fleet != .count(1) else { return }
            settings.limits.inFlight.fleet = .count(1)
            settings.limits.rate = [Limits.Rate(1, in: .seconds(600)), Limits.Rate(3, in: .seconds(3600))]
            truth.limits = settings.limits
            if !isDown { crash(.limitsLowered) }
        default: break
        }
    }

    /// What a plan wants to happen.
    func play(_ scripted: RunPlan.Scripted) throws {
        func node(_ position: Int) -> NodeID? { world.machines.indices.contains(position) ? NodeID(world.machines[position].instance) : nil }
        switch scripted {
        case .fault(let fault): befall(fault)
        case .replace(let position):
            guard let node = node(position) else { return }
            try command(.replace(node))
            // Whoever gets no answer asks again, also a program that has seen nothing yet; a second time for the same is refused.
            if isDown { agenda.put(.scripted(scripted), at: world.now + .seconds(45)) }
        case .hold(let position, let duration): if let node = node(position) { try command(.hold(node, until: clock + duration)) }
        case .command(let kind): try command(kind)
        case .mode(let mode):
            settings.mode = mode
            if !isDown { crash(.limitsLowered) }
        case .moves(let position):
            daemon.home = position
            if !isDown { crash(.limitsLowered) }
        case .tell(let place, let kind):
            turn(to: place)
            try command(kind)
        case .ask(let place, let position):
            turn(to: place)
            if let node = node(position) { try command(.replace(node)) }
        case .trouble(let kind, let place, let duration):
            turn(to: place)
            say("trouble: \(kind.rawValue)")
            daemon.until[kind] = world.now + duration
        }
    }

    func command(_ kind: Command.Kind) throws {
        guard daemon.frozenUntil == nil else { return }
        say("an operator: \(kind)")
        // What was held back by it may start in the very round that hears of it.
        if case .accept(let latch) = kind { truth.quarantined = truth.quarantined.filter { LatchName.quarantine($0) != latch } }
        let approved = truth.approvedUntil
        if case .approve(let node, let until) = kind { truth.approvedUntil[node] = until }
        guard try take(.command(Command(who: "ops", reason: "simulated", kind: kind))) else {
            truth.approvedUntil = approved
            return
        }
        truth.told(kind, work: round.state.work, at: world.now, skew: skew)
    }

    // MARK: - Ourselves

    private func disturb(_ kind: TroubleKind) throws {
        switch kind {
        case .diskFull:
            ledger.limitPages(to: 1)
            daemon.until[.diskFull] = world.now + random.draw(from: .seconds(30), to: .seconds(600))
        case .clockStep: skew = skew + random.draw(from: .zero - Truth.clocksAreSetBy, to: Truth.clocksAreSetBy)
        case .rulesReplaced:
            guard !plan.otherRules.isEmpty else { return }
            let all = [plan.rules] + plan.otherRules
            try take(.rules(all[random.draw(0...all.count - 1)]))
        default: break
        }
    }

    /// A disk that was full is not for ever.
    func endDiskFull() {
        guard let until = daemon.until[.diskFull], world.now >= until else { return }
        daemon.until[.diskFull] = nil
        ledger.limitPages(to: nil)
        say("the disk has room again")
    }
}

extension World {
    /// Whether machines of the image that a parameter points at come up and join.
    fileprivate func isGood(_ parameter: String) -> Bool {
        guard let value = parameters.first(where: { $0.name == parameter })?.value else { return false }
        return !spoiledImages.contains(ImageID(value)) && images.contains { $0.image.id.rawValue == value && $0.image.state == "available" }
    }
}

extension Transition {
    /// The step that begins by it, if any.
    var begunStep: Step? {
        switch self {
        case .began(let replacement): replacement.step
        case .stepped(let step), .reordered(_, let step, _): step
        default: nil
        }
    }
}
