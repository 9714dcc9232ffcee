package import Fleet

/// What a poll of Marathon and of the schedulers brings: the same as `Demo` answers over the wire.
extension World {
    package mutating func servicesSighting(at time: Timestamp) -> ServicesSighting {
        advance(to: time)
        return ServicesSighting(services: services.indices.map(sighting), marathon: .success(MarathonSighting(apps: marathonApps())))
    }

    private func sighting(_ position: Int) -> ServiceSighting {
        let service = services[position]
        let failure = SourceFailure("Admin Router has no way to the scheduler of \(service.name)")
        let answers = service.scheduler.route == .answers
        func told<Value>(_ value: Value) -> Result<Value, SourceFailure> { answers ? .success(value) : .failure(failure) }
        return ServiceSighting(
            name: ServiceName(service.name), package: service.packageName, flavour: answers ? service.flavour : nil,
            framework: answers && service.sdk > 0 ? frameworks[service.framework].id : nil, members: told(members(of: service)),
            registered: told(registered(with: service)), plans: told(plans(of: service)),
            topics: service.flavour == .community ? .failure(SourceFailure("mesos/kafka does not tell who is in sync")) : told(service.topics.map(sighting)))
    }

    /// The community's scheduler takes those for registered whose executor says that they run.
    private func registered(with service: SimulatedService) -> [Int] {
        service.brokers.filter { service.flavour == .community ? $0.state == "RUNNING" : $0.isRegistered }.map(\.number)
    }

    /// Before the SDK a scheduler tells of its brokers only that they are in its plan. The community's forgets tasks that have ended.
    private func members(of service: SimulatedService) -> [MemberSighting] {
        if service.flavour == .community {
            return service.brokers.map { broker in
                let isThere = ["RUNNING", "STARTING"].contains(broker.state)
                return MemberSighting(
                    name: MemberName(service.memberName(broker.number)), broker: broker.number, task: isThere ? broker.task : nil,
                    agent: isThere ? broker.agent : nil, state: isThere ? broker.state : "SCHEDULED")
            }
        }
        if service.flavour == .brokers {
            return service.brokers.map {
                MemberSighting(name: MemberName(service.memberName($0.number)), broker: $0.number, task: nil, agent: nil, state: nil)
            }
        }
        return service.brokers.map {
            MemberSighting(name: MemberName(service.memberName($0.number)), broker: $0.number, task: $0.task, agent: $0.agent, state: $0.state)
        }
    }

    private func plans(of service: SimulatedService) -> [PlanSighting] {
        if service.flavour == .community { return [] }
        let deploy = PlanSighting(name: "deploy", status: "COMPLETE")
        return service.flavour == .brokers ? [deploy] : [deploy, PlanSighting(name: "recovery", status: service.recoveryStatus)]
    }

    private func sighting(_ topic: SimulatedService.Topic) -> TopicSighting {
        let partitions = topic.partitions.enumerated().map { number, partition in
            TopicSighting.Partition(number: number, leader: partition.leader, inSync: partition.inSync)
        }
        return TopicSighting(name: topic.name, partitions: partitions, readAt: now)
    }

    private func marathonApps() -> [MarathonSighting.App] {
        let plain = apps.map { app in
            MarathonSighting.App(
                id: app.id, instances: app.instances, ties: app.tie.map { [$0] } ?? [],
                labels: Dictionary(uniqueKeysWithValues: app.labels.map { ($0.key, $0.value) }), tasks: placements(of: app.id, isPod: app.isPod),
                minimumHealthCapacity: app.minimumHealthCapacity, isPod: app.isPod)
        }
        let schedulers = services.map { service in
            MarathonSighting.App(
                id: service.appID, instances: 1, ties: [], labels: Dictionary(uniqueKeysWithValues: service.labels.map { ($0.key, $0.value) }),
                tasks: placements(of: service.appID))
        }
        return plain + schedulers
    }

    private func placements(of id: String, isPod: Bool = false) -> [MarathonSighting.Placement] {
        marathonTasks(of: id).map { MarathonSighting.Placement(task: isPod ? $0.podInstance : $0.id, agent: $0.agent, state: $0.state) }
    }

    /// An app's tasks as Marathon knows them: it hears from Mesos, and keeps those that are unreachable until it has replaced them.
    package func marathonTasks(of id: String) -> [SimulatedTask] {
        machines.flatMap { machine -> [SimulatedTask] in
            switch machine.listing {
            case .listed, .recovered, .unreachable: machine.tasks.filter { $0.isMarathons && $0.appID == id }
            case .never, .removed, .gone: []
            }
        }
    }
}

extension SimulatedService {
    /// Of the recovery plan: complete when it is empty, too.
    package var recoveryStatus: String { recoveries.allSatisfy(\.isComplete) ? "COMPLETE" : "IN_PROGRESS" }

    /// The labels of its scheduler's app that DC/OS gives it. Sorted by key. Before the SDK there was no `DCOS_COMMONS_…`.
    package var labels: [Allotment.Label] {
        let port = flavour == .brokers ? "1" : "0"
        var labels = [
            Allotment.Label("DCOS_PACKAGE_FRAMEWORK_NAME", name), Allotment.Label("DCOS_PACKAGE_NAME", packageName),
            Allotment.Label("DCOS_PACKAGE_SOURCE", "https://universe.mesosphere.com/repo"), Allotment.Label("DCOS_PACKAGE_VERSION", version),
            Allotment.Label("DCOS_SERVICE_NAME", name), Allotment.Label("DCOS_SERVICE_PORT_INDEX", port), Allotment.Label("DCOS_SERVICE_SCHEME", "http"),
        ]
        if sdk > 0 {
            labels += [Allotment.Label("DCOS_COMMONS_API_VERSION", "v1"), Allotment.Label("DCOS_COMMONS_UNINSTALL", "true")]
        }
        return labels.sorted { $0.key < $1.key }
    }
}
