internal import Fleet
internal import Simulation

/// What the scheduler of a Kafka cluster answers: DC/OS SDK 0.57 and 0.30 (`v1/pod`), SDK 0.15 (`v1/pods`), Kafka before the SDK (`v1/brokers` alone), or
/// mesos/kafka (`api/broker/list`).
struct SchedulerAnswers {
    let world: World
    let service: SimulatedService
    let hands: DemoHands

    func answer(_ question: Question, path: [String]) -> Answer {
        if service.flavour == .community { return community(question, path: path) }
        guard path.first == "v1" else { return Self.unknown }
        guard question.method == "GET" else { return change(question, path: path) }
        let rest = Array(path.dropFirst())
        switch (rest.first, service.flavour) {
        case ("pod", .sdk), ("pods", .sdkPods): return pods(Array(rest.dropFirst()))
        case ("plans", .sdk), ("plans", .sdkPods): return plans(Array(rest.dropFirst()))
        case ("plan", .brokers) where rest.count == 1: return .json(oldPlan)
        case ("connection", .brokers) where rest.count == 1: return .json(connection)
        case ("brokers", _): return brokers(Array(rest.dropFirst()))
        case ("topics", _): return topics(Array(rest.dropFirst()))
        case ("state", .sdk), ("state", .sdkPods):
            guard rest == ["state", "frameworkId"] else { return Self.unknown }
            return .json([JSON(world.frameworks[service.framework].id.rawValue)])
        case ("health", .sdk) where rest.count == 1 && service.sdk >= 31: return Answer(status: service.recoveryStatus == "COMPLETE" ? 200 : 203)
        case ("endpoints", .sdk), ("endpoints", .sdkPods): return endpoints(Array(rest.dropFirst()))
        default: return Self.unknown
        }
    }

    /// Jetty's own page for a path that nobody serves.
    private static let unknown = Answer(
        status: 404, contentType: "text/html;charset=iso-8859-1",
        body: Array(
            """
            <html>
            <head>
            <meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
            <title>Error 404 Not Found</title>
            </head>
            <body><h2>HTTP ERROR 404</h2>
            <p>Reason:
            <pre>    Not Found</pre></p><hr><a href="http://eclipse.org/jetty">Powered by Jetty:// 9.4.6.v20170531</a><hr/>

            </body>
            </html>

            """.utf8))

    // MARK: - Brokers and topics

    private func brokers(_ path: [String]) -> Answer {
        let registered = service.brokers.filter(\.isRegistered)
        let list = JSON.list(registered.map { JSON(String($0.number)) })
        if path.isEmpty { return .json(service.flavour == .brokers ? ["brokers": list] : list) }
        guard path.count == 1, let broker = registered.first(where: { String($0.number) == path[0] }) else { return Answer(status: 404) }
        let machine = world.machines[broker.position]
        return .json([
            "listener_security_protocol_map": ["PLAINTEXT": "PLAINTEXT"], "endpoints": [JSON("PLAINTEXT://\(machine.privateIP):\(port)")], "jmx_port": JSON(-1),
            "host": JSON(machine.privateIP), "timestamp": JSON(String(broker.registeredSince.milliseconds)), "port": JSON(port), "version": JSON(4),
        ])
    }

    private func topics(_ path: [String]) -> Answer {
        switch path.first {
        case nil: return .json(.list(service.topics.map { JSON($0.name) }))
        case "under_replicated_partitions": return .json(["message": JSON(listing { $0.inSync.count < $0.replicas.count })])
        case "unavailable_partitions": return .json(["message": JSON(listing { $0.leader == -1 })])
        case let name?:
            // ZooKeeper has no such node, and the scheduler lets that through.
            guard path.count == 1, let topic = service.topics.first(where: { $0.name == name }) else { return .text(500, "") }
            let partitions = topic.partitions.enumerated().map { number, partition -> JSON in
                let state: JSON = [
                    "controller_epoch": JSON(1), "isr": .list(partition.inSync.map { JSON($0) }), "leader": JSON(partition.leader),
                    "leader_epoch": JSON(partition.leaderEpoch), "version": JSON(1),
                ]
                return .object([JSON.Member(name: String(number), value: state)])
            }
            return .json(["partitions": .list(partitions)])
        }
    }

    /// As `kafka-topics.sh --describe` prints it.
    private func listing(_ isListed: (SimulatedService.Partition) -> Bool) -> String {
        var lines: [String] = []
        for topic in service.topics {
            for (number, partition) in topic.partitions.enumerated() where isListed(partition) {
                let (replicas, inSync) = (
                    partition.replicas.map { String($0) }.joined(separator: ","), partition.inSync.map { String($0) }.joined(separator: ",")
                )
                lines.append("\tTopic: \(topic.name)\tPartition: \(number)\tLeader: \(partition.leader)\tReplicas: \(replicas)\tIsr: \(inSync)\n")
            }
        }
        return lines.isEmpty ? "" : "Output: " + lines.joined()
    }

    private func endpoints(_ path: [String]) -> Answer {
        switch path {
        case []: return .json(["broker", "zookeeper"])
        case ["zookeeper"]: return .text(200, "master.mesos:2181/dcos-service-" + zooKeeperName)
        case ["broker"]:
            return .json(["address": addresses, "dns": names(suffix: "autoip.dcos.thisdcos.directory"), "vip": virtualAddress])
        default: return Self.unknown
        }
    }

    private var connection: JSON {
        ["address": addresses, "dns": names(suffix: "mesos"), "vip": virtualAddress, "zookeeper": JSON("master.mesos:2181/dcos-service-" + zooKeeperName)]
    }

    private var zooKeeperName: String { service.name.split(separator: "/").joined(separator: "__") }
    private var plainName: String { service.name.split(separator: "/").joined() }
    private var virtualAddress: JSON { JSON("broker.\(plainName).l4lb.thisdcos.directory:9092") }
    private var port: Int { service.port }
    private var addresses: JSON { .list(service.brokers.map { JSON("\(world.machines[$0.position].privateIP):\(port)") }) }
    private func names(suffix: String) -> JSON { .list(service.brokers.map { JSON("\(service.brokerTaskName($0.number)).\(plainName).\(suffix):\(port)") }) }
}
