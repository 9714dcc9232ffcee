import Fleet

@testable import Rounds

/// A Kafka of three brokers on the agents 1 to 3 of `Samples`, as Mesos and its scheduler tell it; a test changes what it likes.
struct Brokers {
    static let name = ServiceName("prod/kafka")
    static let settings = Settings(pools: [Samples.pool], servicesInterval: .seconds(60))

    var agents = (1...4).map { Samples.agent($0, roles: $0 < 4 ? ["prod__kafka-role"] : []) }
    /// Where the task of each broker runs.
    var running = [0: 1, 1: 2, 2: 3]
    var members: Result<[MemberSighting], SourceFailure> = .success((0...2).map { Brokers.member($0, on: $0 + 1) })
    var registered: Result<[Int], SourceFailure> = .success([0, 1, 2])
    var plans: Result<[PlanSighting], SourceFailure> = .success([PlanSighting(name: "deploy", status: "COMPLETE")])
    /// By topic, the sets of its partitions.
    var topics: [String: [[Int]]] = ["orders": [[0, 1], [1, 2]]]
    var topicsReadAt = 0
    var marathon: Result<MarathonSighting, SourceFailure> = .success(MarathonSighting(apps: []))
    var hasService = true
    var flavour = ServiceSighting.Flavour.sdk

    static func member(_ broker: Int, on agent: Int, state: String = "RUNNING") -> MemberSighting {
        MemberSighting(
            name: MemberName("kafka-\(broker)"), broker: broker, task: TaskID("kafka-\(broker)-broker__1"), agent: Samples.agentID(agent), state: state)
    }

    var instances: EC2Sighting { Samples.ec2((1...4).map { Samples.instance($0) }) }

    var mesos: MesosSighting {
        let tasks = running.sorted { $0.key < $1.key }.map { broker, agent in
            MesosTask(
                id: TaskID("kafka-\(broker)-broker__1"), name: "kafka-\(broker)-broker", framework: "F", frameworkName: "prod/kafka",
                agent: Samples.agentID(agent), state: "TASK_RUNNING", since: nil, roles: ["prod__kafka-role"],
                labels: MesosTask.Labels(type: "kafka", index: broker))
        }
        let framework = MesosFramework(id: "F", name: "prod/kafka", principal: "prod__kafka-principal", roles: ["prod__kafka-role"])
        return Samples.mesos(agents, tasks: .success(MesosSighting.Tasks(running: tasks, frameworks: [framework])))
    }

    var services: ServicesSighting {
        let sets = topics.sorted { $0.key < $1.key }.map { name, sets in
            TopicSighting(
                name: name,
                partitions: sets.enumerated().map { TopicSighting.Partition(number: $0.offset, leader: $0.element.first ?? -1, inSync: $0.element) },
                readAt: Samples.time(topicsReadAt))
        }
        let service = ServiceSighting(
            name: Self.name, package: "kafka", flavour: flavour, framework: "F", members: members, registered: registered, plans: plans, topics: .success(sets))
        return ServicesSighting(services: hasService ? [service] : [], marathon: marathon)
    }
}

extension Watch {
    /// All three pollers end, first those that are not asked about.
    @discardableResult func look(_ seconds: Int, _ brokers: Brokers) throws -> RoundReport {
        _ = try take(.services(brokers.services), at: seconds)
        return try look(seconds, brokers.mesos, brokers.instances)
    }

    /// The facts of the first four nodes, short: `kafka-0`, none is -, unknown is ?.
    var members: [String] {
        (1...4).map { number in
            switch fact(.members, of: Samples.node(number)) {
            case .text("[]"): "-"
            case .text(let text): text.filter { !"[]\"".contains($0) }.replacing("prod/kafka/", with: "")
            default: "?"
            }
        }
    }
}
