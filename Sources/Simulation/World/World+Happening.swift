internal import Fleet

extension World {
    /// The one place where something happens. Every case says what it does; what follows from it later is put into the queue.
    mutating func happen(_ event: Event) {
        take(event)
        settleServices()
    }

    private mutating func take(_ event: Event) {
        switch event {
        case .fault(let fault): begin(fault)
        case .pingsRanOut(let position, let link): if machines[position].link == link { losePings(position) }
        case .instanceCheckFails(let position, let link): if machines[position].link == link { failInstanceCheck(position) }
        case .agentReturns(let position, let link): if machines[position].link == link { register(position) }
        case .tasksPlaced(let position): refill(position)
        case .drainFinished(let position): finishDrain(position)
        case .flapDown(let position, let every, let downFor, let remaining): flap(position, every: every, downFor: downFor, remaining: remaining)
        case .flapUp(let position, let isLast):
            startAgent(position)
            if isLast { tell("The agent of \(name(position)) has stopped flapping") }
        case .taskFails(let position, let every, let remaining): failTask(on: position, every: every, remaining: remaining)
        case .jobStarts(let job): startJob(job)
        case .jobEnds(let position, let id): endJob(id, on: position)
        case .shutDown(let position): finishTermination(position)
        case .forgotten(let position): machines[position].isListedByEC2 = false
        case .spotTaken(let position): terminate(position, successorJoins: true, reason: "Server.SpotInstanceTermination")
        case .successorLaunched(let position, let joins): launchSuccessor(of: position, joins: joins)
        case .instanceRuns(let position): if machines[position].ec2State == .pending { machines[position].ec2State = .running }
        case .checksDone(let position, let joins): finishBoot(position, joins: joins)
        case .leaderForgotten, .leaderElected, .masterRestarted, .recoveryFinished, .frameworksBack, .recoveredTimedOut: elect(event)
        case .healthPulled: pullHealth()
        case .mischief: makeMischief()
        case .agentStarts(let position, let link): if machines[position].link == link, !machines[position].isAgentBroken { startAgent(position) }
        case .appsTended: tendApps()
        case .hookRanOut(let position): endHookWait(position)
        case .brokerSessionEnds, .brokerRegisters, .brokerCatchesUp, .brokerTended, .routeChanges, .schedulerPlaced: takeService(event)
        }
    }

    private mutating func takeService(_ event: Event) {
        switch event {
        case .brokerSessionEnds(let service, let number, let link):
            if services[service].brokers[number].link == link { endSession(number, of: service) }
        case .brokerRegisters(let service, let number, let link):
            if services[service].brokers[number].link == link { registerBroker(number, of: service) }
        case .brokerCatchesUp(let service, let number, let topic, let link):
            if services[service].brokers[number].link == link { catchUp(number, with: topic, of: service) }
        case .brokerTended(let service, let number): tend(number, of: service)
        case .routeChanges(let service, let route, let link):
            if services[service].scheduler.link == link { changeRoute(of: service, to: route) }
        case .schedulerPlaced(let service, let link):
            if services[service].scheduler.link == link { relaunchScheduler(of: service, link: link) }
        default: break
        }
    }

    /// A fault of a machine that does not exist changes nothing, so that one script fits clusters of any size.
    private mutating func begin(_ fault: Fault) {
        if let position = fault.machine, !machines.indices.contains(position) { return }
        switch fault {
        case .agentKilled, .agentStarted, .hostFrozen, .hostHung, .flapping, .unregistered, .markedGone, .tasksFailing: beginOnAgent(fault)
        case .deactivated, .drainStarted, .reactivated, .maintenanceScheduled, .maintenanceStarted, .maintenanceEnded: beginByOperator(fault)
        case .systemImpaired, .instanceImpaired, .checksPass, .retirementScheduled, .terminated, .endedByGroup, .spotInterrupted, .imageReleased, .throttled:
            beginInEC2(fault)
        case .leaderLost: loseLeader()
        case .launchesSuspended(let isSuspended):
            tell("An operator \(isSuspended ? "suspends" : "resumes") the launches of \(Self.group)")
            areLaunchesSuspended = isSuspended
        case .templateStale(let isStale):
            tell("The template of \(Self.group) names \(isStale ? "the image of old" : "the right image again")")
            isTemplateStale = isStale
        case .addressReused: reusesAddress = true
        case .placesWhereItWas(let isSo): placesWhereItWas = isSo
        case .cutOff, .reached, .capacityShort, .imageSpoiled, .imageVanished, .drainHangs, .drainEnds, .agentBroken, .syncStalled: beginRarely(fault)
        case .unitFailed, .unitMended, .ssmLost, .ssmBack, .volumeLeft: beginOnHost(fault)
        case .brokerCrashed, .brokerReplaced, .schedulerRestarted, .schedulerAway, .tasksHidden, .tasksShown: beginInService(fault)
        }
    }

    private mutating func beginRarely(_ fault: Fault) {
        switch fault {
        case .cutOff(let position):
            tell("The network cuts \(name(position)) off; the machine is well")
            machines[position].isCutOff = true
            freezeHost(position, showsInEC2: false)
        case .reached(let position):
            guard machines[position].isCutOff else { return }
            tell("The network reaches \(name(position)) again")
            startAgent(position)
        case .capacityShort(let duration):
            tell("EC2 has no machine to give for \(duration.text)")
            noCapacityUntil = now + duration
        case .imageSpoiled(let parameter):
            guard let image = parameters.first(where: { $0.name == parameter }).map({ ImageID($0.value) }) else { return }
            tell("No machine of the image \(image) will ever join")
            spoiledImages.insert(image)
        case .imageVanished(let parameter):
            guard let image = parameters.first(where: { $0.name == parameter }).map({ ImageID($0.value) }), images.count > 1 else { return }
            tell("The image \(image) is deregistered")
            images.removeAll { $0.image.id == image }
        case .drainHangs(let position):
            tell("Something on \(name(position)) will not end when it is drained")
            machines[position].drainHangs = true
        case .drainEnds(let position): machines[position].drainHangs = false
        case .agentBroken(let position):
            tell("The agent's process on \(name(position)) ends and does not come up again")
            machines[position].isAgentBroken = true
            killAgent(position)
        case .syncStalled(let service, let duration):
            guard services.indices.contains(service) else { return }
            tell("Brokers of \(services[service].name) copy nothing for \(duration.text)")
            services[service].stalledUntil = now + duration
        default: break
        }
    }

    private mutating func beginOnHost(_ fault: Fault) {
        switch fault {
        case .unitFailed(let position, let unit):
            tell("\(unit) fails on \(name(position))")
            machines[position].failedUnits = Set(machines[position].failedUnits + [unit]).sorted()
        case .unitMended(let position, let unit):
            tell("\(unit) on \(name(position)) works again")
            machines[position].failedUnits.removeAll { $0 == unit }
        case .ssmLost(let position):
            tell("SSM's agent on \(name(position)) ends")
            machines[position].ssmSilentSince = now
        case .ssmBack(let position):
            tell("SSM's agent on \(name(position)) is back")
            machines[position].ssmSilentSince = nil
        case .volumeLeft(let position): leaveVolume(on: position)
        default: break
        }
    }

    private mutating func beginInService(_ fault: Fault) {
        switch fault {
        case .brokerCrashed(let service, let broker): crash(broker, of: service)
        case .brokerReplaced(let service, let broker): replace(broker, of: service)
        case .schedulerRestarted(let service): restartScheduler(of: service, awayFor: nil)
        case .schedulerAway(let service, let duration): restartScheduler(of: service, awayFor: duration)
        case .tasksHidden(let service):
            guard services.indices.contains(service) else { return }
            tell("Somebody takes our permission to see the tasks of \(services[service].name)")
            hiddenFrameworks.insert(services[service].framework)
        case .tasksShown(let service):
            guard services.indices.contains(service) else { return }
            tell("We may see the tasks of \(services[service].name) again")
            hiddenFrameworks.remove(services[service].framework)
        default: break
        }
    }

    private mutating func beginOnAgent(_ fault: Fault) {
        switch fault {
        case .agentKilled(let position):
            tell("The agent's process on \(name(position)) is killed")
            killAgent(position)
        case .agentStarted(let position):
            tell("The agent on \(name(position)) is started again")
            machines[position].isAgentBroken = false
            startAgent(position)
        case .hostFrozen(let position):
            guard machines[position].ec2State == .running else { return }
            tell("The host \(name(position)) hangs: its connections stay open and nobody answers")
            freezeHost(position)
        case .hostHung(let position):
            tell("The host \(name(position)) hangs, and EC2's check does not see it")
            freezeHost(position, showsInEC2: false)
        case .flapping(let position, let every, let downFor, let times):
            tell("The agent of \(name(position)) begins to flap: it dies every \(every.text) for \(downFor.text)")
            flap(position, every: every, downFor: downFor, remaining: times)
        case .unregistered(let position):
            tell("The agent of \(name(position)) gets SIGUSR1, unregisters and ends")
            unregister(position)
        case .markedGone(let position):
            tell("An operator marks the agent of \(name(position)) gone")
            markGone(position)
        case .tasksFailing(let position, let every, let times):
            tell("Tasks on \(name(position)) begin to fail, one every \(every.text)")
            failTask(on: position, every: every, remaining: times)
        default: break
        }
    }

    private mutating func beginByOperator(_ fault: Fault) {
        switch fault {
        case .deactivated(let position):
            tell("An operator deactivates the agent of \(name(position))")
            machines[position].isDeactivated = true
        case .drainStarted(let position, let marksGone):
            tell("An operator drains the agent of \(name(position))")
            startDrain(position, marksGone: marksGone)
        case .reactivated(let position):
            tell("An operator reactivates the agent of \(name(position))")
            machines[position].isDeactivated = false
            machines[position].drain = nil
            plan(.tasksPlaced(position), in: .seconds(30))
        case .maintenanceScheduled(let position):
            tell("An operator puts \(name(position)) into the maintenance schedule")
            machines[position].maintenance = .scheduled
        case .maintenanceStarted(let position):
            tell("\(name(position)) is taken down for maintenance")
            startMaintenance(position)
        case .maintenanceEnded(let position):
            tell("The maintenance of \(name(position)) is over")
            machines[position].maintenance = nil
            machines[position].link += 1
            plan(.agentReturns(position, link: machines[position].link), in: .seconds(30))
        default: break
        }
    }

    private mutating func beginInEC2(_ fault: Fault) {
        switch fault {
        case .systemImpaired(let position):
            tell("EC2 calls the host under \(name(position)) impaired")
            machines[position].systemCheck = .impaired
            machines[position].systemImpairedSince = now
        case .instanceImpaired(let position):
            tell("EC2 calls the instance \(name(position)) impaired, and its agent goes on")
            machines[position].instanceCheck = .impaired
            machines[position].instanceImpairedSince = now
        case .checksPass(let position):
            tell("EC2's checks of \(name(position)) pass again")
            passChecks(position)
        case .retirementScheduled(let position, let after):
            tell("EC2 schedules the retirement of \(name(position)) in \(after.text)")
            scheduleRetirement(position, after: after)
        case .terminated(let position, let joins):
            tell("Somebody terminates \(name(position))")
            terminate(position, successorJoins: joins)
        case .endedByGroup(let position):
            guard machines[position].group == Self.group else { return }
            tell("The group \(Self.group) ends \(name(position)) by itself")
            endInGroup(position)
        case .spotInterrupted(let position):
            guard machines[position].isSpot else { return }
            tell("EC2 will take the spot instance \(name(position)) back")
            machines[position].spotWarnedAt = now
            plan(.spotTaken(position), in: .seconds(120))
        case .imageReleased(let name, let parameter): releaseImage(name, parameter: parameter)
        case .throttled(let service, let duration):
            tell("\(service == .ec2 ? "EC2" : "SSM") refuses calls for \(duration.text)")
            throttledUntil[service] = now + duration
        default: break
        }
    }
}

extension World.Fault {
    /// The machine that it befalls; nil for what befalls none in particular.
    package var machine: Int? {
        switch self {
        case .agentKilled(let position), .agentStarted(let position), .hostFrozen(let position), .hostHung(let position), .systemImpaired(let position),
            .instanceImpaired(let position), .spotInterrupted(let position), .checksPass(let position),
            .retirementScheduled(let position, _), .deactivated(let position), .drainStarted(let position, _), .reactivated(let position),
            .maintenanceScheduled(let position), .maintenanceStarted(let position), .maintenanceEnded(let position), .markedGone(let position),
            .unregistered(let position), .flapping(let position, _, _, _), .tasksFailing(let position, _, _), .terminated(let position, _),
            .endedByGroup(let position), .cutOff(let position), .reached(let position), .drainHangs(let position), .drainEnds(let position),
            .agentBroken(let position),
            .unitFailed(let position, _), .unitMended(let position, _), .ssmLost(let position), .ssmBack(let position), .volumeLeft(let position):
            position
        case .placesWhereItWas, .capacityShort, .launchesSuspended, .templateStale, .addressReused, .imageSpoiled, .imageVanished, .syncStalled, .imageReleased,
            .leaderLost,
            .throttled, .brokerCrashed,
            .brokerReplaced,
            .schedulerRestarted, .schedulerAway, .tasksHidden, .tasksShown:
            nil
        }
    }
}
