import Fleet

/// Whether a service bears that one of its members is taken away from a node.
struct ServiceQuestion {
    let member: ServiceMember
    let question: GateQuestion
    let situation: Situation

    var answer: GateAnswer {
        let name = member.service
        guard let status = situation.services?[name] else { return say(.unknown, "service \(name) of \(member) is unknown") }
        switch status.settings.policy {
        case .ignore: return say(.open, "\(member) counts for nothing")
        case .refuse: return say(.never, "\(member) lives on it, and how to move members of \(name) is not known: its policy is refuse")
        case .guarded: break
        }
        guard status.isFresh else {
            let read = status.readAt.map { "was last read whole at \($0.text(at: situation.now))" } ?? "was never read"
            return say(.unknown, "the scheduler of \(name) \(read), and \(member) lives on it")
        }
        guard let here = place(in: status) else { return say(.unknown, "the scheduler of \(name) does not know \(member) on it") }
        guard let partitions = status.partitions, partitions.isEmpty || here.broker != nil else {
            return say(.unknown, "the in-sync sets of \(name) are not known")
        }
        if here.isDown, !here.serves { return down(here, status, partitions) }
        let isBroker = here.broker != nil
        guard here.isRunning != nil, !isBroker || (here.isRegistered == true && here.isInSync != nil) else {
            return say(.unknown, "whether \(member) is up and in sync is unknown")
        }
        return up(here, status, partitions)
    }

    private func say(_ state: GateAnswer.State, _ reason: String, _ values: [String: String] = [:]) -> GateAnswer {
        GateAnswer(.service, state, reason, values: values.merging(["service": member.service.rawValue, "member": member.description]) { $1 })
    }

    /// The member as its scheduler has it on this node; after the machine's end as it has it on the agent that was there, or nowhere: schedulers before the SDK
    /// name no agent, and Mesos forgets the tasks of one that is gone.
    private func place(in status: ServiceStatus) -> MemberStatus? {
        let places = status.members.filter { $0.member == member }
        if let here = places.first(where: { $0.node == question.node.id }) { return here }
        guard question.isMachineGone else { return nil }
        if let agent = question.work?.agent, let there = places.first(where: { $0.agent == agent }) { return there }
        return places.count == 1 ? places.first { $0.node == nil && $0.agent == nil && $0.isDown } : nil
    }

    /// In sync, or running behind: a slot must be free, and every partition that it holds must do without it.
    private func up(_ here: MemberStatus, _ status: ServiceStatus, _ partitions: [PartitionStatus]) -> GateAnswer {
        let name = member.service
        let occupied = occupants(of: status, isLost: here.isRunning != true)
        let max = status.settings.maxInFlight
        if occupied.count >= max {
            return say(
                .shut, "\(occupied.count) of \(counted(max, "slot")) of \(name) \(occupied.count == 1 ? "is" : "are") taken: \(listed(occupied.map(\.said)))",
                ["occupied": String(occupied.count), "max": String(max)])
        }
        // Where Mesos has lost a broker that serves on, its scheduler is at work until the broker is elsewhere.
        if here.isRunning == true, let shut = unquiet(status) { return shut }
        guard let broker = here.broker else { return say(.open, "\(name) has a free slot for \(member)") }
        // Others that are to be moved too are still in sync, and will not be.
        let leaving = Set(occupied.compactMap { occupant in status.members.first { $0.member == occupant.member }?.broker } + [broker])
        let answers = partitions.filter { $0.inSync.contains(broker) && !$0.isExpendable }.compactMap { partition -> GateAnswer? in
            without(leaving, broker, partition)
        }
        return answers.isEmpty
            ? say(.open, "\(name) does without \(member): \(counted(partitions.count, "partition")) stay in sync")
            : GateAnswer.worst(
                Array(answers.prefix(Self.shownMax)))
    }

    /// A reason is one line: more partitions than these are not named in it.
    private static let shownMax = 3

    private func without(_ leaving: Set<Int>, _ broker: Int, _ partition: PartitionStatus) -> GateAnswer? {
        let place = "\(partition.topic)-\(partition.number)"
        let staying = partition.inSync.count { !leaving.contains($0) }
        let full = Set(partition.baseline ?? partition.inSync).union(partition.inSync)
        let mayCome = full.count - 1
        if partition.inSync == [broker] || (staying == 0 && mayCome == 0) {
            return say(
                mayCome > 0 ? .shut : .never, "\(member) has the last copy in sync of \(place)", ["partition": place, "in_sync": listed(partition.inSync)])
        }
        guard staying < max(1, partition.minInSync) else { return nil }
        return say(
            mayCome < partition.minInSync ? .never : .shut,
            "\(place) would have \(counted(staying, "copy")) in sync without \(member), and needs \(partition.minInSync)",
            ["partition": place, "in_sync": listed(partition.inSync), "min_in_sync": String(partition.minInSync)])
    }

    /// Already down: it takes nothing away that is there, but must not be what holds the last copy; and one moves at a time.
    private func down(_ here: MemberStatus, _ status: ServiceStatus, _ partitions: [PartitionStatus]) -> GateAnswer {
        if let moving = running(in: status).first {
            return say(.shut, "\(member) is down, and the move of \(moving.member) of the same service is running", ["moving": moving.member.description])
        }
        if let broker = here.broker {
            if let last = partitions.first(where: { $0.inSync == [broker] && !$0.isExpendable }) {
                let place = "\(last.topic)-\(last.number)"
                return say(.never, "\(member) is down and has the last copy in sync of \(place): only it can bring it back", ["partition": place])
            }
            if let leaderless = partitions.first(where: { !$0.hasLeader && !$0.isExpendable }) {
                let place = "\(leaderless.topic)-\(leaderless.number)"
                return say(.shut, "\(member) is down, and \(place) has no leader", ["partition": place])
            }
        }
        return say(.open, "\(member) is down already, and \(member.service) does without it")
    }

    private func unquiet(_ status: ServiceStatus) -> GateAnswer? {
        switch status.isQuiet {
        case true?: return nil
        case nil: return say(.unknown, "whether the plans of \(status.name) are complete is unknown")
        case false?:
            // A move of ours is such a plan; whether it leaves a slot has been asked.
            let isOurs = situation.inFlight.contains { $0.moving.contains { $0.service == status.name } }
            return isOurs ? nil : say(.shut, "the plans of \(status.name) are not complete: its scheduler is at work")
        }
    }
}

extension ServiceQuestion {
    /// A member that takes a slot, and why.
    struct Occupant {
        let member: ServiceMember
        let why: String
        var said: String { "\(member) (\(why))" }
    }

    /// Members that take a slot, whoever caused it: down, syncing, of unknown standing, or about to be moved by other work in flight. Sorted.
    ///
    /// Not counted: the member itself, and, if Mesos has lost it, another that Mesos has lost and that serves on: the two would wait for each other. Before
    /// anything but a move, neither are its own replacement's others, for they are moved one at a time, and each is asked for by itself then. In flight,
    /// what other work has not begun to move does not count: it has to ask by itself, and two that wait for each other would wait for ever.
    func occupants(of status: ServiceStatus, isLost: Bool) -> [Occupant] {
        var why: [ServiceMember: String] = [:]
        for (other, places) in Dictionary(grouping: status.members, by: \.member) where !places.contains(where: { $0.isWell || (isLost && $0.serves) }) {
            why[other] = places.contains { $0.isOut } ? (places.contains { $0.isDown } ? "down" : "syncing") : "unknown whether up and in sync"
        }
        for work in question.others(in: situation) {
            let members = question.isStart && !question.goesBefore(work) ? work.members : work.moving
            for other in members where other.service == status.name && why[other] == nil { why[other] = "of replacement of \(work.node)" }
        }
        if case .harm(.move, _) = question.moment {
            for other in question.work?.moving ?? [] where other.service == status.name && why[other] == nil { why[other] = "moving" }
        } else {
            for own in (question.own(in: situation)?.members ?? []) + (question.node.members ?? []) { why[own] = nil }
        }
        why[member] = nil
        return why.sorted { $0.key < $1.key }.map { Occupant(member: $0.key, why: $0.value) }
    }

    /// Moves of the same service that are running, of other work or of its own: all but this member's.
    func running(in status: ServiceStatus) -> [Occupant] {
        var moving = question.others(in: situation).flatMap(\.moving)
        if case .harm(.move, _) = question.moment { moving += question.work?.moving ?? [] }
        return Set(moving).filter { $0.service == status.name && $0 != member }.sorted().map { Occupant(member: $0, why: "moving") }
    }
}

extension MemberStatus {
    /// Whether it is a broker that its cluster can read from, whatever Mesos says of its task: its agent may be lost, and it serves on.
    var serves: Bool { broker != nil && isRegistered == true && isInSync == true }

    /// Whether it is known to be up and in sync here. A member that was moved may be seen in its old place, too: one place where it is well is enough.
    var isWell: Bool { isRunning == true && (broker == nil || (isRegistered == true && isInSync == true)) && !isOut }
}
