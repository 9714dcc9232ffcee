import Fleet
import Testing

@testable import Simulation

private let start = World.storyStart

@Suite struct `A world` {
    @Test func `is the same for the same seed, and another for another`() {
        let (one, same, other) = (world(seed: 7, at: 170), world(seed: 7, at: 170), world(seed: 8, at: 170))
        #expect(one.chronicle == same.chronicle)
        #expect(one.machines.map(\.instance) == same.machines.map(\.instance))
        #expect("\(one.knownTasks)" == "\(same.knownTasks)")
        #expect(one.chronicle != other.chronicle)
        #expect(one.machines.map(\.instance) != other.machines.map(\.instance))
    }

    @Test func `does not depend on how often it is looked at`() throws {
        var often = World.demo(at: start)
        for minute in 0...170 {
            _ = try? often.mesosSighting(at: start + .seconds(minute * 60))
            _ = often.ec2Sighting(pools: World.demoPools, at: start + .seconds(minute * 60))
        }
        let once = world(at: 170)
        #expect(often.chronicle == once.chronicle)
        #expect("\(often.knownTasks)" == "\(once.knownTasks)")
        #expect(often.machines.map(\.listing) == once.machines.map(\.listing))
    }

    @Test func `stands still when the time goes back`() {
        var world = world(at: 60)
        let before = world.chronicle
        world.advance(to: start)
        #expect(world.now == start + .seconds(3600))
        #expect(world.chronicle == before)
    }

    @Test func `has twenty agents in three zones, three Kafka clusters, and a healthy start`() throws {
        var world = World(now: start)
        let mesos = try world.mesosSighting(at: start)
        #expect(mesos.agents.count == 20)
        #expect(mesos.agents.allSatisfy { $0.isActive && !$0.isDeactivated && $0.drain == nil })
        #expect(mesos.agents.filter(\.reservesPublicRole).count == 3)
        let tasks = try mesos.tasks.get()
        let brokers = tasks.running.filter { $0.name.hasSuffix("-broker") || $0.name.hasPrefix("broker-") }
        #expect(Set(brokers.compactMap(\.frameworkName)) == ["prod/kafka", "prod/kafka-logs", "staging/kafka"])
        #expect(Set(brokers.map(\.agent)).count == brokers.count)
        #expect(tasks.running.allSatisfy { $0.state == "TASK_RUNNING" && $0.frameworkName != nil })
        let ec2 = world.ec2Sighting(pools: World.demoPools, at: start)
        let instances = try ec2.instances.get()
        #expect(Set(instances.map(\.zone)) == ["us-east-1a", "us-east-1b", "us-east-1c"])
        #expect(Set(instances.compactMap(\.privateIP)) == Set(mesos.agents.map(\.hostname)))
        #expect(instances.count { $0.group != nil } == 17)
        #expect(try ec2.statuses.get().allSatisfy { $0.system == .ok && $0.instance == .ok && $0.events.isEmpty })
        for pool in World.demoPools { #expect(try ec2.targets[pool.name]?.get().image.id == instances[0].image) }
    }

    @Test func `allocates to each agent just the roles that its tasks use`() throws {
        var world = World(now: start)
        let mesos = try world.mesosSighting(at: start)
        let tasks = try mesos.tasks.get().running
        for agent in mesos.agents { #expect(agent.allocatedRoles == Set(tasks.filter { $0.agent == agent.id }.flatMap(\.roles)).sorted()) }
    }

    @Test func `can be as large as ten thousand agents`() throws {
        var world = World(shape: World.Shape(agents: 10_000, publicAgents: 200, appsPerAgent: 4), now: start)
        world.apply(.leaderLost)
        let mesos = try world.mesosSighting(at: start + .seconds(300))
        #expect(mesos.agents.count == 10_000)
        #expect(Set(mesos.agents.map(\.hostname)).count == 10_000)
        #expect(Set(mesos.agents.map(\.id)).count == 10_000)
        #expect(try mesos.tasks.get().running.count >= 39_000)
    }

    @Test func `can be as small as one agent`() throws {
        var world = World.demo(at: start, into: .seconds(3600), shape: World.Shape(agents: 1, publicAgents: 0))
        #expect(throws: Never.self) { try world.mesosSighting(at: start) }
    }

    private func world(seed: UInt64 = 1, at minute: Int) -> World { World.demo(at: start + .seconds(minute * 60), into: .seconds(minute * 60), seed: seed) }
}

@Suite struct `A SplitMix64` {
    @Test func `gives the numbers of the published algorithm`() {
        var random = SplitMix64(seed: 1_234_567)
        #expect((0..<3).map { _ in random.next() } == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }

    @Test func `draws every number of a range and none outside`() {
        var random = SplitMix64(seed: 3)
        #expect(Set((0..<1000).map { _ in random.draw(5...9) }) == [5, 6, 7, 8, 9])
    }
}

@Suite struct `A glob` {
    @Test func `matches as EC2's filters do`() {
        #expect(Glob("dcos-agent-*").matches("dcos-agent-2026.11.1"))
        #expect(Glob("*agent*1").matches("dcos-agent-2026.11.1"))
        #expect(Glob("a?c").matches("abc"))
        #expect(Glob("*").matches(""))
        #expect(Glob("a\\*c").matches("a*c") && !Glob("a\\*c").matches("abc"))
        #expect(!Glob("a?c").matches("ac"))
        #expect(!Glob("Agent").matches("agent"))
        #expect(!Glob("agent").matches("agents"))
    }

    @Test func `takes no exponential time`() { #expect(!Glob(String(repeating: "*a", count: 200) + "b").matches(String(repeating: "a", count: 2000))) }
}
