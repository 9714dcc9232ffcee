internal import Fleet
internal import Rounds

/// AWS' events: what a queue tells of instances between two sweeps, as well as it comes.
///
/// A hint is a word to look at an instance, and nothing that it says is believed; but that a spot instance is taken back nobody else tells.
extension SimulatedRun {
    /// Sends to each daemon what AWS has told since the last time.
    func overhearAWS(_ hearing: Hearing, _ earshot: inout Earshot) {
        let hints = world.hints(since: earshot.hinted)
        earshot.hinted = world.hinted
        forEach {
            for machine in world.machines where machine.spotWarnedAt != nil && earshot.warned[daemon.place, default: [:]][machine.instance] == nil {
                hearWarning(of: machine.instance, hearing, &earshot)
            }
            if !hints.isEmpty { send(hints, hearing, &earshot) }
        }
    }

    /// To the daemon whose turn it is.
    private func send(_ hints: [InstanceID], _ hearing: Hearing, _ earshot: inout Earshot) {
        if isGoingOn(.ec2Unseen) || isGoingOn(.observerCutOff) { return }
        for instance in hints {
            var asked = befalls(.lost, hearing, &earshot) ? [] : [instance]
            if befalls(.twice, hearing, &earshot) { asked += asked }
            // Another event says it of somebody else.
            if befalls(.contradicted, hearing, &earshot) { asked.append(world.machines[earshot.random.draw(0...world.machines.count - 1)].instance) }
            for one in asked {
                let isLate = befalls(.late, hearing, &earshot)
                let delay = earshot.random.draw(from: .milliseconds(300), to: isLate ? Earshot.lateMost : .seconds(3))
                agenda.put(.lookAt([one]), at: world.now + delay)
            }
        }
    }

    /// A warning that comes twice is the same one; one that contradicts it there is none.
    private func hearWarning(of instance: InstanceID, _ hearing: Hearing, _ earshot: inout Earshot) {
        let isLost = isGoingOn(.ec2Unseen) || isGoingOn(.observerCutOff) || befalls(.lost, hearing, &earshot)
        let isLate = befalls(.late, hearing, &earshot)
        let delay = earshot.random.draw(from: .seconds(2), to: isLate ? Earshot.lateMost : .seconds(5))
        earshot.warned[daemon.place, default: [:]][instance] = isLost ? .some(nil) : .some(world.now + delay)
    }

    func look(at asked: Set<InstanceID>) throws {
        if isGoingOn(.ec2Unseen) || isGoingOn(.observerCutOff) || isGoingOn(.staleListings) || isGoingOn(.shortListings) || isGoingOn(.lateListings) { return }
        try take(.instances(world.instancesSighting(of: asked, pools: settings.pools, at: world.now)))
    }

    /// The spot warnings of which the daemon whose turn it is has heard: with a queue alone each two seconds after it was said.
    var warnings: [InstanceID: SpotWarning] {
        var warnings: [InstanceID: SpotWarning] = [:]
        for machine in world.machines {
            guard let warnedAt = machine.spotWarnedAt else { continue }
            let heardAt = plan.hearing == nil ? warnedAt + .seconds(2) : earshot?.warned[daemon.place]?[machine.instance] ?? nil
            guard let heardAt, heardAt <= world.now else { continue }
            let warning = SpotWarning(instance: machine.instance, at: clock - (world.now - warnedAt), receivedAt: clock - (world.now - heardAt))
            if !warning.isOver(at: clock) { warnings[machine.instance] = warning }
        }
        return warnings
    }
}
