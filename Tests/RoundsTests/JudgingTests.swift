import CSQLite
import Fleet
import Ledger
import Planning
import Rules
import Testing

@testable import Rounds

private let two = (1...2).map { Samples.agent($0) }
private let twoInstances = (1...2).map { Samples.instance($0) }
private let lostOne = [Samples.agent(1, isActive: false), Samples.agent(2)]

/// `lost` fires after a minute without a connection.
private func lost(_ more: String...) throws -> RuleSet { try Samples.rules("lost", "mesos_state IN ('inactive', 'absent')", "for: \(more.first ?? "1m")") }

@Suite struct `Judging in a round` {
    @Test func `fires when a rule has held for long enough, and ends when it no longer holds`() throws {
        let watch = try Watch(rules: try lost())
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.look(15, Samples.mesos(lostOne))
        #expect(watch.findings == ["lost i-1 pending"])
        try watch.keepLooking(Samples.mesos(lostOne), from: 15, to: 60)
        #expect(watch.findings == ["lost i-1 pending"])
        let report = try watch.look(75, Samples.mesos(lostOne))
        #expect(watch.findings == ["lost i-1 firing"])
        #expect(report.findings.first?.since == Samples.time(15) && report.findings.first?.firingSince == Samples.time(75))
        #expect(report.findings.first?.evidence.first?.since == Samples.time(15))
        #expect(try watch.look(90, Samples.mesos(lostOne)).rows.changes == 0)
        #expect(try watch.look(105, Samples.mesos(two)).findings.first?.resolution == .cleared)
        #expect(watch.findings.isEmpty)
    }

    @Test func `goes on with a pending clock after a restart within the interval`() throws {
        let watch = try Watch(rules: try lost())
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.keepLooking(Samples.mesos(lostOne), from: 0, to: 45)
        try watch.restart(at: 50)
        try watch.look(60, Samples.mesos(lostOne), Samples.ec2(twoInstances))
        #expect(watch.findings == ["lost i-1 pending"])
        let report = try watch.look(75, Samples.mesos(lostOne))
        #expect(report.findings.map(\.state) == [.firing] && report.findings.first?.since == Samples.time(15))
    }

    @Test func `starts a pending clock again after a blind spell, and keeps one that fires`() throws {
        let watch = try Watch(rules: try lost())
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.keepLooking(Samples.mesos(lostOne), from: 0, to: 45)
        try watch.restart(at: 130)
        let blind = try watch.look(135, Samples.mesos(lostOne), Samples.ec2(twoInstances))
        #expect(blind.findings.map(\.resolution) == [.blind, nil] && watch.findings == ["lost i-1 pending"])
        try watch.keepLooking(Samples.mesos(lostOne), from: 135, to: 195)
        #expect(watch.findings == ["lost i-1 firing"])
        // Unknown neither fires nor clears.
        for seconds in stride(from: 210, through: 400, by: 15) { try watch.fail(seconds) }
        #expect(watch.state(of: 1) == .unknown && watch.findings == ["lost i-1 firing"])
        try watch.look(420, Samples.mesos(two))
        #expect(watch.findings.isEmpty)
    }

    @Test func `counts no unknown time toward a rule's for`() throws {
        let watch = try Watch(rules: try lost("5m"))
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.keepLooking(Samples.mesos(lostOne), from: 0, to: 150)
        for seconds in stride(from: 165, through: 210, by: 15) { try watch.fail(seconds) }
        #expect(watch.findings == ["lost i-1 pending"])
        // Believed up to 195, unknown at 210, and read again at 225: 15 seconds do not count.
        try watch.keepLooking(Samples.mesos(lostOne), from: 210, to: 315)
        #expect(watch.findings == ["lost i-1 pending"])
        try watch.keepLooking(Samples.mesos(lostOne), from: 315, to: 330)
        #expect(watch.findings == ["lost i-1 firing"])
    }

    @Test func `carries clocks over a reload by name, and ends what no rule says any more`() throws {
        let watch = try Watch(rules: try lost())
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.keepLooking(Samples.mesos(lostOne), from: 0, to: 45)
        let longer = try lost("2m")
        try watch.take(.rules(longer), at: 50)
        #expect(watch.findings == ["lost i-1 pending"] && watch.round.state.findings.values.first?.since == Samples.time(15))
        try watch.keepLooking(Samples.mesos(lostOne), from: 45, to: 135)
        #expect(watch.findings == ["lost i-1 firing"])
        let report = try #require(try watch.take(.rules(try Samples.rules("other", "mesos_state = 'absent'")), at: 140))
        #expect(report.findings.map(\.resolution) == [.ruleRemoved] && watch.findings.isEmpty && watch.round.state.clocks.isEmpty)
        #expect(try watch.audit().filter { $0 == "rules_loaded" }.count == 3)
    }

    @Test func `ends at the start what a rule said that is gone by then`() throws {
        let watch = try Watch(rules: try lost())
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.look(15, Samples.mesos(lostOne))
        try watch.restart(rules: .empty, at: 20)
        let report = try watch.look(30, Samples.mesos(lostOne), Samples.ec2(twoInstances))
        #expect(report.findings.map(\.resolution) == [.ruleRemoved] && watch.findings.isEmpty)
        try watch.restart(at: 40)
        #expect(watch.findings.isEmpty)
    }

    @Test func `does by a finding that fires what its rule says now`() throws {
        let condition = "mesos_state = 'inactive'"
        let watch = try Watch(rules: try Samples.rules("lost", condition, "verdict: replace", "class: failing"))
        try watch.look(0, Samples.mesos(lostOne), Samples.ec2(twoInstances))
        #expect(watch.round.state.findings.values.map(\.rule.verdict) == [.replace])
        let report = try #require(try watch.take(.rules(try Samples.rules("lost", condition, "runbook: https://example.com/lost")), at: 5))
        #expect(watch.findings == ["lost i-1 firing"])
        #expect(report.picture.dispositions().isEmpty, "a rule that only notifies makes nobody ephemeral")
        #expect(report.picture.openFindings.map(\.runbook) == ["https://example.com/lost"])
        let recorded = try watch.ledger.findings()
        #expect(recorded.map(\.finding.rule.verdict) == [.notify] && recorded.first?.finding.since == Samples.time(0) && recorded.first?.clock != nil)
        try watch.restart(rules: try Samples.rules("lost", condition, "verdict: keep"), at: 10)
        try watch.look(15, Samples.mesos(lostOne), Samples.ec2(twoInstances))
        #expect(watch.round.state.findings.values.map(\.rule.verdict) == [.keep])
    }

    @Test func `fires for nobody when a rule holds on more than its limit`() throws {
        let watch = try Watch(rules: try Samples.rules("lost", "mesos_state = 'inactive'", "limit: 1"))
        let both = [Samples.agent(1, isActive: false), Samples.agent(2, isActive: false)]
        try watch.look(0, Samples.mesos(lostOne), Samples.ec2(twoInstances))
        #expect(watch.findings == ["lost i-1 firing"])
        #expect(try watch.look(15, Samples.mesos(both)).findings.map(\.resolution) == [.limited])
        try watch.look(30, Samples.mesos(both))
        #expect(watch.findings.isEmpty)
        #expect(try watch.audit().filter { $0 == "rule_limited" }.count == 1)
    }

    @Test func `counts flaps, over a restart too, and forgets them after an hour`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        for (index, seconds) in stride(from: 15, through: 60, by: 15).enumerated() { try watch.look(seconds, Samples.mesos(index % 2 == 0 ? lostOne : two)) }
        #expect(watch.fact(.flaps1h, of: "i-1") == .integer(4) && watch.fact(.flaps1h, of: "i-2") == .integer(0))
        try watch.restart(at: 70)
        try watch.look(75, Samples.mesos(lostOne), Samples.ec2(twoInstances))
        #expect(watch.fact(.flaps1h, of: "i-1") == .integer(5))
        let picture = try #require(try Picture.remembered(in: watch.ledger, rules: .empty, settings: watch.settings, now: Samples.time(80)))
        #expect(picture.facts(of: "i-1").first { $0.fact == .flaps1h }?.reading == .integer(5), "whoever reads the ledger counts the same")
        try watch.look(3616, Samples.mesos(lostOne))
        #expect(watch.fact(.flaps1h, of: "i-1") == .integer(4))
    }

    @Test func `counts no spell without sight as a flap, over a restart neither`() throws {
        let watch = try Watch()
        let failover = Samples.mesos([Samples.agent(2)], master: "N", elected: Samples.time(10))
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.look(15, failover)
        #expect(watch.state(of: 1) == .unknown && watch.fact(.flaps1h, of: "i-1") == .integer(0))
        try watch.restart(at: 20)
        try watch.look(30, failover, Samples.ec2(twoInstances))
        #expect(watch.state(of: 1) == .unknown)
        try watch.keepLooking(failover, from: 30, to: 630)
        #expect(watch.state(of: 1) == .state(.absent) && watch.fact(.flaps1h, of: "i-1") == .integer(1))
    }

    @Test func `counts a master's failover as no flap of its agents`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        for (index, seconds) in stride(from: 15, through: 90, by: 30).enumerated() {
            let master = MasterID("N\(index)")
            try watch.look(seconds, Samples.mesos([], recovered: [Samples.recovered(1), Samples.recovered(2)], master: master, elected: Samples.time(seconds)))
            try watch.look(seconds + 15, Samples.mesos(two, master: master, elected: Samples.time(seconds)))
        }
        #expect(watch.fact(.flaps1h, of: "i-1") == .integer(0))
        try watch.restart(at: 95)
        try watch.look(100, Samples.mesos(lostOne, master: "N2"), Samples.ec2(twoInstances))
        #expect(watch.fact(.flaps1h, of: "i-1") == .integer(1) && watch.fact(.flaps1h, of: "i-2") == .integer(0))
    }

    @Test func `lets time go on when the clock steps back`() throws {
        let watch = try Watch(rules: try lost())
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try watch.look(3600, Samples.mesos(lostOne))
        #expect(watch.round.state.lastLook == Samples.time(3600))
        // Back by an hour: the intervals still count.
        for seconds in stride(from: 0, through: 45, by: 15) { try watch.look(seconds, Samples.mesos(lostOne)) }
        #expect(watch.round.state.lastLook == Samples.time(3645) && watch.findings == ["lost i-1 pending"])
        try watch.look(60, Samples.mesos(lostOne))
        #expect(watch.findings == ["lost i-1 firing"])
        for seconds in [75, 90, 105] { try watch.fail(seconds) }
        #expect(watch.state(of: 1) == .state(.inactive))
        try watch.fail(120)
        #expect(watch.state(of: 1) == .unknown, "a source grows stale while the clock is behind")
        // And it goes on from the ledger.
        try watch.restart(at: 125)
        try watch.look(130, Samples.mesos(lostOne), Samples.ec2(twoInstances))
        #expect(try #require(watch.round.state.lastLook) >= Samples.time(3660))
    }
}

@Suite struct `A round that cannot be recorded` {
    /// Opens the file through another connection, between two runs, and plants something in it.
    private func plant(_ sql: String, in watch: Watch, at seconds: Int) throws {
        try watch.ledger.close()
        var connection: OpaquePointer?
        #expect(sqlite3_open(watch.path, &connection) == SQLITE_OK)
        #expect(sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK, "\(String(cString: sqlite3_errmsg(connection)))")
        sqlite3_close(connection)
        try watch.restart(isOpen: false, at: seconds)
    }

    @Test func `has not happened: state, facts, clocks and the next judgement are as if it had never been`() throws {
        let watch = try Watch(rules: try Samples.rules("lost", "mesos_state = 'inactive' AND (SELECT count(*) FROM change) < 1", "for: 30s"))
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try plant(
            "CREATE TRIGGER no BEFORE INSERT ON observation WHEN NEW.value = 'drained' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END", in: watch, at: 5)
        try watch.look(15, Samples.mesos(two), Samples.ec2(twoInstances))
        let before = watch.round.state
        let drained = Samples.mesos([Samples.agent(1, isDeactivated: true, drain: .drained), Samples.agent(2, isActive: false), Samples.agent(3)])
        #expect(throws: LedgerError.self) { try watch.take(.mesos(.success(drained)), at: 30) }
        #expect(throws: LedgerError.self) { try watch.take(.mesos(.success(drained)), at: 31) }
        let after = watch.round.state
        #expect(after.lastLook == before.lastLook && after.clocks == before.clocks && after.findings == before.findings)
        #expect(after.nodes.keys.sorted() == before.nodes.keys.sorted() && after.sources == before.sources)
        for (id, node) in before.nodes { #expect(after.nodes[id]?.told == node.told && after.nodes[id]?.flaps == node.flaps) }
        #expect(try watch.ledger.findings().isEmpty && watch.ledger.nodes().count == 2)
        // Had the failed round left its rows or its changes in the facts, the rule would not hold now, and not on one node alone.
        let report = try watch.look(45, Samples.mesos(two))
        #expect(report.rows.changes == 0 && report.changes.isEmpty, "\(report.changes)")
        #expect(watch.findings.isEmpty && report.picture.judgement.rules.first?.matches == 0)
        #expect(watch.nodes == ["i-1", "i-2"])
    }

    @Test func `is followed by one that starts where the last good one ended`() throws {
        let watch = try Watch(rules: try lost())
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try plant("CREATE TRIGGER no BEFORE INSERT ON finding BEGIN SELECT RAISE(ABORT, 'no findings today'); END", in: watch, at: 5)
        try watch.look(15, Samples.mesos(two), Samples.ec2(twoInstances))
        #expect(throws: LedgerError.self) { try watch.take(.mesos(.success(Samples.mesos(lostOne))), at: 30) }
        #expect(watch.state(of: 1) == .state(.active) && watch.round.state.clocks.isEmpty)
        try plant("DROP TRIGGER no", in: watch, at: 40)
        let report = try watch.look(45, Samples.mesos(lostOne), Samples.ec2(twoInstances))
        #expect(report.changes.map(\.at) == [Samples.time(45)] && report.findings.map(\.since) == [Samples.time(45)])
    }

    @Test func `leaves the rules as they were`() throws {
        let watch = try Watch(rules: try lost())
        try watch.look(0, Samples.mesos(two), Samples.ec2(twoInstances))
        try plant("CREATE TRIGGER no BEFORE INSERT ON rule_set BEGIN SELECT RAISE(ABORT, 'no'); END", in: watch, at: 5)
        try watch.look(15, Samples.mesos(two), Samples.ec2(twoInstances))
        let hash = watch.round.rules.hash
        #expect(throws: LedgerError.self) { try watch.take(.rules(try lost("2m")), at: 30) }
        #expect(watch.round.rules.hash == hash)
    }
}
