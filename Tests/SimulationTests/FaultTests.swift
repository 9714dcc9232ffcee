import Fleet
import Testing

@testable import Simulation

private let start = World.storyStart

/// A cluster to which one thing happens, and what Mesos and EC2 show of machine 0 and of its tasks.
private struct Scene {
    var world = World(now: start)

    init(_ faults: World.Fault...) {
        for fault in faults { world.apply(fault) }
    }

    mutating func mesos(after seconds: Int) throws -> MesosSighting { try world.mesosSighting(at: start + .seconds(seconds)) }

    mutating func agent(_ position: Int = 0, after seconds: Int) throws -> Agent? {
        let agents = try mesos(after: seconds).agents
        return agents.first { $0.hostname == world.machines[position].hostname }
    }

    mutating func status(_ position: Int = 0, after seconds: Int) throws -> InstanceStatus? {
        let statuses = try world.ec2Sighting(pools: World.demoPools, at: start + .seconds(seconds)).statuses.get()
        return statuses.first { $0.id == world.machines[position].instance }
    }

    mutating func instance(_ position: Int = 0, after seconds: Int) throws -> Instance? {
        let instances = try world.ec2Sighting(pools: World.demoPools, at: start + .seconds(seconds)).instances.get()
        return instances.first { $0.id == world.machines[position].instance }
    }
}

/// The lines of the table of what real masters and agents were seen to do.
@Suite struct `A fault in Mesos` {
    @Test func `of a killed process shows at once as inactive, and as absent when the pings have run out`() throws {
        var scene = Scene(.agentKilled(0))
        let agent = try #require(try scene.agent(after: 0))
        #expect(!agent.isActive && !agent.isDeactivated)
        #expect(try scene.mesos(after: 74).counts.get() == MesosSighting.Counts(disconnected: 1, unreachable: 0))
        #expect(try scene.agent(after: 75) == nil)
        let later = try scene.mesos(after: 75)
        #expect(try later.counts.get() == MesosSighting.Counts(disconnected: 0, unreachable: 1))
        let lost = try later.tasks.get().unreachable
        #expect(!lost.isEmpty)
        #expect(lost.allSatisfy { $0.state == "TASK_UNREACHABLE" && $0.reason == "REASON_AGENT_REMOVED" && $0.since == start + .seconds(75) })
        #expect(later.recovered.isEmpty)
    }

    @Test func `of a frozen host shows as active until the pings have run out, and in EC2 two minutes later`() throws {
        var scene = Scene(.hostFrozen(0))
        #expect(try scene.agent(after: 74)?.isActive == true)
        #expect(try scene.agent(after: 75) == nil)
        #expect(try scene.status(after: 119)?.instance == .ok)
        #expect(try scene.status(after: 120)?.instance == .impaired)
        #expect(try scene.status(after: 120)?.system == .ok)
    }

    @Test func `of an agent that comes back in time keeps its registration`() throws {
        var scene = Scene(.agentKilled(0))
        let before = try #require(try scene.agent(after: 10))
        scene.world.apply(.agentStarted(0))
        let after = try #require(try scene.agent(after: 20))
        #expect(after.isActive && after.id == before.id && after.registeredTime == before.registeredTime)
        #expect(after.reregisteredTime == start + .seconds(10))
        #expect(try scene.agent(after: 200)?.isActive == true)
    }

    @Test func `of an agent back from unreachable has the same id and a new registration, and its tasks run`() throws {
        var scene = Scene(.agentKilled(0))
        let before = try #require(try scene.agent(after: 0))
        let running = try scene.mesos(after: 0).tasks.get().running.count
        #expect(try scene.agent(after: 100) == nil)
        scene.world.apply(.agentStarted(0))
        let after = try #require(try scene.agent(after: 100))
        #expect(after.id == before.id && after.registeredTime == start + .seconds(100))
        let tasks = try scene.mesos(after: 100).tasks.get()
        #expect(tasks.unreachable.isEmpty)
        #expect(tasks.running.filter { $0.name != "nightly-report" && $0.name != "cleanup" }.count == running)
        #expect(tasks.running.allSatisfy { $0.state == "TASK_RUNNING" })
    }

    @Test func `of a deactivated agent is not active and loses no task`() throws {
        var scene = Scene(.deactivated(0))
        let agent = try #require(try scene.agent(after: 0))
        #expect(!agent.isActive && agent.isDeactivated && agent.drain == nil)
        #expect(try scene.mesos(after: 0).counts.get().disconnected == 0)
        #expect(try scene.mesos(after: 0).tasks.get().running.contains { $0.agent == agent.id })
    }

    @Test func `of a draining agent shows its drain, and its tasks end`() throws {
        var scene = Scene(.drainStarted(0, markGone: false))
        let draining = try #require(try scene.agent(after: 10))
        #expect(!draining.isActive && draining.isDeactivated && draining.drain == .draining)
        #expect(try scene.agent(after: 180)?.drain == .drained)
        let tasks = try scene.mesos(after: 180).tasks.get()
        #expect(!tasks.running.contains { $0.agent == draining.id })
        let ended = tasks.completed.filter { $0.agent == draining.id }
        #expect(!ended.isEmpty && ended.allSatisfy { $0.state == "TASK_KILLED" && $0.reason == "REASON_AGENT_DRAINING" && !$0.hasFailed })
        scene.world.apply(.reactivated(0))
        #expect(try scene.agent(after: 190)?.isActive == true)
    }

    @Test func `of an agent drained with mark gone ends its listing`() throws {
        var scene = Scene(.drainStarted(0, markGone: true))
        #expect(try scene.agent(after: 170)?.drain == .draining)
        #expect(try scene.agent(after: 180) == nil)
        #expect(try scene.mesos(after: 180).counts.get().unreachable == 0)
    }

    @Test func `of a gone agent ends its listing at once, and it comes back with a new id`() throws {
        var scene = Scene()
        let before = try #require(try scene.agent(after: 0))
        scene.world.apply(.markedGone(0))
        #expect(try scene.agent(after: 0) == nil)
        let ended = try scene.mesos(after: 0).tasks.get().completed
        #expect(!ended.isEmpty && ended.allSatisfy { $0.state == "TASK_GONE_BY_OPERATOR" })
        scene.world.apply(.agentStarted(0))
        let after = try #require(try scene.agent(after: 1))
        #expect(after.id != before.id && after.reregisteredTime == nil)
    }

    @Test func `of SIGUSR1 ends the listing at once, and its tasks are lost`() throws {
        var scene = Scene()
        let before = try #require(try scene.agent(after: 0))
        scene.world.apply(.unregistered(0))
        #expect(try scene.agent(after: 0) == nil)
        let ended = try scene.mesos(after: 0).tasks.get().completed
        #expect(!ended.isEmpty && ended.allSatisfy { $0.state == "TASK_LOST" && $0.reason == "REASON_AGENT_REMOVED" && $0.hasFailed })
        scene.world.apply(.agentStarted(0))
        #expect(try scene.agent(after: 1)?.id == before.id)
    }

    @Test func `of maintenance shows in the schedule first, then not in the list`() throws {
        var scene = Scene(.maintenanceScheduled(0))
        let machine = MesosSighting.Machine(hostname: scene.world.machines[0].hostname, ip: scene.world.machines[0].privateIP)
        #expect(try scene.agent(after: 0)?.isActive == true)
        #expect(try scene.mesos(after: 0).maintenance.get() == MesosSighting.Maintenance(draining: [machine]))
        scene.world.apply(.maintenanceStarted(0))
        #expect(try scene.agent(after: 0) == nil)
        #expect(try scene.mesos(after: 0).maintenance.get() == MesosSighting.Maintenance(down: [machine]))
        scene.world.apply(.maintenanceEnded(0))
        #expect(try scene.agent(after: 29) == nil)
        #expect(try scene.agent(after: 30)?.isActive == true)
        #expect(try scene.mesos(after: 30).maintenance.get() == MesosSighting.Maintenance())
    }

    @Test func `of a flapping agent shows as inactive and active by turns`() throws {
        var scene = Scene(.flapping(0, every: .seconds(300), downFor: .seconds(45), times: 3))
        var changes = 0
        var last = true
        for second in stride(from: 0, through: 1200, by: 15) {
            let isActive = try #require(try scene.agent(after: second)).isActive
            if isActive != last { changes += 1 }
            last = isActive
        }
        #expect(changes == 6)
    }

    @Test func `of failing tasks shows in the tasks that have ended`() throws {
        var scene = Scene(.tasksFailing(0, every: .seconds(120), times: 5))
        let sighting = try scene.mesos(after: 3600)
        let failed = try sighting.tasks.get().completed.filter { $0.hasFailed }
        #expect(failed.count == 5)
        #expect(Set(failed.map(\.agent)) == [scene.world.machines[0].agent])
        #expect(failed.compactMap(\.since) == (0..<5).map { start + .seconds($0 * 120) })
        let agent = try #require(scene.world.machines[0].agent)
        #expect(try sighting.tasks.get().running.count { $0.agent == agent && $0.name.hasSuffix(".shop") } == 2)
    }

    @Test func `of the leader: no answer, then recovered agents, then all of them back with their ids`() throws {
        var scene = Scene(.agentKilled(1))
        let before = try scene.mesos(after: 100)
        scene.world.apply(.leaderLost)
        #expect(throws: SourceFailure.self) { try scene.mesos(after: 110) }
        #expect(throws: SourceFailure.self) { try scene.mesos(after: 139) }
        let first = try scene.mesos(after: 140)
        #expect(first.master.id != before.master.id && first.master.electedTime == start + .seconds(115))
        #expect(first.agents.isEmpty && first.recovered.count == 19)
        #expect(try first.counts.get() == MesosSighting.Counts(disconnected: 0, unreachable: 1))
        #expect(try first.tasks.get().running.isEmpty && first.tasks.get().unreachable.isEmpty && first.tasks.get().completed.isEmpty)
        let half = try scene.mesos(after: 220)
        #expect(!half.agents.isEmpty && !half.recovered.isEmpty && half.agents.count + half.recovered.count == 19)
        let all = try scene.mesos(after: 320)
        #expect(Set(all.agents.map(\.id)) == Set(before.agents.map(\.id)) && all.recovered.isEmpty)
        #expect(all.agents.allSatisfy { $0.registeredTime > first.master.electedTime })
        #expect(try all.tasks.get().running.allSatisfy { $0.frameworkName != nil })
    }

    @Test func `of an agent that dies with the leader stays recovered until the re-register time-out`() throws {
        var scene = Scene(.leaderLost, .agentKilled(0))
        let id = try #require(scene.world.machines[0].agent)
        #expect(try scene.mesos(after: 639).recovered.map(\.id) == [id])
        let after = try scene.mesos(after: 640)
        #expect(after.recovered.isEmpty && !after.agents.contains { $0.id == id })
        #expect(try after.counts.get().unreachable == 1)
    }
}

@Suite struct `A fault in EC2` {
    @Test func `of the host's check leaves the agent active`() throws {
        var scene = Scene(.systemImpaired(0))
        #expect(try scene.status(after: 0)?.system == .impaired)
        #expect(try scene.agent(after: 600)?.isActive == true)
        scene.world.apply(.checksPass(0))
        #expect(try scene.status(after: 601)?.system == .ok)
    }

    @Test func `that is announced shows as a scheduled event with its time`() throws {
        var scene = Scene(.retirementScheduled(0, after: .seconds(86_400)))
        let event = InstanceStatus.ScheduledEvent(
            code: "instance-retirement", notBefore: start + .seconds(86_400), summary: "The instance is running on degraded hardware")
        #expect(try scene.status(after: 0)?.events == [event])
    }

    @Test func `of a terminated instance goes through shutting-down, and its group launches another that joins`() throws {
        var scene = Scene(.terminated(0, successorJoins: true))
        #expect(try scene.instance(after: 0)?.state == .shuttingDown)
        let ended = try #require(try scene.instance(after: 40))
        #expect(ended.state == .terminated && ended.privateIP == nil && ended.stateReason == "Client.UserInitiatedShutdown")
        #expect(try scene.status(after: 40) == nil)
        #expect(try scene.instance(20, after: 60)?.state == .pending)
        #expect(try scene.instance(20, after: 80)?.state == .running)
        #expect(try scene.status(20, after: 80)?.instance == .initializing)
        #expect(try scene.agent(20, after: 259) == nil)
        #expect(try scene.agent(20, after: 260)?.isActive == true)
        #expect(try scene.status(20, after: 260)?.instance == .ok)
        #expect(try scene.agent(0, after: 260) == nil)
        #expect(try scene.instance(after: 3641) == nil)
    }

    @Test func `of a successor that never joins shows as a healthy instance without an agent`() throws {
        var scene = Scene(.terminated(0, successorJoins: false))
        #expect(try scene.agent(20, after: 7000) == nil)
        #expect(try scene.status(20, after: 7000)?.instance == .ok)
    }

    @Test func `of a new image moves the target and leaves the instances behind`() throws {
        var scene = Scene(.imageReleased(name: "new", parameter: World.privateParameter))
        let sighting = scene.world.ec2Sighting(pools: World.demoPools, at: start)
        let target = try #require(try sighting.targets["private"]?.get())
        #expect(target.image.name == "new" && target.since == start)
        #expect(try sighting.instances.get().allSatisfy { $0.image != target.image.id })
        #expect(try sighting.targets["public"]?.get().image.id == sighting.instances.get()[0].image)
    }

    @Test func `of throttling is a failure of every part, for so long`() throws {
        var scene = Scene(.throttled(.ec2, for: .seconds(120)), .throttled(.ssm, for: .seconds(240)))
        let refused = scene.world.ec2Sighting(pools: World.demoPools, at: start + .seconds(119))
        #expect(throws: SourceFailure.self) { try refused.instances.get() }
        #expect(throws: SourceFailure.self) { try refused.statuses.get() }
        #expect(throws: SourceFailure.self) { try refused.images.get() }
        #expect(throws: SourceFailure.self) { try refused.targets["private"]?.get() }
        let half = scene.world.ec2Sighting(pools: World.demoPools, at: start + .seconds(120))
        #expect(throws: Never.self) { try half.instances.get() }
        #expect(throws: SourceFailure.self) { try half.targets["private"]?.get() }
        let well = scene.world.ec2Sighting(pools: World.demoPools, at: start + .seconds(240))
        #expect(throws: Never.self) { try well.targets["private"]?.get() }
    }

    @Test func `of a machine that is not there changes nothing`() {
        var scene = Scene(.agentKilled(500), .terminated(-1, successorJoins: true))
        scene.world.advance(to: start + .seconds(600))
        #expect(scene.world.chronicle.isEmpty)
    }
}
