internal import Fleet

/// The Kafka clusters' founding: brokers on machines of their own, topics, and a scheduler in Marathon for each.
extension World {
    mutating func foundServices() {
        var free = machines.indices.filter { !machines[$0].isPublic }[...]
        let all = free
        for (service, count) in zip(Self.services.indices, shape.brokers) {
            if shape.sharesAgents { free = all }
            let kind = shape.kinds[service]
            services.append(
                SimulatedService(
                    name: Self.services[service], kind: kind, framework: Self.frameworkOfServices + service,
                    configuration: random.uuid(), deployment: random.uuid(), scheduler: SimulatedService.Scheduler(route: .answers)))
            for number in 0..<count {
                guard let position = free.popFirst() else { break }
                foundBroker(number, of: service, on: position)
            }
            let brokers = services[service].brokers.count
            services[service].topics = kind.topics.map { topic in
                SimulatedService.Topic(
                    name: topic.name, partitions: Self.partitions(topic.partitions, copies: shape.hasThreeCopies ? 3 : topic.replicas, brokers: brokers))
            }
        }
    }

    /// Kafka's own way of spreading: each partition begins one broker further.
    private static func partitions(_ count: Int, copies: Int, brokers: Int) -> [SimulatedService.Partition] {
        guard brokers > 0 else { return [] }
        return (0..<count).map { partition in
            let replicas = (0..<min(copies, brokers)).map { (partition + $0) % brokers }
            return SimulatedService.Partition(replicas: replicas, inSync: replicas, leader: replicas[0])
        }
    }

    private mutating func foundBroker(_ number: Int, of service: Int, on position: Int) {
        guard let agent = machines[position].agent else { return }
        let since = machines[position].registeredTime + .seconds(60)
        services[service].brokers.append(
            SimulatedService.Broker(
                number: number, deployStep: random.uuid(), position: position, task: "", agent: agent, state: "RUNNING", isRegistered: true,
                registeredSince: since + .seconds(20), resources: [], isUp: true))
        reserve(number, of: service, on: position)
        launch(number, of: service, at: since)
    }

    /// What a broker needs of a machine.
    private func needs(of service: Int) -> [(name: String, amount: Allotment.Amount)] {
        let port = services[service].port
        return [("cpus", .scalar(1)), ("mem", .scalar(2048)), ("ports", .ranges([port...port])), ("disk", .scalar(5000))]
    }

    /// Reserves what a broker needs on a machine, and makes its volume there. The community's are only launched there.
    mutating func reserve(_ number: Int, of service: Int, on position: Int) {
        services[service].brokers[number].position = position
        if services[service].kind == .community { return }
        let framework = frameworks[services[service].framework]
        let path = services[service].flavour == .brokers ? "kafka-volume-" + random.uuid() : "kafka-broker-data"
        let volume = Allotment.Volume(id: random.uuid(), path: path)
        var resources: [String] = []
        for (name, amount) in needs(of: service) {
            let id = random.uuid()
            resources.append(id)
            var labels = [Allotment.Label("resource_id", id)]
            if services[service].flavour == .sdk { labels.append(Allotment.Label("framework_id", framework.id.rawValue)) }
            machines[position].reserved.append(
                Allotment(
                    name, amount, role: framework.role, reservation: .dynamic(principal: framework.principal, labels: labels),
                    volume: name == "disk" ? volume : nil))
        }
        services[service].brokers[number].resources = resources
    }

    /// Starts a broker's task where its volume lies.
    mutating func launch(_ number: Int, of service: Int, at time: Timestamp) {
        let broker = services[service].brokers[number]
        guard let agent = machines[broker.position].agent else { return }
        let id = services[service].brokerTaskID(number, uuid: random.uuid())
        let unreserved = needs(of: service).filter { $0.name != "disk" }.map { Allotment($0.name, $0.amount) }
        startTask(
            id: id, name: services[service].brokerTaskName(number), framework: services[service].framework, kind: .broker(service: service, number: number),
            allotments: services[service].kind == .community ? unreserved : machines[broker.position].reserved(broker.resources), on: broker.position,
            at: time)
        services[service].brokers[number].task = id
        services[service].brokers[number].agent = agent
    }
}

extension Machine {
    /// Whether its agent is offered to frameworks.
    var takesWork: Bool {
        isConnected && !isDeactivated && maintenance == nil && process == .running && ec2State == .running && !isPublic
    }

    /// Whether somebody on it would answer.
    package var hostAnswers: Bool { ec2State == .running && process != .frozen }

    /// Those of its reservations that have these ids.
    func reserved(_ resources: [String]) -> [Allotment] { reserved.filter { $0.resourceID.map(resources.contains) ?? false } }
}
