import Fleet
import Ledger
import Rules
import Testing

@testable import Rounds

private let three = (1...3).map { Samples.agent($0) }
private let threeInstances = (1...3).map { Samples.instance($0) }

@Suite struct `A round` {
    @Test func `waits at the start until both pollers have spoken, well or not`() throws {
        let watch = try Watch()
        #expect(try watch.take(.mesos(.success(Samples.mesos(three))), at: 0) == nil)
        #expect(try watch.take(.look, at: 1) == nil)
        #expect(try watch.take(.mesos(.failure(Samples.failure)), at: 2) == nil)
        #expect(watch.nodes.isEmpty)
        #expect(try watch.ledger.rounds().isEmpty)
        let report = try #require(try watch.take(.ec2(Samples.ec2Failed), at: 3))
        #expect(report.picture.state.sources[.instances]?.failure == Samples.failure)
        #expect(report.picture.state.sources[.agents]?.failure == Samples.failure, "the last word of the first poller counts")
    }

    @Test func `sees the fleet, and writes each fact once`() throws {
        let watch = try Watch()
        let report = try watch.look(0, Samples.mesos(three), Samples.ec2(threeInstances))
        #expect(watch.nodes == ["i-1", "i-2", "i-3"])
        #expect(watch.state(of: 1) == .state(.active))
        #expect(watch.fact(.pool, of: "i-1") == .text("private"))
        #expect(watch.fact(.systemStatus, of: "i-1") == .text("ok"))
        #expect(watch.fact(.imageOutdated, of: "i-1") == .boolean(false))
        #expect(watch.fact(.launchAge, of: "i-1") == .integer(30 * 86_400))
        let recorded = Fact.allCases.count(where: \.isRecorded)
        #expect(report.rows.observations == 3 * recorded)
        #expect(report.changes.isEmpty, "what is new has not changed")
    }

    @Test func `writes nothing but freshness while nothing happens`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(three), Samples.ec2(threeInstances))
        for seconds in stride(from: 15, to: 300, by: 15) {
            let report = try watch.look(seconds, Samples.mesos(three))
            #expect(report.rows.changes == 0, "\(report.rows)")
            #expect(report.rows.freshness == 5, "three sources of Mesos and the run of rounds: \(report.rows)")
            #expect(report.isQuiet)
        }
    }

    @Test func `writes one row and one change for a fact that changes`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(three), Samples.ec2(threeInstances))
        let report = try watch.look(15, Samples.mesos([Samples.agent(1, isActive: false)] + three.dropFirst()))
        #expect(report.changes == [FactChange(node: "i-1", fact: .mesosState, old: .state(.active), new: .state(.inactive), at: Samples.time(15))])
        #expect(report.rows.observations == 2, "one interval ends, one begins: \(report.rows)")
        #expect(watch.fact(.mesosStateAge, of: "i-1") == .integer(0))
    }

    @Test func `believes a source for three intervals after it failed, and rewrites nothing meanwhile`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(three), Samples.ec2(threeInstances))
        for seconds in [15, 30, 45] {
            let report = try watch.fail(seconds)
            #expect(report.rows.observations == 0 && report.rows.nodes == 0)
            #expect(watch.state(of: 1) == .state(.active), "after \(seconds) s")
        }
        for seconds in [46, 60, 75] {
            let report = try watch.fail(seconds)
            #expect(report.rows.observations == 0 && report.rows.nodes == 0, "\(report.rows)")
            #expect(watch.state(of: 1) == .unknown, "after \(seconds) s")
            #expect(watch.fact(.agentVersion, of: "i-1") == .unknown && watch.fact(.registeredAge, of: "i-1") == .unknown)
            #expect(watch.fact(.systemStatus, of: "i-1") == .text("ok"), "EC2 is still fresh")
        }
        let report = try watch.look(90, Samples.mesos(three))
        #expect(watch.state(of: 1) == .state(.active))
        #expect(report.rows.observations == 0)
        #expect(watch.fact(.mesosStateAge, of: "i-1") == .integer(90), "its state is as old as before")
        #expect(
            try watch.audit().filter { $0.hasPrefix("source") } == Array(repeating: "source_failed", count: 3) + Array(repeating: "source_recovered", count: 3))
    }

    @Test func `concludes nothing from an answer that has grown old`() throws {
        let watch = try Watch()
        // The master was elected at the start; two agents come back, one does not.
        let failover = Samples.mesos(Array(three.dropFirst()), elected: Samples.time(0))
        try watch.look(0, Samples.mesos(three, master: "L"), Samples.ec2(threeInstances))
        try watch.look(15, failover)
        #expect(watch.state(of: 1) == .unknown)
        try watch.keepLooking(failover, from: 15, to: 600)
        #expect(watch.state(of: 1) == .unknown)
        // The re-register time-out passes while the master is silent: nobody has looked since.
        for seconds in [614, 620, 640] {
            let report = try watch.fail(seconds)
            #expect(report.rows.observations == 0, "after \(seconds) s: \(report.changes)")
            #expect(watch.state(of: 1) == .unknown)
        }
        try watch.look(655, failover)
        #expect(watch.state(of: 1) == .state(.absent))
    }

    @Test func `lets no failed task grow old while the tasks cannot be read`() throws {
        let failed = MesosTask(id: "t", name: "t", framework: "f", frameworkName: nil, agent: "M-S1", state: "TASK_FAILED", since: Samples.time(0))
        let watch = try Watch()
        try watch.look(3580, Samples.mesos(three, tasks: .success(MesosSighting.Tasks(completed: [failed]))), Samples.ec2(threeInstances))
        #expect(watch.fact(.taskFailures1h, of: "i-1") == .integer(1))
        let report = try watch.look(3610, Samples.mesos(three, tasks: .failure(Samples.failure)))
        #expect(report.rows.observations == 0, "\(report.changes)")
        try watch.look(3625, Samples.mesos(three, tasks: .success(MesosSighting.Tasks(completed: [failed]))))
        #expect(watch.fact(.taskFailures1h, of: "i-1") == .integer(0))
    }

    @Test func `believes no empty inventory`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(three), Samples.ec2(threeInstances))
        let report = try watch.look(15, Samples.mesos([]), Samples.ec2([]))
        #expect(watch.nodes.count == 3 && watch.state(of: 1) == .state(.active))
        #expect(report.picture.state.sources[.agents]?.failure?.message.contains("empty inventory") ?? false)
        #expect(report.picture.state.sources[.instances]?.failure?.message.contains("empty inventory") ?? false)
        #expect(report.rows.observations == 0)
        try watch.look(75, Samples.mesos([]), Samples.ec2([]))
        #expect(watch.state(of: 1) == .unknown)
    }

    @Test func `knows a fleet without any agent or instance`() throws {
        let watch = try Watch()
        let report = try watch.look(0, Samples.mesos([]), Samples.ec2([]))
        #expect(watch.nodes.isEmpty && report.picture.state.sources[.agents]?.failure == nil)
    }

    @Test func `goes on where the program before it ended`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(three), Samples.ec2(threeInstances))
        try watch.look(15, Samples.mesos([Samples.agent(1, isActive: false)] + three.dropFirst()))
        try watch.restart(at: 25)
        #expect(watch.nodes == ["i-1", "i-2", "i-3"])
        let report = try watch.look(30, Samples.mesos([Samples.agent(1, isActive: false)] + three.dropFirst()), Samples.ec2(threeInstances))
        #expect(report.rows.observations == 0 && report.rows.nodes == 0, "\(report.changes)")
        #expect(watch.fact(.mesosStateAge, of: "i-1") == .integer(15))
    }

    @Test func `stands on the ledger alone while EC2 is silent after a restart`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(three), Samples.ec2(threeInstances))
        try watch.restart(at: 25)
        _ = try watch.take(.ec2(Samples.ec2Failed), at: 30)
        let report = try watch.look(30, Samples.mesos(three))
        #expect(watch.nodes == ["i-1", "i-2", "i-3"])
        #expect(report.rows.observations == 0, "\(report.changes)")
        #expect(watch.fact(.imageID, of: "i-1") == .text("ami-old") && watch.fact(.targetImageID, of: "i-1") == .text("ami-old"))
        try watch.look(200, Samples.mesos(three))
        #expect(watch.fact(.imageID, of: "i-1") == .unknown && watch.fact(.targetImageID, of: "i-1") == .unknown)
    }
}
