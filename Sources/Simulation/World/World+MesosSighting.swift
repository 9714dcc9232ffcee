package import Fleet

extension World {
    /// What a poll of the leading master brings at `time`: the same as `Demo` answers over the wire.
    ///
    /// Throws while no master leads or the leader has not finished its recovery.
    package mutating func mesosSighting(at time: Timestamp) throws(SourceFailure) -> MesosSighting {
        advance(to: time)
        guard leadership.phase == .leading, let leader = leadership.announced else {
            let problem = leadership.phase == .recovering ? "503: Master has not finished recovery" : "503: No leader elected"
            throw SourceFailure("the invented masters answer \(problem)")
        }
        let hostname = Self.masterHostnames[leader]
        return MesosSighting(
            master: MesosSighting.Master(
                id: leadership.id, hostname: hostname, version: Self.mesosVersion, electedTime: leadership.electedTime, url: "http://\(hostname):5050"),
            timeouts: MesosSighting.Timeouts(reregister: Self.reregisterTimeout, unreachable: Self.unreachableTimeout),
            agents: machines.compactMap(agent), recovered: machines.compactMap(recovered), tasks: .success(taskSightings()),
            maintenance: .success(maintenanceSighting()), counts: .success(agentCounts))
    }

    /// The master's own counts. A frozen agent is connected as long as its pings have not run out.
    package var agentCounts: MesosSighting.Counts {
        var (disconnected, unreachable) = (0, 0)
        for machine in machines {
            switch machine.listing {
            case .listed(isConnected: false): disconnected += 1
            case .unreachable: unreachable += 1
            case .listed(isConnected: true), .never, .recovered, .removed, .gone: break
            }
        }
        return MesosSighting.Counts(disconnected: disconnected, unreachable: unreachable)
    }

    private func agent(_ machine: Machine) -> Agent? {
        guard let id = machine.agent, machine.isListed else { return nil }
        return Agent(
            id: id, hostname: machine.hostname, pid: machine.pid, isActive: machine.isConnected && !machine.isDeactivated, isDeactivated: machine.isDeactivated,
            drain: machine.drain?.state, version: Self.mesosVersion, registeredTime: machine.registeredTime, reregisteredTime: machine.reregisteredTime,
            attributes: machine.attributes.sorted { $0.name < $1.name }, allocatedRoles: Set(machine.tasks.flatMap(\.roles)).sorted(),
            reservesPublicRole: machine.isPublic, reservations: machine.reservations, volumes: machine.volumes,
            resources: machine.resources)
    }

    private func recovered(_ machine: Machine) -> RecoveredAgent? {
        guard let id = machine.agent, machine.listing == .recovered else { return nil }
        return RecoveredAgent(id: id, hostname: machine.hostname, attributes: machine.attributes.sorted { $0.name < $1.name })
    }

    private func taskSightings() -> MesosSighting.Tasks {
        let names = Dictionary(uniqueKeysWithValues: visibleFrameworks.map { (frameworks[$0].id, frameworks[$0].name) })
        func sighting(_ task: SimulatedTask) -> MesosTask {
            let (framework, last) = (frameworks[task.framework].id, task.statuses[task.statuses.count - 1])
            return MesosTask(
                id: task.id, name: task.name, framework: framework, frameworkName: names[framework], agent: task.agent, state: task.state, since: last.at,
                reason: last.reason, roles: task.roles, labels: labels(of: task))
        }
        let known = knownTasks
        return MesosSighting.Tasks(
            running: known.running.map(sighting), completed: visibleCompletedTasks.map(sighting), unreachable: known.unreachable.map(sighting),
            frameworks: visibleFrameworks.map(framework))
    }

    /// The tasks that the leading master knows of and that our account may see, apart from ended ones.
    package var knownTasks: (running: [SimulatedTask], unreachable: [SimulatedTask]) {
        let all = allKnownTasks
        if hiddenFrameworks.isEmpty { return all }
        return (all.running.filter { !hiddenFrameworks.contains($0.framework) }, all.unreachable.filter { !hiddenFrameworks.contains($0.framework) })
    }

    /// Ended tasks that our account may see.
    package var visibleCompletedTasks: [SimulatedTask] {
        completedTasks.indices.filter { !hiddenFrameworks.contains($0) }.flatMap { completedTasks[$0] }
    }

    /// The tasks that the leading master knows of, apart from ended ones.
    package var allKnownTasks: (running: [SimulatedTask], unreachable: [SimulatedTask]) {
        var (running, unreachable): ([SimulatedTask], [SimulatedTask]) = ([], [])
        for machine in machines where machine.areTasksKnown {
            switch machine.listing {
            case .listed: running += machine.tasks
            case .unreachable: unreachable += machine.tasks
            case .never, .recovered, .removed, .gone: break
            }
        }
        return (running, unreachable)
    }

    private func maintenanceSighting() -> MesosSighting.Maintenance {
        func machines(in maintenance: Machine.Maintenance) -> [MesosSighting.Machine] {
            self.machines.filter { $0.maintenance == maintenance }.map { MesosSighting.Machine(hostname: $0.hostname, ip: $0.privateIP) }
        }
        return MesosSighting.Maintenance(draining: machines(in: .scheduled), down: machines(in: .down))
    }
}
