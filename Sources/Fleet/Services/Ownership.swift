/// Which service a framework, and whatever is reserved on an agent, belongs to.
struct Ownership {
    enum Owner: Hashable {
        case service(ServiceName)
        /// A service whose members count for nothing.
        case ignored
        /// No service that anybody guards: Marathon, or a framework that is none of the SDK's.
        case other
    }

    private let policies: ServicePolicies
    private var frameworks: [FrameworkID: Owner] = [:]
    private var names: [FrameworkID: ServiceName] = [:]
    /// Nil where several frameworks share it.
    private var principals: [String: Owner?] = [:]
    private var roles: [String: Owner?] = [:]
    private var reserved: [Agent.Reservation: Owner] = [:]
    /// Services of which two frameworks have the name that are active or have tasks, sorted.
    private(set) var twins: [ServiceName] = []
    /// Services that are known only by what Mesos shows of them.
    private(set) var unheard: Set<ServiceName> = []

    /// - Parameters:
    ///   - words: of the services that count.
    ///   - tasks: all that are not over; the labels on one tell that its framework is an SDK scheduler.
    init(words: [ServiceName: ServiceWord], tasks: MesosSighting.Tasks, policies: ServicePolicies) {
        self.policies = policies
        for word in words.values { if let id = word.framework { frameworks[id] = .service(word.name) } }
        // One that is not active and has nothing running was left behind: nobody speaks for it, and nobody lives by it.
        let alive = Set((tasks.running + tasks.unreachable).map(\.framework) + tasks.frameworks.lazy.filter(\.isActive).map(\.id))
        var byName: [ServiceName: Int] = [:]
        for framework in tasks.frameworks {
            let name = ServiceName(framework: framework.name)
            names[framework.id] = name
            if policies.isIgnored(name) {
                frameworks[framework.id] = .ignored
            } else if words[name] != nil {
                frameworks[framework.id] = .service(name)
                if alive.contains(framework.id) { byName[name, default: 0] += 1 }
            }
        }
        twins = byName.filter { $0.value > 1 }.keys.sorted()
        for task in tasks.running where task.isOfSDK { note(sdkTask: task) }
        for task in tasks.unreachable where task.isOfSDK { note(sdkTask: task) }
        for framework in tasks.frameworks {
            let owner = frameworks[framework.id] ?? .other
            if let principal = framework.principal { Self.note(owner, of: principal, in: &principals) }
            for role in framework.roles { Self.note(owner, of: role, in: &roles) }
        }
        for name in words.keys { roles[name.role] = .some(.service(name)) }
    }

    private static func note(_ owner: Owner, of text: String, in known: inout [String: Owner?]) {
        if let before = known[text], before != owner { known[text] = .some(nil) } else { known[text] = owner }
    }

    private mutating func note(sdkTask task: MesosTask) {
        guard frameworks[task.framework] == nil else { return }
        let name = names[task.framework] ?? task.frameworkName.map { ServiceName(framework: $0) } ?? ServiceName(task.framework.rawValue)
        if policies.isIgnored(name) {
            frameworks[task.framework] = .ignored
        } else {
            frameworks[task.framework] = .service(name)
            unheard.insert(name)
        }
    }

    func service(of framework: FrameworkID) -> ServiceName? {
        if case .service(let name)? = frameworks[framework] { name } else { nil }
    }

    /// By the framework that is named, else by principal and role as far as they are one framework's alone, else by the names that SDK schedulers choose.
    mutating func owner(of reservation: Agent.Reservation) -> Owner {
        if let known = reserved[reservation] { return known }
        let owner = find(reservation)
        reserved[reservation] = owner
        return owner
    }

    private mutating func find(_ reservation: Agent.Reservation) -> Owner {
        if let id = reservation.framework, let owner = frameworks[id] ?? (names[id] == nil ? nil : .other) { return owner }
        if case .some(.some(let owner)) = roles[reservation.role], owner != .other { return owner }
        if let principal = reservation.principal, case .some(.some(let owner)) = principals[principal] { return owner }
        // A scheduler that is gone, or that we may not see, has left this.
        guard let name = ServiceName(role: reservation.role), reservation.principal == name.principal || reservation.framework != nil else { return .other }
        if policies.isIgnored(name) { return .ignored }
        unheard.insert(name)
        return .service(name)
    }
}
