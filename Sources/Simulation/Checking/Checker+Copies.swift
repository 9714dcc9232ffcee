internal import Fleet
internal import Replacing
internal import Rounds

/// What no act of ours may take from a service.
extension Checker {
    static let copies = [lastCopy, belowMinimum, membersOut, movedMember, lastTask]

    static let lastCopy = Checker(
        "last-copy", "no act of ours takes the last in-sync copy of anything"
    ) { moment, evidence in
        guard case .before(let errand) = moment else { return [] }
        return evidence.brokersLosingData(by: errand.action).flatMap { service, broker in
            evidence.solePartitions(of: service, broker).map {
                "\(errand.action) takes the last copy of \($0), which broker \(broker) of \(evidence.world.services[service].name) has"
            }
        }
    }

    static let belowMinimum = Checker("below-minimum", "no act of ours takes a partition below the replicas that its service asks to have in sync") {
        moment, evidence in
        guard case .before(let errand) = moment else { return [] }
        return evidence.brokersStopped(by: errand.action).flatMap { service, broker -> [String] in
            let world = evidence.world.services[service]
            guard let minimum = evidence.settings.services.named[ServiceName(world.name)]?.minInSync else { return [] }
            // What is out itself takes nothing away that is there.
            if evidence.truth.out(service, broker) != nil { return [] }
            var found: [String] = []
            for (topicPlace, topic) in world.topics.enumerated() {
                for (place, partition) in topic.partitions.enumerated() where partition.inSync.contains(broker) && partition.inSync.count - 1 < minimum {
                    let name = Truth.PartitionName(service: service, topic: topicPlace, partition: place)
                    guard evidence.isOld(evidence.truth.inSyncSince[name]?.since) else { continue }
                    found.append(
                        "\(errand.action) leaves \(partition.inSync.count - 1) in sync of \(topic.name)-\(place) of \(world.name), and \(minimum) are needed")
                }
            }
            return Array(found.prefix(1))
        }
    }

    static let membersOut = Checker(
        "members-out", "no act of ours takes more members of a service than its limit, counting those that are down or syncing for other reasons"
    ) { moment, evidence in
        guard case .before(let errand) = moment else { return [] }
        return evidence.brokersStopped(by: errand.action).compactMap { service, broker in
            // One that is out itself uses the slot that it occupies anyway.
            if evidence.truth.out(service, broker) != nil { return nil }
            let others = evidence.world.services[service].brokers.map(\.number).filter { $0 != broker && evidence.isOld(evidence.truth.out(service, $0)) }
            let max = evidence.settings.services.settings(of: ServiceName(evidence.world.services[service].name), isKafka: true).maxInFlight
            return others.count < max ? nil : "\(errand.action) takes broker \(broker) of \(evidence.world.services[service].name) while \(others) are out"
        }
    }

    static let movedMember = Checker(
        "moved-again", "a member that has gone from its node already is not moved again, which would destroy the copy that it is making"
    ) { moment, evidence in
        guard case .before(let errand) = moment, case .replaceMember(let member, _, _) = errand.action else { return [] }
        guard let (service, broker) = evidence.find(member), let work = evidence.truth.replacements[errand.replacement] else { return [] }
        let position = evidence.world.services[service].brokers[broker].position
        if evidence.world.services[service].brokers[broker].isPlaceless || evidence.world.machines[position].instance == work.instance { return [] }
        guard evidence.isOld(evidence.startOfTask(service, broker)) else { return [] }
        return ["\(member) is replaced for \(work.node), but lives on \(evidence.world.machines[position].instance)"]
    }

    static let lastTask = Checker("last-task", "no app is at zero by us") { moment, evidence in
        guard case .before(let errand) = moment else { return [] }
        let apps: Set<String>
        let position: Int
        if case .moveInstance(let instance) = errand.action {
            // Where it runs with others of its app, these stay.
            guard let here = evidence.world.machines.firstIndex(where: { $0.tasks.contains { $0.id == instance.task } }),
                evidence.world.machines[here].tasks.count(where: { $0.kind == .app && $0.appID == instance.app }) == 1
            else { return [] }
            (apps, position) = ([instance.app], here)
        } else if let emptied = evidence.emptied(by: errand.action) {
            (apps, position) = (Set(evidence.world.machines[emptied].tasks.filter { $0.kind == .app }.map(\.appID)), emptied)
        } else {
            return []
        }
        guard evidence.world.machines[position].serves else { return [] }
        return apps.sorted().compactMap { app in
            guard let declared = evidence.world.apps.first(where: { $0.id == app }), declared.instances >= 2 else { return nil }
            guard evidence.isOld(evidence.truth.aloneSince[Truth.AppPlace(app: app, machine: position)]) else { return nil }
            return "\(errand.action) ends the last of \(declared.instances) tasks of \(app)"
        }
    }
}

extension Evidence {
    func find(_ member: ServiceMember) -> (service: Int, broker: Int)? {
        guard let service = world.services.firstIndex(where: { $0.name == member.service.rawValue }) else { return nil }
        return world.services[service].brokers.indices.first { world.services[service].memberName($0) == member.member.rawValue }.map { (service, $0) }
    }

    /// Brokers whose data a call destroys: the member itself, or those whose volume lies on the machine.
    func brokersLosingData(by action: Action) -> [(service: Int, broker: Int)] {
        switch action {
        case .replaceMember(let member, _, _): return find(member).map { [$0] } ?? []
        case .terminate(let instance, _), .retire(let instance, _): return brokers(on: world.position(of: instance))
        case .apply(let planned): return planned.isGone ? [] : brokers(on: world.position(of: planned.old))
        case .markGone(let agent): return brokers(on: world.position(of: agent))
        default: return []
        }
    }

    /// Brokers that a call ends, whether or not their data survives.
    func brokersStopped(by action: Action) -> [(service: Int, broker: Int)] {
        switch action {
        case .replaceMember, .terminate, .retire, .apply, .markGone: return brokersLosingData(by: action)
        case .drain(let agent): return brokers(on: world.position(of: agent))
        case .stopHost(let node), .leave(let node), .drainHost(let node): return brokers(on: world.position(of: node))
        default: return []
        }
    }

    /// The machine on which a call ends whatever runs. Nil for a call that ends nothing.
    func emptied(by action: Action) -> Int? {
        switch action {
        case .drain, .drainHost, .leave, .stopHost, .markGone, .terminate, .retire, .apply: target(of: action)
        default: nil
        }
    }

    /// Brokers whose volume lies on a machine whose disk is still there.
    func brokers(on position: Int?) -> [(service: Int, broker: Int)] {
        guard let position, world.machines[position].ec2State == .running else { return [] }
        return world.services.indices.flatMap { service in
            world.services[service].brokers.filter { world.hasPlace($0, on: position) }.map { (service, $0.number) }
        }
    }

    /// Partitions of which, for a while already, this broker alone has all that was written, as far as it has it at all.
    func solePartitions(of service: Int, _ broker: Int) -> [String] {
        let state = world.services[service].brokers[broker]
        guard !state.isPlaceless, !state.isEmpty, world.machines[state.position].ec2State == .running else { return [] }
        var found: [String] = []
        for (topicPlace, topic) in world.services[service].topics.enumerated() {
            for (place, partition) in topic.partitions.enumerated() where partition.inSync == [broker] {
                let name = Truth.PartitionName(service: service, topic: topicPlace, partition: place)
                if isOld(truth.inSyncSince[name]?.since) { found.append("\(topic.name)-\(place)") }
            }
        }
        return found
    }

    func startOfTask(_ service: Int, _ broker: Int) -> Timestamp? {
        let state = world.services[service].brokers[broker]
        return world.machines[state.position].tasks.first { $0.id == state.task }?.statuses.first?.at
    }
}
