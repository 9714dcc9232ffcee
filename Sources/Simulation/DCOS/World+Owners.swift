internal import Fleet

/// Whose tasks and resources are, as the leading master shows it.
extension World {
    /// Whether a framework's scheduler is connected with the leading master: a service's as long as it answers, Marathon and Metronome always.
    package func isConnected(_ framework: Int) -> Bool {
        services.indices.first { services[$0].framework == framework }.map(isSchedulerConnected) ?? true
    }

    func framework(_ position: Int) -> MesosFramework {
        let framework = frameworks[position]
        return MesosFramework(
            id: framework.id, name: framework.name, isActive: isConnected(position), principal: framework.principal, roles: [framework.role])
    }

    /// What an SDK scheduler writes on its tasks; nil for the tasks of all others.
    func labels(of task: SimulatedTask) -> MesosTask.Labels? {
        guard case .broker(let service, let number) = task.kind else { return nil }
        let labels = Dictionary(uniqueKeysWithValues: services[service].taskLabels(of: number, on: task.agentIP).map { ($0.key, $0.value) })
        return labels["task_type"].map { MesosTask.Labels(type: $0, index: labels["index"].flatMap { Int($0) }) }
    }
}

extension SimulatedService {
    /// What its scheduler labels a broker's task with: before the SDK only the configuration, and the community's with nothing.
    package func taskLabels(of number: Int, on address: String) -> [Allotment.Label] {
        if flavour == .community { return [] }
        if flavour == .brokers { return [Allotment.Label("target_configuration", configuration)] }
        return [
            Allotment.Label("goal_state", "RUNNING"), Allotment.Label("index", String(number)), Allotment.Label("offer_attributes", ""),
            Allotment.Label("offer_hostname", address), Allotment.Label("target_configuration", configuration), Allotment.Label("task_type", "kafka"),
        ]
    }
}

extension Machine {
    /// Who has reserved something on it, each once.
    var reservations: [Agent.Reservation] { Array(Set(reserved.compactMap(\.owner))) }

    /// What it has, and what its tasks use of it.
    var resources: AgentResources {
        func sum(_ name: String) -> Double {
            tasks.flatMap(\.allotments).reduce(0) { sum, allotment in
                guard allotment.name == name, case .scalar(let amount) = allotment.amount else { return sum }
                return sum + amount
            }
        }
        return AgentResources(
            total: AgentResources.Amount(cpus: capacity.cpus, mem: capacity.mem, disk: capacity.disk),
            allocated: AgentResources.Amount(cpus: sum("cpus"), mem: sum("mem"), disk: sum("disk")))
    }

    var volumes: [Agent.Volume] {
        reserved.compactMap { allotment in
            guard let volume = allotment.volume, let owner = allotment.owner else { return nil }
            return Agent.Volume(id: volume.id, owner: owner, path: volume.path)
        }
    }
}

extension Allotment {
    /// Whose it is; nil where it is not reserved dynamically.
    fileprivate var owner: Agent.Reservation? {
        guard case .dynamic(let principal, let labels) = reservation else { return nil }
        let framework = labels.last { $0.key == "framework_id" }.map { FrameworkID($0.value) }
        return Agent.Reservation(role: role, principal: principal, framework: framework)
    }
}
