import Fleet
import Rules

@testable import Rounds

/// A small invented fleet: the agents and instances of 10.0.0.1, 10.0.0.2, …
enum Samples {
    static let start = Timestamp(milliseconds: 1_800_000_000_000)
    static let longAgo = start - .seconds(86_400 * 30)
    static let failure = SourceFailure("http://10.0.0.5:5050 answered 503")

    static func time(_ seconds: Int) -> Timestamp { start + .seconds(seconds) }

    static let pool = Pool(name: "private", selector: Pool.Selector(tags: [Instance.Tag(key: "Role", value: "agent")]), image: .parameter("/ami/agent"))
    static let settings = Settings(pools: [pool])

    static func agent(
        _ number: Int, id: AgentID? = nil, hostname: String? = nil, pid: String? = nil, isActive: Bool = true, isDeactivated: Bool = false,
        drain: Agent.Drain? = nil, attributes: [Agent.Attribute] = [], roles: [String] = []
    ) -> Agent {
        Agent(
            id: id ?? agentID(number), hostname: hostname ?? "10.0.0.\(number)", pid: pid ?? "slave(1)@10.0.0.\(number):5051", isActive: isActive,
            isDeactivated: isDeactivated, drain: drain, version: "1.12.0", registeredTime: longAgo, attributes: attributes, allocatedRoles: roles)
    }

    static func agentID(_ number: Int) -> AgentID { AgentID("M-S\(number)") }
    static func instanceID(_ number: Int) -> InstanceID { InstanceID("i-\(number)") }
    static func node(_ number: Int) -> NodeID { NodeID(instanceID(number)) }

    static func recovered(_ number: Int, id: AgentID? = nil) -> RecoveredAgent { RecoveredAgent(id: id ?? agentID(number), hostname: "10.0.0.\(number)") }

    static func instance(
        _ number: Int, image: ImageID = "ami-old", state: Instance.State = .running, ip: Int? = nil, launched: Timestamp = longAgo, role: String = "agent",
        subnet: String? = nil
    ) -> Instance {
        Instance(
            id: instanceID(number), image: image, state: state, privateIP: state == .terminated ? nil : "10.0.0.\(ip ?? number)", zone: "us-east-1a",
            subnet: subnet, type: "m5.large", launchTime: launched, tags: [Instance.Tag(key: "Role", value: role)])
    }

    static func mesos(
        _ agents: [Agent], recovered: [RecoveredAgent] = [], master: MasterID = "M", elected: Timestamp = longAgo,
        tasks: Result<MesosSighting.Tasks, SourceFailure> = .success(MesosSighting.Tasks()),
        maintenance: Result<MesosSighting.Maintenance, SourceFailure> = .success(MesosSighting.Maintenance())
    ) -> MesosSighting {
        MesosSighting(
            master: MesosSighting.Master(id: master, hostname: "10.0.0.200", version: "1.12.0", electedTime: elected, url: "http://10.0.0.200:5050"),
            agents: agents, recovered: recovered, tasks: tasks, maintenance: maintenance)
    }

    static func image(_ id: ImageID, state: String = "available") -> Image { Image(id: id, name: id.rawValue, state: state, creationTime: longAgo) }

    static func ec2(
        _ instances: [Instance], statuses: [InstanceStatus]? = nil, target: ImageID? = "ami-old", targetState: String = "available",
        since: Timestamp? = longAgo,
        pool: PoolName = "private"
    ) -> EC2Sighting {
        let running = instances.filter { $0.state == .running }
        return EC2Sighting(
            instances: .success(instances), statuses: .success(statuses ?? running.map { InstanceStatus(id: $0.id, system: .ok, instance: .ok) }),
            images: .success(Set(instances.map(\.image)).sorted().map { image($0) }),
            targets: target.map { [pool: .success(EC2Sighting.TargetImage(image: image($0, state: targetState), since: since))] } ?? [:])
    }

    static let ec2Failed = EC2Sighting(
        instances: .failure(failure), statuses: .failure(failure), images: .failure(failure), targets: ["private": .failure(failure)])

    /// `rules("lost", "mesos_state = 'absent'", "for: 1m")`
    static func rules(_ name: String, _ condition: String, _ more: String...) throws -> RuleSet {
        let lines =
            (["when: \(condition)", "verdict: notify", "summary: \"{{id}}\""].filter { line in !more.contains { $0.hasPrefix(line.prefix { $0 != ":" } + ":") }
            } + more)
        return try RuleSet.parse([RuleFile(path: "rules/test.yaml", text: "version: 1\nrules:\n  - name: \(name)\n" + lines.map { "    \($0)\n" }.joined())])
    }
}
