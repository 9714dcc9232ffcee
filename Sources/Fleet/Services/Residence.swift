/// Who lives on which agent: the union of what Mesos shows, what lies reserved, and what every scheduler says.
///
/// Made once for each new sighting, not for each round. Where two words contradict each other, nobody's is taken: the agent's members are not known.
package struct Residence: Sendable {
    /// What is known of one agent.
    package struct Home: Hashable, Sendable {
        package fileprivate(set) var members: Set<ServiceMember> = []
        /// Services of which it is in doubt whether a member is here.
        fileprivate var doubtful: Set<ServiceName> = []
        /// Whether `members` cannot be relied on.
        package var isDoubtful: Bool { !doubtful.isEmpty }
        /// Whether `statefulTasks` cannot: a member of a guarded service, here or not, is none of them.
        package fileprivate(set) var isStateDoubtful = false
        /// Tasks that Marathon ties to the agent otherwise than by a volume.
        fileprivate var tied = 0
        /// Tasks of Marathon's that have a volume on the agent.
        fileprivate var withVolume = 0
        /// Volumes on the agent that are no guarded service's.
        fileprivate var volumes = 0

        /// Members that are here only by what lies here: their volumes, or a reservation of their service's.
        package fileprivate(set) var lying: Set<ServiceMember> = []
        /// Members that are here only by tasks that Mesos has lost with the agent, with those tasks: their scheduler has them elsewhere.
        package fileprivate(set) var lost: [ServiceMember: Set<TaskID>] = [:]
        /// The ids of volumes by member; what is reserved for a service, and its volumes that tell no member, stand under its unnamed member. Sorted.
        fileprivate var resources: [ServiceMember: [String]] = [:]

        /// Members of services that nobody knows how to move.
        fileprivate var unmovable = 0

        /// A volume that no task of Marathon's explains is one of a task that is stopped, or another framework's.
        package var statefulTasks: Int { tied + max(withVolume, volumes) + unmovable }

        /// The ids of all that a member has here, with what is reserved for its service. Sorted.
        package func resources(of member: ServiceMember) -> [String] {
            let shared = ServiceMember(member.service, ServiceMember.unnamed)
            return Set((resources[member] ?? []) + (resources[shared] ?? [])).sorted()
        }
    }

    /// A member with the place that it is in.
    package struct Placed: Hashable, Sendable {
        package let member: ServiceMember
        package let broker: Int?
        package let agent: AgentID?
        package let task: TaskID?
        /// Without `TASK_`.
        package let state: String?
    }

    /// Agents of which anything is known.
    package fileprivate(set) var homes: [AgentID: Home] = [:]
    /// Whether every scheduler has told its members.
    fileprivate var isHeard = true
    /// Members of which neither their scheduler nor Mesos tells the place: they may be on any agent that is not listed.
    package fileprivate(set) var placeless: Set<ServiceMember> = []
    /// Every member once for each agent on which it is seen, sorted.
    package fileprivate(set) var members: [Placed] = []
    /// Services that only Mesos knows of, sorted.
    package fileprivate(set) var unheard: [ServiceName] = []
    /// Contradictions, in words, sorted.
    package fileprivate(set) var notices: [String] = []

    package init(
        agents: [Agent], tasks: MesosSighting.Tasks, words: [ServiceName: ServiceWord], marathon: MarathonSighting?, policies: ServicePolicies
    ) {
        let words = words.filter { !policies.isIgnored($0.key) }
        var making = ResidenceMaking(words: words, tasks: tasks, policies: policies)
        making.place(tasks)
        making.hear(agents: agents)
        making.look(at: agents)
        if let marathon { making.count(marathon) }
        self = making.finished()
    }

    fileprivate init() {}

    /// Whether agents that are not listed can be said to have nobody: every scheduler tells where its members live, or Mesos shows it of each.
    package var isComplete: Bool { isComplete(knowing: []) }

    /// The same where the places of some members are known otherwise.
    package func isComplete(knowing members: Set<ServiceMember>) -> Bool { isHeard && placeless.isSubset(of: members) }
}

/// The pass that makes a residence.
private struct ResidenceMaking {
    private struct Seen {
        let task: MesosTask
        let isReachable: Bool
    }

    private var residence = Residence()
    private var ownership: Ownership
    private let words: [ServiceName: ServiceWord]
    private let policies: ServicePolicies
    /// What Mesos shows of each member.
    private var seen: [ServiceMember: [Seen]] = [:]
    private var placed: Set<Residence.Placed> = []
    private var notices: Set<String> = []

    /// The most contradictions that are put into words: beyond that, they have one cause.
    private static let noticesMax = 20

    init(words: [ServiceName: ServiceWord], tasks: MesosSighting.Tasks, policies: ServicePolicies) {
        self.words = words
        self.policies = policies
        ownership = Ownership(words: words, tasks: tasks, policies: policies)
    }

    /// Members of a service whose scheduler does not tell places, and of which Mesos shows no task.
    private func placeless(_ word: ServiceWord) -> [ServiceMember] {
        if word.tellsPlaces { return [] }
        return (word.members?.value ?? []).filter { $0.agent == nil }.map { ServiceMember(word.name, $0.name) }.filter { seen[$0] == nil }
    }

    // MARK: Mesos' tasks

    mutating func place(_ tasks: MesosSighting.Tasks) {
        // By task: a scheduler's own name for a member goes before what labels and names tell.
        var names: [TaskID: MemberName] = [:]
        for word in words.values { for member in word.members?.value ?? [] { if let task = member.task { names[task] = member.name } } }
        for (list, isReachable) in [(tasks.running, true), (tasks.unreachable, false)] {
            for task in list {
                guard let service = ownership.service(of: task.framework) else { continue }
                let member = ServiceMember(service, names[task.id] ?? task.member)
                seen[member, default: []].append(Seen(task: task, isReachable: isReachable))
                residence.homes[task.agent, default: Residence.Home()].members.insert(member)
            }
        }
        residence.isHeard = words.values.allSatisfy { $0.members != nil }
        residence.placeless = Set(words.values.flatMap(placeless))
        for service in ownership.twins {
            notices.insert("two frameworks are called \(service): which of them its scheduler speaks for is not known; tear down the one that is left over")
            for (member, seen) in seen where member.service == service { doubt(service, on: seen.map(\.task.agent)) }
        }
    }

    // MARK: The schedulers' words

    mutating func hear(agents: [Agent]) {
        let active = Set(agents.lazy.filter(\.isActive).map(\.id))
        for name in words.keys.sorted() {
            guard let members = words[name]?.members?.value else { continue }
            for member in members { hear(member, of: name, active: active) }
            let known = Set(members.map(\.name))
            for (member, seen) in seen where member.service == name && !known.contains(member.member) {
                doubt(name, on: seen.map(\.task.agent))
                let places = Set(seen.map(\.task.agent.rawValue)).sorted().joined(separator: ", ")
                notices.insert("\(member): Mesos shows it on \(places), and its scheduler does not know it")
            }
        }
        for (member, seen) in seen {
            let word = words[member.service]?.members?.value.first { $0.name == member.member }
            for one in seen {
                let state = one.isReachable ? Self.plain(one.task.state) : "UNREACHABLE"
                placed.insert(Residence.Placed(member: member, broker: word?.broker, agent: one.task.agent, task: one.task.id, state: state))
            }
        }
    }

    private mutating func hear(_ word: MemberSighting, of service: ServiceName, active: Set<AgentID>) {
        let member = ServiceMember(service, word.name)
        let running = seen[member, default: []].filter(\.isReachable).map(\.task)
        if let agent = word.agent { residence.homes[agent, default: Residence.Home()].members.insert(member) }
        if !seen[member, default: []].contains(where: { $0.task.agent == word.agent }), word.agent != nil || running.isEmpty {
            placed.insert(Residence.Placed(member: member, broker: word.broker, agent: word.agent, task: word.task, state: word.state))
        }
        guard let agent = word.agent else { return }
        let elsewhere = running.filter { $0.agent != agent }.map(\.agent)
        if !elsewhere.isEmpty {
            doubt(service, on: elsewhere + [agent])
            let places = Set(elsewhere.map(\.rawValue)).sorted().joined(separator: ", ")
            notices.insert("\(member): its scheduler says that it lives on \(agent), and Mesos shows it on \(places)")
        } else if word.isRunning, running.isEmpty, active.contains(agent) {
            doubt(service, on: [agent])
            notices.insert("\(member): its scheduler says that it runs on \(agent), and Mesos shows no task of it there")
        }
    }

    private mutating func doubt(_ service: ServiceName, on agents: [AgentID]) {
        for agent in agents { residence.homes[agent, default: Residence.Home()].doubtful.insert(service) }
    }

    private static func plain(_ state: String) -> String { state.hasPrefix("TASK_") ? String(state.dropFirst(5)) : state }

    // MARK: What lies on the agents

    mutating func look(at agents: [Agent]) {
        for agent in agents where !agent.reservations.isEmpty || !agent.volumes.isEmpty {
            var owners: Set<ServiceName> = []
            for reservation in agent.reservations {
                guard case .service(let name) = ownership.owner(of: reservation) else { continue }
                owners.insert(name)
                residence.homes[agent.id, default: Residence.Home()].resources[ServiceMember(name, ServiceMember.unnamed), default: []].append(reservation.id)
            }
            for volume in agent.volumes {
                switch ownership.owner(of: volume.owner) {
                case .ignored: break
                case .other: residence.homes[agent.id, default: Residence.Home()].volumes += 1
                case .service(let name):
                    owners.insert(name)
                    let member = volume.path.flatMap { MemberName(podOf: $0) }.flatMap { knows($0, of: name) ? $0 : nil }
                    let owner = ServiceMember(name, member ?? ServiceMember.unnamed)
                    residence.homes[agent.id, default: Residence.Home()].resources[owner, default: []].append(volume.id)
                    if member != nil { found(owner, on: agent.id) }
                }
            }
            for name in owners.sorted() where !(residence.homes[agent.id]?.members.contains { $0.service == name } ?? false) {
                found(ServiceMember(name, ServiceMember.unnamed), on: agent.id)
            }
        }
    }

    /// What a path looks like is believed only where it is the name of a member, or nobody can say.
    private func knows(_ member: MemberName, of service: ServiceName) -> Bool { words[service]?.members?.value.contains { $0.name == member } ?? true }

    private mutating func found(_ member: ServiceMember, on agent: AgentID) {
        guard residence.homes[agent, default: Residence.Home()].members.insert(member).inserted else { return }
        residence.homes[agent]?.lying.insert(member)
        placed.insert(Residence.Placed(member: member, broker: nil, agent: agent, task: nil, state: nil))
    }

    // MARK: Marathon

    mutating func count(_ marathon: MarathonSighting) {
        for app in marathon.apps where !app.ties.isEmpty {
            let hasVolume = app.ties.contains(.persistentVolume)
            for task in app.tasks where hasVolume || !MarathonSighting.Placement.isOver(task.state) {
                if hasVolume {
                    residence.homes[task.agent, default: Residence.Home()].withVolume += 1
                } else {
                    residence.homes[task.agent, default: Residence.Home()].tied += 1
                }
            }
        }
    }

    // MARK: The end

    private func isUnmovable(_ service: ServiceName) -> Bool {
        let word = words[service]
        let isKafka = policies.isKafka(package: word?.package) || word?.hasBrokers ?? false
        return policies.settings(of: service, isKafka: isKafka).policy == .refuse
    }

    /// By member and agent: the tasks, where Mesos reaches none of them and the scheduler says that the member lives elsewhere.
    private func lost(_ member: ServiceMember) -> [AgentID: Set<TaskID>] {
        guard let home = words[member.service]?.members?.value.first(where: { $0.name == member.member })?.agent else { return [:] }
        let byAgent = Dictionary(grouping: seen[member] ?? [], by: \.task.agent).filter { $0.key != home && !$0.value.contains(where: \.isReachable) }
        return byAgent.mapValues { Set($0.map(\.task.id)) }
    }

    func finished() -> Residence {
        var residence = residence
        for member in seen.keys { for (agent, tasks) in lost(member) { residence.homes[agent]?.lost[member] = tasks } }
        for (agent, home) in residence.homes {
            residence.homes[agent]?.unmovable = home.members.count { isUnmovable($0.service) }
            residence.homes[agent]?.isStateDoubtful = home.doubtful.contains(where: isUnmovable)
        }
        residence.members = placed.sorted {
            ($0.member, $0.agent?.rawValue ?? "", $0.task?.rawValue ?? "") < ($1.member, $1.agent?.rawValue ?? "", $1.task?.rawValue ?? "")
        }
        residence.unheard = ownership.unheard.sorted()
        var all = notices.sorted()
        if all.count > Self.noticesMax { all = all.prefix(Self.noticesMax) + ["\(all.count - Self.noticesMax) more contradictions about members"] }
        if !residence.unheard.isEmpty {
            let names = residence.unheard.prefix(5).map(\.rawValue).joined(separator: ", ") + (residence.unheard.count > 5 ? ", …" : "")
            all.append("Mesos shows members of services that no scheduler was asked for: \(names); name them under services")
        }
        residence.notices = all
        return residence
    }
}
