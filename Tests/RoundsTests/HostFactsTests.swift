import Fleet
import Rules
import Testing

@testable import Rounds

private let settings = Settings(pools: [Samples.pool], healthInterval: .seconds(60), probeInterval: .seconds(30))
private let mesos = Samples.mesos((1...4).map { Samples.agent($0) })

/// Nodes 1 and 2 in one zone, 3 and 4 in another.
private let instances = (1...4).map { number in
    Instance(
        id: Samples.instanceID(number), image: "ami-old", state: .running, privateIP: "10.0.0.\(number)", zone: number <= 2 ? "us-east-1a" : "us-east-1b",
        type: "m5.large", launchTime: Samples.longAgo, tags: [Instance.Tag(key: "Role", value: "agent")])
}

extension Watch {
    fileprivate func readings(_ fact: Fact, _ numbers: ClosedRange<Int> = 1...4) -> [Reading] { numbers.map { self.fact(fact, of: Samples.node($0)) } }

    /// One poll of system health; each node's health and units, by number.
    fileprivate func health(_ seconds: Int, _ nodes: [Int: (NodeHealth.Health, [String]?)]) throws {
        let seen = nodes.map { NodeHealth(ip: "10.0.0.\($0.key)", role: "agent", health: $0.value.0, failingUnits: $0.value.1) }
        try take(.health(.success(HealthSighting(nodes: seen))), at: seconds)
    }

    fileprivate func probe(_ seconds: Int, _ hosts: [Int: ProbeSighting.Answer]) throws {
        let seen = hosts.compactMap { number, answer in Address("10.0.0.\(number)").map { ($0, answer) } }
        try take(.probe(ProbeSighting(hosts: Dictionary(uniqueKeysWithValues: seen))), at: seconds)
    }
}

@Suite struct `DC/OS' health of a node` {
    @Test func `is the word of a master: with failing units, unknown, or not a word`() throws {
        let watch = try Watch(settings: settings)
        try watch.look(0, mesos, Samples.ec2(instances))
        #expect(watch.readings(.dcosHealth) == [.unknown, .unknown, .unknown, .unknown], "nobody was asked yet")
        try watch.health(1, [1: (.healthy, []), 2: (.unhealthy, ["dcos-net.service", "dcos-mesos-slave.service"]), 3: (.unknown, nil)])
        #expect(watch.readings(.dcosHealth) == [.text("healthy"), .text("unhealthy"), .text("unknown"), .unknown])
        #expect(watch.readings(.failingUnits) == [.text("[]"), .text(#"["dcos-mesos-slave.service","dcos-net.service"]"#), .unknown, .unknown])
        try watch.health(61, [1: (.unhealthy, nil), 2: (.healthy, [])])
        #expect(watch.readings(.dcosHealth) == [.text("unhealthy"), .text("healthy"), .unknown, .unknown])
        #expect(watch.readings(.failingUnits) == [.unknown, .text("[]"), .unknown, .unknown])
    }

    @Test func `is unknown when it was not read for three of its intervals, and is not ended by one failure`() throws {
        let watch = try Watch(settings: settings)
        try watch.look(0, mesos, Samples.ec2(instances))
        try watch.health(1, [1: (.healthy, [])])
        try watch.take(.health(.failure(Samples.failure)), at: 61)
        #expect(watch.fact(.dcosHealth, of: "i-1") == .text("healthy"))
        try watch.keepLooking(mesos, from: 61, to: 181)
        #expect(watch.fact(.dcosHealth, of: "i-1") == .text("healthy"))
        try watch.take(.health(.failure(Samples.failure)), at: 182)
        #expect(watch.fact(.dcosHealth, of: "i-1") == .unknown && watch.fact(.failingUnits, of: "i-1") == .unknown)
        #expect(watch.state(of: 1) == .state(.active), "what others tell stands")
        try watch.health(200, [1: (.healthy, [])])
        #expect(watch.fact(.dcosHealth, of: "i-1") == .text("healthy"))
        #expect(try watch.audit().filter { $0.hasPrefix("source_") } == ["source_failed", "source_recovered"])
    }

    @Test func `that is said by one master and denied by the next fires nothing`() throws {
        let rules = try Samples.rules("unit", "dcos_health = 'unhealthy'", "for: 3m")
        let watch = try Watch(settings: settings, rules: rules)
        try watch.look(0, mesos, Samples.ec2(instances))
        for minute in 0..<20 {
            try watch.health(minute * 60 + 1, [1: (minute % 2 == 0 ? .unhealthy : .healthy, ["a"]), 2: (.unhealthy, ["a"])])
            #expect(!watch.findings.contains("unit i-1 firing"))
            try watch.look(minute * 60 + 30, mesos)
        }
        #expect(watch.findings.contains("unit i-2 firing"))
    }
}

@Suite struct `The probe of a node` {
    @Test func `is silent only where a peer in its zone answers`() throws {
        let watch = try Watch(settings: settings)
        try watch.look(0, mesos, Samples.ec2(instances))
        #expect(watch.readings(.probe) == [.unknown, .unknown, .unknown, .unknown])
        try watch.probe(1, [1: .answers, 2: .silent, 3: .silent, 4: .silent])
        #expect(
            watch.readings(.probe) == [.text("answers"), .text("silent"), .unknown, .unknown], "the whole other zone is silent: the way there, more likely")
        try watch.probe(31, [1: .silent, 2: .silent, 3: .answers])
        #expect(watch.readings(.probe) == [.unknown, .unknown, .text("answers"), .unknown])
        try watch.probe(61, [:])
        #expect(watch.readings(.probe) == [.unknown, .unknown, .unknown, .unknown])
    }

    @Test func `of a node without a zone is never silent`() throws {
        let watch = try Watch(settings: settings)
        try watch.look(0, mesos, Samples.ec2(Array(instances.prefix(1))))
        try watch.probe(1, [1: .answers, 2: .silent, 3: .answers])
        #expect(watch.fact(.probe, of: "agent:M-S2") == .unknown && watch.fact(.probe, of: "agent:M-S3") == .text("answers"))
    }

    @Test func `is unknown when nobody asked for three of its intervals`() throws {
        let watch = try Watch(settings: settings)
        try watch.look(0, mesos, Samples.ec2(instances))
        try watch.probe(1, [1: .answers, 2: .silent])
        try watch.look(91, mesos)
        #expect(watch.readings(.probe, 1...2) == [.text("answers"), .text("silent")])
        try watch.look(92, mesos)
        #expect(watch.readings(.probe, 1...2) == [.unknown, .unknown])
    }

    @Test func `goes by the zones that are remembered while EC2 has not answered`() throws {
        let watch = try Watch(settings: settings)
        try watch.look(0, mesos, Samples.ec2(instances))
        try watch.restart(at: 10)
        try watch.take(.ec2(Samples.ec2Failed), at: 11)
        try watch.look(12, mesos)
        try watch.probe(13, [1: .answers, 2: .silent, 3: .silent])
        #expect(watch.readings(.probe, 1...3) == [.text("answers"), .text("silent"), .unknown])
    }
}
