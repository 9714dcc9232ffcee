import Fleet
import Ledger
import Planning
import Replacing

extension Situating {
    /// The services that count. Nil while it is not known which there are.
    func services() -> [ServiceName: ServiceStatus]? {
        guard settings.servicesInterval != nil, let words = sightings.services, !stale.contains(.services) else { return nil }
        var statuses: [ServiceName: ServiceStatus] = [:]
        for name in Set(words.keys).union(state.services.keys) where !settings.services.isIgnored(name) {
            guard let memory = state.services[name] else { continue }
            statuses[name] = status(of: memory, word: words[name])
        }
        return statuses
    }

    private func status(of memory: ServiceMemory, word: ServiceWord?) -> ServiceStatus {
        let name = memory.service.name
        let isKafka = settings.services.isKafka(package: memory.service.package) || memory.hasBrokers
        let own = settings.services.settings(of: name, isKafka: isKafka)
        let isFresh = !stale.contains(.service(name)) && homes.isFresh(word?.members?.at) && homes.isFresh(word?.registered?.at)
        let plans = word?.plans.flatMap { homes.isFresh($0.at) ? $0.value : nil }
        return ServiceStatus(
            name: name, settings: own, readAt: Self.readAt(word), isFresh: isFresh, isQuiet: plans?.allSatisfy(\.isComplete),
            members: memory.sortedMembers.compactMap { member($0.member, of: memory, word: word) },
            partitions: partitions(of: memory, word: word, settings: own), partitionsReadAt: memory.topics.isEmpty ? nil : memory.topicsReadAt)
    }

    /// When the part that was read longest ago was read; nil where one never was. The topics are apart.
    static func readAt(_ word: ServiceWord?) -> Timestamp? {
        guard let members = word?.members?.at, let registered = word?.registered?.at, let plans = word?.plans?.at else { return nil }
        return min(members, registered, plans)
    }

    private func member(_ member: RecordedMember, of memory: ServiceMemory, word: ServiceWord?) -> MemberStatus? {
        if homes.isAbandoned(member.key.member, on: member.key.agent, task: member.task) { return nil }
        if homes.isRemainder(member.key.member, on: member.key.agent) { return nil }
        let registered = word?.registered.flatMap { homes.isFresh($0.at) ? $0.value : nil }
        let node = member.key.agent.flatMap { homes.nodesOfAgents[$0] } ?? member.node
        return MemberStatus(
            member: member.key.member, broker: member.broker, node: node, agent: member.key.agent, task: member.task,
            isRunning: member.state.map { $0 == "RUNNING" }, isRegistered: member.broker.flatMap { broker in registered.map { $0.contains(broker) } },
            isInSync: memory.isInSync(member))
    }

    /// Nil while there is a topic that was never read: it may be the one that matters.
    private func partitions(of memory: ServiceMemory, word: ServiceWord?, settings: ServiceSettings) -> [PartitionStatus]? {
        guard memory.hasBrokers else { return [] }
        guard let word, word.topics != nil, word.unread.allSatisfy({ memory.topics[$0.name] != nil }) else { return nil }
        let expendable = Expendable(settings)
        var partitions: [PartitionStatus] = []
        for topic in memory.topics.values.sorted(by: { $0.name < $1.name }) {
            let isExpendable = expendable.contains(topic.name)
            let isWhole = topic.sets == topic.full
            let full = isWhole ? [:] : Dictionary(topic.full.partitions.map { ($0.number, $0.inSync) }, uniquingKeysWith: { $1 })
            for partition in topic.sets.partitions {
                partitions.append(
                    PartitionStatus(
                        topic: topic.name, number: partition.number, hasLeader: partition.leader >= 0, inSync: partition.inSync,
                        baseline: isWhole ? partition.inSync : full[partition.number], minInSync: settings.minInSync ?? 1,
                        isExpendable: isExpendable))
            }
        }
        return partitions
    }

    /// Marathon's apps with the nodes that their tasks run on. Nil while they are not known.
    func apps() -> [AppStatus]? {
        guard settings.servicesInterval != nil, let marathon = sightings.marathon, !stale.contains(.services) else { return nil }
        let going = work.instancesGoing(at: now, within: settings.playbook.pauses.accepted)
        return marathon.apps.map { app in
            var (running, up): ([NodeID: Int], [NodeID: Int]) = ([:], [:])
            for task in app.tasks where task.mayBeUp && !going.contains(task.task) {
                guard let node = homes.nodesOfAgents[task.agent] else { continue }
                running[node, default: 0] += 1
                if task.isUp { up[node, default: 0] += 1 }
            }
            return AppStatus(id: app.id, instances: app.instances, minimumHealthCapacity: app.minimumHealthCapacity, running: running, up: up)
        }
    }
}
