import Fleet
import Ledger
import Planning
import Replacing
import Rules
import Testing

@testable import Rounds

/// Rounds that derive and look at only what may be other than it was, beside rounds that do all of it anew.
@Suite struct `Nodes that are remembered` {
    private static func rules() throws -> RuleSet {
        let text = """
            version: 1
            rules:
              - {name: lost, when: "mesos_state IN ('inactive', 'absent')", for: 30s, keep_firing_for: 60s, verdict: replace, class: failing, mode: act, summary: "{{id}}"}
              - {name: impaired, when: "system_status = 'impaired'", for: 0s, verdict: replace, class: failing, mode: act, summary: "{{id}}"}
              - {name: old, when: "image_outdated = 1", for: 0s, verdict: replace, class: outdated, mode: act, summary: "{{id}}"}
              - {name: announced, when: "scheduled_event = 'group-termination'", for: 0s, verdict: replace, class: failing, mode: act, summary: "{{id}}"}
              - {name: kept, when: "probe = 'silent' OR dcos_health = 'unhealthy'", for: 0s, verdict: keep, summary: "{{id}}"}
              - {name: failing, when: "task_failures_1h > 1 OR flaps_1h > 2", for: 0s, verdict: notify, summary: "{{id}} {{members}} {{ssm_ping}}"}
              - {name: tasks, when: "EXISTS (SELECT 1 FROM task WHERE node_id = node.id AND state = 'TASK_FAILED')", for: 0s, verdict: notify, summary: "{{id}}"}
            """
        return try RuleSet.parse([RuleFile(path: "rules/test.yaml", text: text)])
    }

    /// What a round came to, as far as anybody can see; nil where it was refused or not held.
    private struct Outcome: Equatable {
        let changes: [FactChange]
        let findings: [Finding]
        let ownFindings: [OwnFinding]
        let notices: [String]
        let plan: Plan
        let transitions: [TransitionEntry]
        let rows: RecordedRows

        init(_ report: RoundReport) {
            (changes, findings, ownFindings, notices) = (report.changes, report.findings, report.ownFindings, report.notices)
            (plan, transitions, rows) = (report.picture.plan, report.transitions, report.rows)
        }
    }

    private static func take(_ event: Event, _ fleet: InventedFleet, at seconds: Int, _ watch: Watch) throws -> Outcome? {
        watch.round.program.warnings = fleet.warnings
        do { return try watch.take(event, at: seconds).map { Outcome($0) } } catch is CommandRefusal { return nil }
    }

    @Test(arguments: 1...24)
    func `are in every round what they would be if all were derived anew, and so is what is found and decided, whatever is told, by seed`(seed: Int) throws {
        let settings = InventedFleet.settings(seed)
        let narrow = try Watch(settings: settings, rules: try Self.rules())
        let whole = try Watch(settings: settings, rules: try Self.rules(), remembersNodes: false)
        var fleet = InventedFleet(seed: seed)
        var seconds = 0
        var rounds = 0
        for step in 0..<150 {
            seconds += fleet.pause()
            let event = fleet.next(at: seconds)
            let outcome = try Self.take(event, fleet, at: seconds, narrow)
            let expected = try Self.take(event, fleet, at: seconds, whole)
            if outcome != nil { rounds += 1 }
            try #require(outcome == expected, "in step \(step), at \(seconds) s")
            try #require(narrow.round.state.nodes == whole.round.state.nodes, "in step \(step), at \(seconds) s")
            try #require(narrow.round.state.findings == whole.round.state.findings, "in step \(step), at \(seconds) s")
            try #require(narrow.round.state.work.assessments == whole.round.state.work.assessments, "in step \(step), at \(seconds) s")
        }
        #expect(rounds > 100)
    }

    @Test func `are as if derived anew after a restart, and after a round that was not held`() throws {
        let settings = InventedFleet.settings(1)
        let narrow = try Watch(settings: settings, rules: try Self.rules())
        let whole = try Watch(settings: settings, rules: try Self.rules(), remembersNodes: false)
        let mesos = Samples.mesos((1...3).map { Samples.agent($0) })
        for watch in [narrow, whole] {
            try watch.look(0, mesos, Samples.ec2((1...3).map { Samples.instance($0) }))
            try watch.look(15, mesos)
            #expect(throws: CommandRefusal.self) { try watch.command(.replace("i-9"), at: 16) }
            try watch.take(.tasks([TaskNews(id: "t", framework: "f", agent: Samples.agentID(2), state: "TASK_FAILED", since: Samples.time(17))]), at: 17)
            try watch.restart(at: 20)
            try watch.look(30, mesos, Samples.ec2((1...3).map { Samples.instance($0) }))
        }
        #expect(narrow.round.state.nodes == whole.round.state.nodes && narrow.findings == whole.findings)
    }

    @Test func `are not derived again while the same is told of them`() throws {
        let settings = Settings(pools: [Samples.pool])
        let (agents, instances) = ((1...4).map { Samples.agent($0) }, (1...4).map { Samples.instance($0) })
        var sightings = Sightings()
        _ = sightings.take(.success(Samples.mesos(agents)), knownAgents: 0)
        _ = sightings.take(Samples.ec2(instances), knownInstances: 0)
        var (state, memory) = (State(), DerivingMemory())
        func derived(at seconds: Int) -> Set<NodeID> {
            var deriving = Deriving(from: state, sightings: sightings, settings: settings, now: Samples.time(seconds), memory: memory)
            deriving.run()
            (state, memory) = (deriving.state, deriving.memory)
            return deriving.touched
        }
        #expect(derived(at: 0).count == 4 && derived(at: 1).count == 4 && derived(at: 2).isEmpty)
        sightings.take([TaskNews(id: "t", framework: "f", agent: Samples.agentID(3), state: "TASK_FAILED", since: Samples.time(3))], now: Samples.time(3))
        #expect(derived(at: 3) == ["i-3"] && derived(at: 4) == ["i-3"] && derived(at: 5).isEmpty)
        _ = sightings.take(.success(Samples.mesos(agents.dropLast() + [Samples.agent(4, isActive: false)])), knownAgents: 4)
        // The poll takes no failure back that it does not know.
        #expect(derived(at: 6) == ["i-4"])
    }
}
