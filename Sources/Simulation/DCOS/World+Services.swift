internal import Fleet

/// The Kafka clusters' founding: brokers on machines of their own, topics, and a scheduler in Marathon for each.
extension World {
    /// What tells the clusters apart, by their position in `World.services`.
    private static let makings: [(flavour: ServiceSighting.Flavour, version: String, topics: [(name: String, partitions: Int, replicas: Int)])] = [
        (.sdk, "2.10.0-2.4.0", [("__consumer_offsets", 10, 3), ("clicks", 8, 2), ("orders", 6, 3), ("payments", 4, 3)]),
        (.sdkPods, "1.1.21-0.10.2.1-beta", [("__consumer_offsets", 6, 3), ("app-logs", 6, 2), ("audit", 3, 3)]),
        (.brokers, "1.1.17-0.10.1.0", [("__consumer_offsets", 4, 2), ("orders", 3, 2), ("tmp-scratch", 3, 1)]),
    ]

    mutating func foundServices() {
        var free = machines.indices.filter { !machines[$0].isPublic }[...]
        let all = free
        for (service, count) in zip(Self.services.indices, shape.brokers) {
            if shape.sharesAgents { free = all }
            let making = Self.makings[shape.areClustersAlike ? 0 : service]
            services.append(
                SimulatedService(
                    name: Self.services[service], flavour: making.flavour, version: making.version, framework: Self.frameworkOfServices + service,
                    configuration: random.uuid(), deployment: random.uuid(), scheduler: SimulatedService.Scheduler(route: .answers)))
            for number in 0..<count {
                guard let position = free.popFirst() else { break }
                foundBroker(number, of: service, on: position)
            }
            let brokers = services[service].brokers.count
            services[service].topics = making.topics.map { topic in
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

    /// Reserves what a broker needs on a machine, and makes its volume there.
    mutating func reserve(_ number: Int, of service: Int, on position: Int) {
        let framework = frameworks[services[service].framework]
        let amounts: [(String, Allotment.Amount)] = [
            ("cpus", .scalar(1)), ("mem", .scalar(2048)), ("ports", .ranges([services[service].port...services[service].port])), ("disk", .scalar(5000)),
        ]
        let path = services[service].flavour == .brokers ? "kafka-volume-" + random.uuid() : "kafka-broker-data"
        let volume = Allotment.Volume(id: random.uuid(), path: path)
        var resources: [String] = []
        for (name, amount) in amounts {
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
        services[service].brokers[number].position = position
    }

    /// Starts a broker's task where its volume lies.
    mutating func launch(_ number: Int, of service: Int, at time: Timestamp) {
        let broker = services[service].brokers[number]
        guard let agent = machines[broker.position].agent else { return }
        let id = services[service].brokerTaskID(number, uuid: random.uuid())
        startTask(
            id: id, name: services[service].brokerTaskName(number), framework: services[service].framework, kind: .broker(service: service, number: number),
            allotments: machines[broker.position].reserved(broker.resources), on: broker.position, at: time)
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
