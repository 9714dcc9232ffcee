import Fleet
import Ledger
import Rules
import Testing

@testable import Rounds

private let two = (1...2).map { Samples.agent($0) }
private let twoInstances = (1...2).map { Samples.instance($0) }

/// What Mayfly has found about itself: `source-stale agents`, sorted.
private func own(_ watch: Watch) -> [String] { watch.round.state.own.open.keys.sorted().map { "\($0.kind) \($0.subject)" } }

@Suite struct `Mayfly finds about itself` {
    @Test func `nothing while all is well`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.keepLooking(Samples.mesos(two), from: 0, to: 120)
        #expect(own(watch).isEmpty && watch.round.state.openAlerts.isEmpty)
    }

    @Test func `that a source stays away, once, and that it is back`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        for seconds in stride(from: 15, through: 75, by: 15) { try watch.fail(seconds) }
        #expect(own(watch).isEmpty, "stale since 45 s, and to be so for three intervals more")
        let report = try watch.fail(90)
        #expect(own(watch) == ["source-stale agents", "source-stale maintenance", "source-stale tasks"])
        let found = try #require(report.ownFindings.first)
        #expect(found.since == Samples.time(0) && found.firingSince == Samples.time(90) && found.summary.contains("answered 503"))
        #expect(try watch.fail(105).ownFindings.isEmpty, "said once")
        // What comes and goes within two minutes is one finding.
        try watch.look(120, Samples.mesos(two))
        #expect(own(watch).count == 3)
        for seconds in stride(from: 135, through: 225, by: 15) { try watch.fail(seconds) }
        #expect(own(watch).count == 3)
        for seconds in stride(from: 240, through: 345, by: 15) { try watch.look(seconds, Samples.mesos(two), Samples.ec2(twoInstances)) }
        let end = try watch.look(360, Samples.mesos(two))
        #expect(own(watch).isEmpty && end.ownFindings.map(\.resolvedAt) == Array(repeating: Samples.time(360), count: 3))
        #expect(try watch.audit().filter { $0.hasPrefix("own_finding") }.count == 6)
        #expect(try watch.ledger.ownFindings(resolved: true).count == 3 && watch.ledger.ownFindings().isEmpty)
    }

    @Test func `what it found before it was started again, without beginning anew`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        for seconds in stride(from: 15, through: 90, by: 15) { try watch.fail(seconds) }
        let before = watch.round.state.own.open
        try watch.restart(at: 100)
        #expect(watch.round.state.own.open == before)
        try watch.take(.mesos(.failure(Samples.failure)), at: 105)
        let report = try #require(try watch.take(.ec2(Samples.ec2(twoInstances)), at: 105))
        #expect(report.ownFindings.isEmpty && own(watch).count == 3)
    }

    @Test func `no source that was away while nobody asked`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.restart(at: 86_400)
        try watch.take(.mesos(.failure(Samples.failure)), at: 86_400)
        try watch.take(.ec2(Samples.ec2(twoInstances)), at: 86_400)
        #expect(own(watch).isEmpty)
    }

    @Test func `a rule that is unknown on any node for an hour, until it is so on none`() throws {
        let watch = try Watch(rules: try Samples.rules("hung", "system_status = 'impaired'"))
        let statuses = [InstanceStatus(id: Samples.instanceID(2), system: .ok, instance: .ok)]
        func look(_ seconds: Int, blind: Bool) throws -> RoundReport {
            try watch.look(seconds, Samples.mesos(two), Samples.ec2(twoInstances, statuses: blind ? statuses : nil))
        }
        for seconds in stride(from: 0, to: 3780, by: 60) { _ = try look(seconds, blind: true) }
        #expect(own(watch).isEmpty, "an hour and three intervals")
        _ = try look(3780, blind: true)
        let found = watch.round.state.own.open.values.first
        #expect(own(watch) == ["rule-unknown hung"] && found?.summary == "rule hung cannot be judged on 1 node (i-1): system_status unknown")
        for seconds in stride(from: 3840, to: 4140, by: 60) { _ = try look(seconds, blind: false) }
        #expect(own(watch).count == 1, "five minutes, in case it comes back")
        _ = try look(4140, blind: false)
        #expect(own(watch).isEmpty)
    }

    @Test func `no rule that waits for a new image to settle`() throws {
        let watch = try Watch(rules: try Samples.rules("old", "image_outdated = 1"))
        for seconds in stride(from: 0, through: 7200, by: 60) {
            try watch.look(seconds, Samples.mesos(two), Samples.ec2(twoInstances, target: "ami-new", since: Samples.time(600)))
            #expect(own(watch).isEmpty, "\(seconds)")
        }
        #expect(watch.findings.count == 2)
    }

    @Test func `a rule that holds on more nodes than its limit`() throws {
        let watch = try Watch(rules: try Samples.rules("there", "mesos_state = 'active'", "limit: 1"))
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(own(watch) == ["rule-limited there"] && watch.findings.isEmpty)
    }

    @Test func `a rule that SQLite cannot judge, until it can`() throws {
        // On the node of this host alone the smallest integer has no opposite.
        let watch = try Watch(rules: try Samples.rules("odd", "abs(-9223372036854775807 - (hostname = '10.0.0.1')) > 0"))
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(own(watch) == ["rule-failed odd"])
        #expect(watch.round.state.own.open.values.first?.summary.contains("integer overflow") == true, "\(watch.round.state.own.open)")
        #expect(watch.findings.isEmpty)
        try watch.take(.rules(try Samples.rules("odd", "hostname = 'nobody'")), at: 15)
        for seconds in stride(from: 30, through: 660, by: 15) { try watch.look(seconds, Samples.mesos(two), Samples.ec2(twoInstances)) }
        #expect(own(watch).isEmpty, "\(own(watch))")
    }

    @Test func `nodes without a pool that a rule would replace`() throws {
        let watch = try Watch(rules: try Samples.rules("there", "mesos_state = 'active'", "verdict: replace", "class: failing"))
        try watch.look(0, Samples.mesos(two), Samples.ec2([Samples.instance(1), Samples.instance(2, role: "other")]))
        #expect(own(watch) == ["nodes-unpooled nodes"])
        #expect(watch.round.state.own.open.values.first?.summary == "1 node (i-2) in no pool, though a rule would replace them")
    }

    @Test func `a join that is not clear, and agents without an instance`() throws {
        let watch = try Watch()
        let twice = Samples.instance(3, ip: 1)
        let agents = two + [Samples.agent(9)]
        for seconds in stride(from: 0, through: 300, by: 15) { try watch.look(seconds, Samples.mesos(agents), Samples.ec2(twoInstances + [twice])) }
        #expect(own(watch) == ["join-ambiguous i-1", "join-ambiguous i-3"])
        for seconds in stride(from: 315, through: 615, by: 15) { try watch.look(seconds, Samples.mesos(agents), Samples.ec2(twoInstances)) }
        #expect(own(watch) == ["agents-unmatched agents"], "\(own(watch))")
        #expect(watch.round.state.own.open.values.first?.summary == "1 agent (M-S9) match no instance by their address")
    }

    @Test func `pools that select the same node`() throws {
        let other = Pool(name: "other", selector: Pool.Selector(groups: ["g"], attributes: []))
        let overlapping = Pool(name: "all", selector: Pool.Selector(tags: [Instance.Tag(key: "Role", value: "agent")]))
        let watch = try Watch(settings: Settings(pools: [Samples.pool, overlapping, other]))
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(own(watch) == ["pools-overlap all, private"])
    }

    @Test(arguments: [nil, "pending"]) func `a target image that cannot be told for an hour`(state: String?) throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        for seconds in stride(from: 15, through: 3600, by: 15) {
            var ec2 = Samples.ec2(twoInstances, targetState: state ?? "available")
            if state == nil {
                ec2 = EC2Sighting(instances: ec2.instances, statuses: ec2.statuses, images: ec2.images, targets: ["private": .failure(Samples.failure)])
            }
            try watch.look(seconds, Samples.mesos(two), ec2)
        }
        #expect(own(watch) == (state == nil ? ["target-unresolved private"] : []))
        try watch.look(3615, Samples.mesos(two), Samples.ec2(twoInstances, targetState: state ?? "available"))
        #expect(own(watch) == (state == nil ? [] : ["target-unresolved private"]))
    }

    @Test func `a window that does not open any more`() throws {
        let text = """
            version: 1
            time_intervals:
              - name: once
                time_intervals: [{years: ['2027']}]
            rules:
              - {name: there, when: "mesos_state = 'active'", verdict: replace, class: outdated, during: once, summary: "{{id}}"}
            """
        let watch = try Watch(rules: try RuleSet.parse([RuleFile(path: "r.yaml", text: text)]))
        // Samples begin in January 2027.
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(own(watch).isEmpty)
        let later = 86_400 * 400
        try watch.look(later, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(own(watch) == ["window-unreachable there"])
    }

    @Test func `what the program around it says`() throws {
        let watch = try Watch()
        var standing = AlertStanding(target: "http://am")
        (standing.failingSince, standing.failure, standing.queued) = (Samples.time(-600), "it answered 503", 7)
        (standing.lostAt, standing.dropped) = (Samples.time(-10), 3)
        watch.round.program = ProgramStanding(
            rulesRefused: .init(since: Samples.time(-1), reason: "r.yaml:3: no such column"),
            roundsFailing: .init(since: Samples.time(-60), reason: "the disk is full"), alerts: [standing])
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(own(watch) == ["alerts-failing http://am", "alerts-lost http://am", "rounds-failing ledger", "rules-refused rules"])
        let words = watch.round.state.own.open.values.map(\.summary).joined(separator: "\n")
        for word in ["7 wait: it answered 503", "3 were dropped", "the disk is full", "no such column"] { #expect(words.contains(word)) }
        watch.round.program = ProgramStanding()
        try watch.look(15, Samples.mesos(two))
        #expect(own(watch) == ["alerts-failing http://am", "rounds-failing ledger"], "these could come back within five minutes")
    }

    @Test(arguments: OwnFinding.Kind.allCases) func `nothing without saying what to do about`(kind: OwnFinding.Kind) {
        #expect(kind.remedy.hasSuffix(".") && kind.remedy.count > 30 && kind.holdFor >= .zero && kind.keepFor >= .zero)
    }
}
