import Fleet
import Ledger
import Rules

extension State {
    /// Which services there are, where their members live and who is in sync: what is other than before goes into the ledger.
    ///
    /// - Parameter isNew: whether Mesos or a scheduler has said something since the last time.
    mutating func noteServices(
        _ sightings: Sightings, nodes: [AgentID: NodeID], settings: Settings, isNew: Bool, now: Timestamp, recording: inout Recording
    ) {
        guard isNew, settings.servicesInterval != nil, let words = sightings.services, let residence = sightings.residence else { return }
        var entry = ServicesEntry()
        let placed = Dictionary(grouping: residence.members, by: \.member.service)
        let counted = words.keys.filter { !settings.services.isIgnored($0) }
        let names = Set(counted).union(placed.keys)
        for name in services.keys.sorted() where !names.contains(name) {
            services[name] = nil
            entry.gone.append(name)
        }
        for name in names.sorted() {
            let recorded = RecordedService(name: name, word: words[name])
            var memory = services[name] ?? ServiceMemory(recorded)
            if services[name] == nil || memory.service != recorded { entry.services.append(recorded) }
            memory.service = recorded
            memory.place(placed[name] ?? [], nodes: nodes, now: now, entry: &entry)
            if let word = words[name] { memory.hear(word, entry: &entry) }
            services[name] = memory
        }
        recording.note(entry)
    }

    /// The tables that rules may read.
    var serviceRows: ServiceRows {
        let sorted = services.values.sorted { $0.service.name < $1.service.name }
        return ServiceRows(
            services: sorted.map { memory in
                let size = Set(memory.members.keys.map(\.member)).count { $0.member != ServiceMember.unnamed }
                return ServiceRows.Service(
                    name: memory.service.name, kind: memory.hasBrokers ? "kafka" : memory.service.package ?? "unknown", size: memory.hasScheduler ? size : nil)
            },
            members: sorted.flatMap { memory in
                memory.sortedMembers.map { ServiceRows.Member($0.member.key.member, node: $0.member.node, isInSync: memory.isInSync($0.member)) }
            })
    }

    /// The tables that say nothing now, for one of their sources is stale.
    func unknownTables(_ stale: Set<Source>) -> Set<String> {
        var tables: Set<String> = stale.contains(.tasks) ? ["task"] : []
        if !stale.isDisjoint(with: [.agents, .tasks, .services]) || stale.contains(where: \.isService) { tables.formUnion(["member", "service"]) }
        return tables
    }
}

extension ServiceMemory {
    /// Takes in where its members are now.
    fileprivate mutating func place(_ placed: [Residence.Placed], nodes: [AgentID: NodeID], now: Timestamp, entry: inout ServicesEntry) {
        var present: [RecordedMember.Key: RecordedMember] = [:]
        for one in placed {
            let key = RecordedMember.Key(one.member, on: one.agent)
            // A pod may have several tasks; it is as well as the worst of them.
            if let before = present[key], before.state != "RUNNING" || one.state == "RUNNING" { continue }
            present[key] = RecordedMember(key, node: one.agent.flatMap { nodes[$0] }, broker: one.broker, task: one.task, state: one.state)
        }
        for key in members.keys.sorted() where present[key] == nil {
            members[key] = nil
            entry.membersGone.append(key)
        }
        for key in present.keys.sorted() {
            guard let member = present[key], members[key]?.member != member else { continue }
            members[key] = RememberedMember(member, since: now)
            entry.members.append(member)
        }
    }
}

extension RecordedService {
    fileprivate init(name: ServiceName, word: ServiceWord?) {
        self.init(
            name: name, package: word?.package, flavour: word?.flavour, framework: word?.framework, registered: word?.registered?.value.sorted(),
            plans: word?.plans?.value)
    }
}
