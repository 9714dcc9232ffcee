internal import Fleet
internal import Replacing
internal import Rounds

/// Why nobody could replace a machine safely, or without a person: as far as the world itself is to blame, and what was to be seen of it.
extension SimulatedRun {
    func unsafety(of machine: Machine) -> String? {
        guard let position = world.position(of: machine.instance) else { return nil }
        if let words = lastCopy(on: position) ?? strandedApp(on: position) { return words }
        if world.keepsState(position) { return "it has state that nobody knows how to move" }
        if !isReplaceable(machine) { return "what a rule would replace it for is over, and the rest is for a person" }
        if mayHoldUnreadState() { return "a service that has no scheduler may have a member on it" }
        if world.areLaunchesSuspended { return "the group launches nothing" }
        if isInDoubt(machine) { return "who can be asked contradict each other on whether it lives" }
        let slot = replacements(of: machine).max { $0.id < $1.id }?.slot ?? NodeID(machine.instance)
        if truth.replacements.values.count(inSlot: slot, at: clock) >= Self.replacementsForPerson { return "its slot was replaced often, and is for a person" }
        return nil
    }

    /// Of a service that nobody guards there is no scheduler to ask.
    private func mayHoldUnreadState() -> Bool {
        guard settings.services.named["legacy/cassandra"]?.policy != .ignore else { return false }
        return world.machines.indices.contains { world.keepsState($0) && world.machines[$0].ec2State != .terminated }
    }

    /// From so many in 30 days on.
    private static let replacementsForPerson = 2

    private func lastCopy(on position: Int) -> String? {
        for (place, service) in world.services.enumerated() {
            for broker in service.brokers where world.hasPlace(broker, on: position) {
                if service.topics.contains(where: { $0.partitions.contains { $0.inSync == [broker.number] } }) {
                    return "broker \(broker.number) of \(service.name) has the last copy of something"
                }
                if let minimum = settings.services.named[ServiceName(service.name)]?.minInSync,
                    service.topics.contains(where: { $0.partitions.contains { $0.inSync.contains(broker.number) && $0.inSync.count <= minimum } })
                {
                    return "without broker \(broker.number) of \(service.name) something would have fewer than \(minimum) in sync"
                }
                let others = service.brokers.filter { $0.number != broker.number && truth.out(place, $0.number) != nil }
                if !others.isEmpty { return "other brokers of \(service.name) are out: \(others.map(\.number))" }
            }
        }
        return nil
    }

    /// An app that has lost instances elsewhere, or of which what runs here could run nowhere else.
    private func strandedApp(on position: Int) -> String? {
        let machine = world.machines[position]
        let here = Set(machine.tasks.filter { $0.kind == .app }.map(\.appID)).sorted()
        guard machine.serves, !here.isEmpty else { return nil }
        let others = world.machines.indices.filter { $0 != position && world.machines[$0].isPublic == machine.isPublic && world.machines[$0].isConnected }
        if others.isEmpty { return "no other machine could take \(here[0])" }
        for app in world.apps where here.contains(app.id) && app.instances >= 2 {
            let elsewhere = others.filter { world.machines[$0].serves }.reduce(0) { count, other in
                count + world.machines[other].tasks.count { $0.kind == .app && $0.appID == app.id }
            }
            if elsewhere < app.instances - 1 { return "\(elsewhere) of \(app.instances) instances of \(app.id) are up elsewhere" }
        }
        return nil
    }

    /// Whether of those who can be asked as many call a machine well that Mesos has lost as call it dead; or a broker on it stands against its death. One
    /// that was never seen to have an agent, though it was not always watched, may have one.
    private func isInDoubt(_ machine: Machine) -> Bool {
        guard !machine.isListed else { return false }
        guard let agent = machine.agent, truth.seenAgents.contains(agent) else { return true }
        let isSilentInSSM = machine.ssmSilentSince != nil || !machine.hostAnswers
        if settings.readsSSM, !isSilentInSSM { return false }
        if settings.probeInterval != nil, machine.hostAnswers { return false }
        let isImpaired = machine.systemCheck == .impaired || machine.instanceCheck == .impaired
        let dead = [isImpaired, settings.readsSSM, settings.probeInterval != nil].count { $0 }
        if dead <= (isImpaired ? 0 : 1) { return true }
        return world.services.contains { $0.brokers.contains { $0.position == world.position(of: machine.instance) && $0.isRegistered } }
    }
}
