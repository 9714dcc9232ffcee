import Fleet
import Testing

@testable import Simulation

private let start = World.storyStart

/// A healthy cluster to which something happens; what its first Kafka cluster is like after so many seconds.
private final class Scene {
    var world = World(now: start)

    init(_ faults: World.Fault...) {
        for fault in faults { world.apply(fault) }
    }

    func service(_ position: Int = 0, after seconds: Int) -> SimulatedService {
        world.advance(to: start + .seconds(seconds))
        return world.services[position]
    }

    func partitions(_ topic: String = "orders", after seconds: Int) -> [SimulatedService.Partition] {
        service(after: seconds).topics.first { $0.name == topic }?.partitions ?? []
    }

    /// Whether every replica of every topic is in sync, and each partition has its preferred leader.
    func isWhole(_ position: Int = 0, after seconds: Int) -> Bool {
        service(position, after: seconds).topics.allSatisfy { $0.partitions.allSatisfy { $0.inSync == $0.replicas && $0.leader == $0.replicas[0] } }
    }
}

@Suite struct `A broker` {
    @Test func `of a founded cluster is registered, in sync and has its volume where it runs`() {
        let scene = Scene()
        for position in 0..<3 {
            let service = scene.service(position, after: 0)
            #expect(service.brokers.count == [5, 3, 3][position] && scene.isWhole(position, after: 0))
            for broker in service.brokers {
                let machine = scene.world.machines[broker.position]
                #expect(broker.state == "RUNNING" && broker.isRegistered && broker.agent == machine.agent)
                #expect(machine.tasks.contains { $0.id == broker.task && $0.allotments.contains { $0.volume != nil } })
            }
        }
    }

    @Test func `outlives its agent's process, for its scheduler only until the agent is given up`() {
        let scene = Scene(.agentKilled(0))
        #expect(scene.service(after: 60).brokers[0].state == "RUNNING")
        let lost = scene.service(after: 80)
        #expect(lost.brokers[0].state == "UNREACHABLE" && lost.brokers[0].isRegistered && scene.isWhole(after: 80))
        #expect(lost.recoveries.map(\.isPermanent) == [false] && lost.recoveryStatus == "IN_PROGRESS")
        scene.world.apply(.agentStarted(0))
        let back = scene.service(after: 90)
        #expect(back.brokers[0].state == "RUNNING" && back.brokers[0].task == lost.brokers[0].task && back.recoveryStatus == "COMPLETE")
    }

    @Test func `on a host that hangs falls out of the in-sync sets, and catches up over minutes when it is back`() {
        let scene = Scene(.hostFrozen(0))
        #expect(scene.isWhole(after: 10))
        let shrunken = scene.partitions(after: 15).filter { $0.replicas.contains(0) }
        #expect(!shrunken.isEmpty && shrunken.allSatisfy { $0.inSync == $0.replicas.filter { $0 != 0 } && $0.leader == $0.inSync[0] })
        #expect(!scene.service(after: 15).brokers[0].isRegistered)
        scene.world.advance(to: start + .seconds(600))
        scene.world.apply(.agentStarted(0))
        #expect(scene.service(after: 625).brokers[0].isRegistered && !scene.isWhole(after: 640))
        #expect(scene.isWhole(after: 900))
    }

    @Test func `that alone has a partition leaves it without a leader, and stays its last copy`() throws {
        let scene = Scene(.hostFrozen(9))
        let scratch = try #require(scene.service(2, after: 60).topics.first { $0.name == "tmp-scratch" })
        #expect(scratch.partitions[1] == SimulatedService.Partition(replicas: [1], inSync: [1], leader: -1, leaderEpoch: 1))
        scene.world.apply(.agentStarted(9))
        #expect(scene.service(2, after: 90).topics.first { $0.name == "tmp-scratch" }?.partitions[1].leader == 1)
    }

    @Test func `that ends is started again where its volume lies, as soon as its scheduler is there`() {
        let scene = Scene(.schedulerAway(service: 0, for: .seconds(1200)), .brokerCrashed(service: 0, broker: 2))
        let before = World(now: start).services[0].brokers[2]
        let down = scene.service(after: 1100)
        #expect(down.brokers[2].state == "FAILED" && !down.brokers[2].isRegistered && down.brokers[2].task == before.task)
        let machine = scene.world.machines[before.position]
        #expect(machine.reserved.contains { $0.volume != nil } && !machine.tasks.contains { $0.isBroker })
        let back = scene.service(after: 1400).brokers[2]
        #expect(back.state == "RUNNING" && back.task != before.task && back.position == before.position && back.isRegistered)
        #expect(scene.isWhole(after: 1700))
    }

    @Test func `of an agent marked gone moves by itself with the newest scheduler, and waits for ever with the others`() {
        let scene = Scene(.markedGone(0), .markedGone(5))
        let moved = scene.service(after: 120).brokers[0]
        #expect(moved.position != 0 && moved.state == "RUNNING" && scene.service(after: 120).recoveries.contains { $0.broker == 0 && $0.isPermanent })
        #expect(!scene.isWhole(after: 200) && scene.isWhole(after: 1200))
        let waiting = scene.service(1, after: 7200).brokers[0]
        #expect(waiting.position == 5 && waiting.state == "GONE_BY_OPERATOR")
        scene.world.apply(.brokerReplaced(service: 1, broker: 0))
        #expect(scene.service(1, after: 7230).brokers[0].state == "RUNNING" && scene.world.services[1].brokers[0].position != 5)
    }

    @Test func `that was replaced leaves its reservations until its agent offers them`() {
        let scene = Scene(.hostFrozen(0))
        scene.world.advance(to: start + .seconds(300))
        scene.world.apply(.brokerReplaced(service: 0, broker: 0))
        #expect(scene.world.machines[0].reserved.contains { $0.volume != nil } && scene.world.machines[0].tasks.contains(where: \.isBroker))
        scene.world.apply(.agentStarted(0))
        #expect(!scene.world.machines[0].reserved.contains { $0.volume != nil } && !scene.world.machines[0].tasks.contains(where: \.isBroker))
        #expect(scene.world.machines[scene.world.services[0].brokers[0].position].reserved.contains { $0.volume != nil })
    }
}

@Suite struct `A scheduler` {
    @Test func `that fails is 502, 404 and 503 to Admin Router before it answers again`() {
        let scene = Scene(.schedulerRestarted(service: 0))
        let routes = [0, 24, 25, 44, 45, 79, 80].map { scene.service(after: $0).scheduler.route }
        #expect(routes == [.badGateway, .badGateway, .notFound, .notFound, .unavailable, .unavailable, .answers])
    }

    @Test func `is started elsewhere when its agent is given up, and hangs with its host until then`() throws {
        let scene = Scene()
        let home = try #require(scene.world.services[1].scheduler.position)
        scene.world.apply(.hostHung(home))
        #expect(scene.service(1, after: 1).scheduler.route == .badGateway && scene.world.services[1].scheduler.position == home)
        let moved = scene.service(1, after: 200).scheduler
        #expect(moved.route == .answers && moved.position != home)
    }

    @Test func `that nobody can place stays away`() {
        let scene = Scene(.schedulerAway(service: 2, for: .seconds(1800)))
        #expect(scene.service(2, after: 1700).scheduler.route == .notFound && scene.service(2, after: 1700).scheduler.task == nil)
        #expect(scene.service(2, after: 2000).scheduler.route == .answers)
    }
}

@Suite struct `Permissions` {
    @Test func `hide a framework's tasks, and leave its allocations`() throws {
        let scene = Scene(.tasksHidden(service: 2))
        let mesos = try scene.world.mesosSighting(at: start + .seconds(10))
        let running = try mesos.tasks.get().running
        #expect(!running.contains { $0.name.hasPrefix("broker-") })
        #expect(mesos.agents.count { $0.allocatedRoles.contains("staging__kafka-role") } == 3)
        scene.world.apply(.tasksShown(service: 2))
        #expect(try scene.world.mesosSighting(at: start + .seconds(20)).tasks.get().running.count { $0.name.hasPrefix("broker-") } == 3)
    }
}

@Suite struct `System health` {
    @Test func `is a minute's look, with 3 for who does not answer`() {
        let scene = Scene(.unitFailed(3, unit: "dcos-net.service"), .hostHung(4), .agentKilled(6))
        func health(_ position: Int, after seconds: Int) -> NodeHealth? {
            let ip = scene.world.machines[position].privateIP
            return scene.world.healthSighting(at: start + .seconds(seconds)).nodes.first { $0.ip == ip }
        }
        #expect(health(3, after: 59)?.health == .healthy)
        #expect(health(3, after: 60).map { [$0.health.rawValue] + ($0.failingUnits ?? []) } == ["unhealthy", "dcos-net.service"])
        #expect(health(4, after: 60)?.health == .unknown)
        #expect(health(6, after: 60)?.failingUnits == ["dcos-mesos-slave.service"])
        #expect(scene.world.health.count { $0.role == "master" } == 3 && scene.world.health.count { $0.role == "agent_public" } == 3)
    }

    @Test func `remembers a terminated node for an hour`() {
        let scene = Scene(.terminated(0, successorJoins: true))
        let ip = scene.world.machines[0].privateIP
        let (early, late) = (scene.world.healthSighting(at: start + .seconds(3500)), scene.world.healthSighting(at: start + .seconds(3800)))
        #expect(early.nodes.first { $0.ip == ip }?.health == .unknown)
        #expect(late.nodes.allSatisfy { $0.ip != ip })
    }
}

@Suite struct `SSM and the hosts` {
    @Test func `lose a host that hangs after five minutes, and an SSM agent that ended`() throws {
        let scene = Scene(.hostHung(0), .ssmLost(1))
        let ids = scene.world.machines.map(\.instance)
        let early = try #require(try scene.world.ec2Sighting(pools: World.demoPools, readsSSM: true, at: start + .seconds(299)).pings?.get())
        #expect(early.values.allSatisfy { $0 == .online })
        let late = try #require(try scene.world.ec2Sighting(pools: World.demoPools, readsSSM: true, at: start + .seconds(301)).pings?.get())
        #expect(late[ids[0]] == .connectionLost && late[ids[1]] == .connectionLost && late[ids[2]] == .online)
        let probes = scene.world.probeSighting(at: start + .seconds(301))
        #expect(Address(scene.world.machines[0].privateIP).map { probes.hosts[$0] } == .silent)
        #expect(Address(scene.world.machines[1].privateIP).map { probes.hosts[$0] } == .answers)
        let statuses = try scene.world.ec2Sighting(pools: World.demoPools, at: start + .seconds(301)).statuses.get()
        #expect(statuses.allSatisfy { $0.instance == .ok })
    }
}

@Suite struct `A story without an end` {
    @Test(arguments: [1, 2, 3] as [UInt64]) func `breaks and mends for a week, and never most of the fleet at once`(seed: UInt64) throws {
        var world = World(seed: seed, now: start)
        world.beginMischief()
        var unwell: [Int] = []
        for hour in 1...7 * 24 {
            world.advance(to: start + .seconds(hour * 3600))
            let there = world.machines.filter { !$0.isPublic && $0.terminatedAt == nil }
            unwell.append(there.count { !$0.takesWork })
            #expect(there.count >= 16, "after \(hour) hours")
        }
        #expect(unwell.max() ?? 0 <= 9 && unwell.min() ?? 9 <= 1, "\(unwell)")
        #expect(world.chronicle.count > 300 && world.chronicle.count <= World.chronicleMax)
        let texts = world.chronicle.map(\.text)
        for part in ["is killed", "hangs", "impaired", "fails on", "answers again", "SSM's agent", "starts on", "has joined"] {
            #expect(texts.contains { $0.contains(part) }, "nothing tells of '\(part)'")
        }
        for service in world.services { #expect(service.brokers.count(where: \.isRegistered) >= service.brokers.count - 1, "\(service.name)") }
        #expect(world.completedTasks.allSatisfy { $0.count <= World.completedTasksMax })
    }
}
