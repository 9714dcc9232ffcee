import Fleet

extension Gate {
    /// What is on the node has somewhere to go: an eligible agent for each member, and room for the rest.
    ///
    /// What one member or task needs is not known, only what is allocated on the whole node; so an eligible agent is one with anything left, and all that
    /// is allocated must fit into what is left of all. What other work in flight still has to place is taken off first. A pool that launches first
    /// brings its own room.
    ///
    /// What has taken nothing yet takes no room either from a failing node, where work begins ahead, and when it is somebody's turn: it asks again then. Where
    /// work begins ahead, members go to agents that are not outdated themselves as long as there are any or some are about to come.
    package static let capacity = Gate(.capacity, beforeHarm: false, atTurn: true) { question, situation in
        let node = question.node
        let isAhead = question.isAhead(in: situation)
        guard let pool = question.pool(in: situation) else { return answer(.unknown, "its pool is unknown") }
        // One whose end is announced does not wait for its successor.
        if pool.isLaunchFirst, !question.isStart || node.facts.announcedEnd == nil { return answer(.open, "pool \(pool.name) has the successor first") }
        if !question.isStart, question.cause.findingClass == .failing {
            return answer(.open, "it was asked for at the start, and nobody goes before a failing node")
        }
        let members: [ServiceMember]
        switch question.moment {
        case .harm(.move, let member?): members = [member]
        case .harm, .instance: members = question.work?.members ?? []
        case .start:
            guard let all = node.members else { return answer(.unknown, "its members are unknown") }
            members = all
        }
        guard let isPublic = situation.isPublic(node) else { return answer(.unknown, "whether it is a public agent is unknown") }
        let lives = node.vital == .living
        guard let allocated = node.resources?.allocated ?? (lives ? nil : AgentResources.Amount()) else {
            return answer(.unknown, "what is allocated on it is unknown")
        }
        let others = question.others(in: situation)
        // Those that ask again when it is their turn take nothing yet, but where a start counts all that is to go.
        let taking = others.filter { !$0.isWaiting || !(isAhead || givesWay($0, to: question)) }
        let doomed = Set(others.map(\.node) + [node.id])
        let room = situation.room
        let targets = { (room.takers[isPublic] ?? []).filter { !doomed.contains($0.id) } }
        let places =
            isAhead
            ? ahead(members, taking, others, situation, targets: targets())
            : eligible(members, taking, situation, targets: targets)
        if !places.isOpen { return places }
        if case .harm(.move, _) = question.moment { return places }
        let reserved = taking.compactMap { situation.nodes[$0.node] }.filter { situation.isPublic($0) == isPublic }.compactMap(\.resources?.allocated)
        let leaving = doomed.compactMap { situation.nodes[$0] }.filter { $0.takesTasks == isPublic }.compactMap(\.resources?.free)
        let left = leaving.reduce(room.free[isPublic] ?? .init(), -)
        return fits(([allocated] + reserved).reduce(.init(), +), in: left, of: (room.takers[isPublic] ?? []).count - leaving.count)
    }

    /// Only outdated ones ask for room again.
    private static func givesWay(_ other: WorkInFlight, to question: GateQuestion) -> Bool { other.findingClass == .outdated && question.goesBefore(other) }

    private static func answer(_ state: GateAnswer.State, _ reason: String, _ values: [String: String] = [:]) -> GateAnswer {
        GateAnswer(.capacity, state, reason, values: values)
    }

    /// On agents that are not outdated themselves, one for each; while none can be had and some are about to come, those are waited for. Else as without.
    private static func ahead(
        _ members: [ServiceMember], _ taking: [WorkInFlight], _ others: [WorkInFlight], _ situation: Situation, targets: [NodeStatus]
    ) -> GateAnswer {
        let fresh = eligible(members, taking, situation) { targets.filter { $0.isOutdated == false } }
        if fresh.isOpen || fresh.state == .unknown { return fresh }
        let coming = others.count { $0.isBringingAgent && situation.now - $0.startedAt < situation.expectedDuration(of: $0.pool) }
        if coming > 0 {
            return answer(.shut, "\(counted(coming, "fresh agent")) \(coming == 1 ? "is" : "are") about to come, and \(fresh.reason)", fresh.values)
        }
        return eligible(members, taking, situation) { targets }
    }

    private static func eligible(
        _ members: [ServiceMember], _ others: [WorkInFlight], _ situation: Situation, targets: () -> [NodeStatus]
    ) -> GateAnswer {
        guard !members.isEmpty else { return answer(.open, "no members to place") }
        guard let services = situation.services else { return answer(.unknown, "the services are unknown, and so which agents are eligible") }
        let targets = targets()
        for (service, own) in Dictionary(grouping: members, by: \.service).sorted(by: { $0.key < $1.key }) {
            guard let status = services[service] else {
                return answer(.unknown, "service \(service) is unknown, and so which agents are eligible for its members")
            }
            let taken = Set(status.members.compactMap(\.node))
            let eligible = targets.filter { target in
                guard let resources = target.resources, let members = target.members else { return false }
                let free = resources.free
                return !taken.contains(target.id) && !members.contains { $0.service == service } && free.cpus > 0 && free.mem > 0 && free.disk > 0
            }
            let needed = own.count + others.flatMap(\.members).count { $0.service == service }
            if eligible.count < needed {
                return answer(
                    .shut, "\(counted(needed, "member")) of \(service) need an agent without one, and \(counted(eligible.count, "agent")) could take one",
                    ["service": service.rawValue, "needed": String(needed), "eligible": String(eligible.count)])
            }
        }
        return answer(.open, "each member has an eligible agent")
    }

    private static func fits(_ need: AgentResources.Amount, in free: AgentResources.Amount, of agents: Int) -> GateAnswer {
        let values = ["need": text(need), "free": text(free), "agents": String(agents)]
        guard need.cpus <= free.cpus, need.mem <= free.mem, need.disk <= free.disk else {
            return answer(
                .shut, "what has to go elsewhere needs \(text(need)), and \(counted(agents, "other active agent")) have \(text(free)) left", values)
        }
        return answer(.open, "what has to go elsewhere needs \(text(need)), and \(text(free)) are left", values)
    }

    /// `3.5 cpus, 1024 MB memory, 0 MB disk`; cut to tenths and whole megabytes.
    private static func text(_ amount: AgentResources.Amount) -> String {
        func whole(_ number: Double) -> String { Int64(exactly: number.rounded()).map(String.init) ?? "\(number)" }
        let tenths = (amount.cpus * 10).rounded() / 10
        return "\(tenths) cpus, \(whole(amount.mem)) MB memory, \(whole(amount.disk)) MB disk"
    }
}

extension AgentResources.Amount {
    static func + (left: Self, right: Self) -> Self { Self(cpus: left.cpus + right.cpus, mem: left.mem + right.mem, disk: left.disk + right.disk) }
    static func - (left: Self, right: Self) -> Self { Self(cpus: left.cpus - right.cpus, mem: left.mem - right.mem, disk: left.disk - right.disk) }
}

extension Situation {
    /// Whether a node is a public agent: by Mesos, else, where Mesos has lost it, as all others of its pool are. Nil: unknown.
    func isPublic(_ node: NodeStatus) -> Bool? {
        if let value = node.facts.integer(.public) { return value != 0 }
        guard node.vital != .living, let pool = node.pool else { return nil }
        let words = Set(nodes.values.filter { $0.pool == pool && $0.id != node.id }.compactMap { $0.facts.integer(.public) }.map { $0 != 0 })
        return words.count == 1 ? words.first : nil
    }
}
