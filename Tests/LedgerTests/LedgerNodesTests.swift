import Fleet
import Testing

@testable import Ledger

@Suite struct `A ledger's nodes` {
    let folder: TemporaryFolder
    let ledger: LedgerStore

    init() throws {
        folder = try TemporaryFolder()
        ledger = try LedgerStore.open(path: folder.file("mayfly.db"), purpose: .daemon, now: Samples.start)
    }

    @Test func `keep their history when an agent gains its instance`() throws {
        try ledger.record(
            Samples.entry(
                0, nodes: [.came(Samples.node("agent:S1", agent: "S1"))],
                observations: [Samples.observation("agent:S1", .mesosState, .text("recovered"), at: 0)],
                findings: [Samples.firing("agent:S1", since: 0, firing: 0)]))
        let node = Samples.node("i-1", agent: "S1")
        let rows = try ledger.record(
            Samples.entry(
                15, nodes: [.renamed(from: "agent:S1", to: node)],
                observations: [Samples.observation("i-1", .mesosState, .text("active"), at: 15)],
                findings: [Samples.resolved("agent:S1", since: 0, at: 15, .nodeRenamed), Samples.pending("i-1", since: 15)]))
        #expect(rows.nodes == 2 && rows.observations == 2 && rows.findings == 2 && rows.audit == 1)

        let remembered = try ledger.remembered(now: Samples.time(15))
        #expect(remembered.nodes == [node])
        #expect(remembered.observations.keys.sorted() == ["i-1"])
        #expect(remembered.findings == [Samples.pending("i-1", since: 15)])
        #expect(
            remembered.changes == [
                FactChange(node: "i-1", fact: .mesosState, old: .text("recovered"), new: .text("active"), at: Samples.time(15))
            ])
        #expect(try ledger.nodes(named: "agent:S1") == [node])
        #expect(try ledger.nodes(named: "S1") == [node])
        #expect(try ledger.observations(of: "agent:S1", from: Samples.start, to: Samples.time(60)).map(\.reading) == [.text("recovered"), .text("active")])
        #expect(try ledger.findings(FindingFilter(node: "agent:S1")).map(\.finding.state) == [.pending, .resolved])
        let history = try ledger.history(node: "agent:S1")
        #expect(history.map(\.at) == history.map(\.at).sorted(by: >))
        #expect(history.allSatisfy { $0.node == "i-1" })
        #expect(
            history.contains {
                $0.event == .audit(AuditEntry(at: Samples.time(15), kind: .nodeRenamed, subject: "i-1", details: ["from": "agent:S1", "to": "i-1"]))
            })
    }

    @Test func `lead from an agent's node to the instance's when both were known`() throws {
        try ledger.record(
            Samples.entry(
                0, nodes: [.came(Samples.node("agent:S1", agent: "S1")), .came(Samples.node("i-1"))],
                observations: [
                    Samples.observation("agent:S1", .mesosState, .text("recovered"), at: 0), Samples.observation("i-1", .mesosState, .unknown, at: 0),
                    Samples.observation("i-1", .ec2State, .text("running"), at: 0),
                ], findings: [Samples.pending("agent:S1", since: 0)]))
        let node = Samples.node("i-1", agent: "S1")
        try ledger.record(
            Samples.entry(
                15, nodes: [.renamed(from: "agent:S1", to: node)], observations: [Samples.observation("i-1", .mesosState, .text("active"), at: 15)],
                findings: [Samples.resolved("agent:S1", since: 0, at: 15, .nodeRenamed)]))
        let remembered = try ledger.remembered(now: Samples.time(16))
        #expect(remembered.nodes == [node])
        #expect(remembered.observations["i-1"]?.map(\.reading) == [.text("active"), .text("running")])
        #expect(remembered.findings.isEmpty)
        #expect(try ledger.nodes(named: "agent:S1") == [node])
        // What was seen of either is found through the node that is left.
        #expect(try ledger.observations(of: "i-1", at: Samples.time(5)).map(\.reading) == [.text("recovered"), .unknown, .text("running")])
        #expect(try ledger.findings(FindingFilter(node: "i-1")).count == 1)
        #expect(try ledger.nodes(departed: true) == [node])
    }

    @Test func `end their observations when they depart, and go on when they return`() throws {
        try ledger.record(
            Samples.entry(0, nodes: [.came(Samples.node("i-1"))], observations: [Samples.observation("i-1", .ec2State, .text("running"), at: 0)]))
        try ledger.record(
            Samples.entry(15, nodes: [.departed("i-1")], findings: [Samples.resolved("i-1", since: 0, at: 15, .nodeDeparted)]))
        #expect(try ledger.record(Samples.entry(16, nodes: [.departed("i-1")])).changes == 0)
        let gone = try ledger.remembered(now: Samples.time(20))
        #expect(gone.nodes.map(\.departedAt) == [Samples.time(15)])
        #expect(gone.observations.isEmpty)
        #expect(try ledger.nodes().isEmpty)
        #expect(try ledger.remembered(now: Samples.time(15 + 86_401)).nodes.isEmpty)
        #expect(try ledger.nodes(named: "i-1").count == 1)

        try ledger.record(
            Samples.entry(30, nodes: [.came(Samples.node("i-1", at: 30))], observations: [Samples.observation("i-1", .ec2State, .text("running"), at: 30)]))
        #expect(try ledger.nodes() == [Samples.node("i-1")])
        let intervals = try ledger.observations(of: "i-1", from: Samples.start, to: Samples.time(60))
        #expect(intervals.map(\.from) == [0, 30].map(Samples.time) && intervals.map(\.until) == [Samples.time(15), nil])
        let kinds = try ledger.history(node: "i-1").compactMap { item -> AuditEntry.Kind? in
            if case .audit(let entry) = item.event { entry.kind } else { nil }
        }
        #expect(kinds == [.nodeReturned, .nodeDeparted])
    }

    @Test func `are found by each of their names, the living first`() throws {
        let observations = [
            Samples.observation("i-1", .privateIP, .text("10.0.0.1"), at: 0), Samples.observation("i-1", .hostname, .text("ip-10-0-0-1"), at: 0),
            Samples.observation("i-1", .agentID, .text("S1"), at: 0),
        ]
        try ledger.record(Samples.entry(0, nodes: [.came(Samples.node("i-1", agent: "S1")), .came(Samples.node("i-3"))], observations: observations))
        try ledger.record(
            Samples.entry(
                10, nodes: [.changed(Samples.node("i-1", agent: "S9"))], observations: [Samples.observation("i-1", .agentID, .text("S9"), at: 10)]))
        try ledger.record(
            Samples.entry(
                20, nodes: [.departed("i-1"), .came(Samples.node("i-2", at: 20))],
                observations: [Samples.observation("i-2", .privateIP, .text("10.0.0.1"), at: 20)]))
        func named(_ name: String) throws -> [String] { try ledger.nodes(named: name).map(\.id.rawValue) }
        #expect(try named("10.0.0.1") == ["i-2", "i-1"])
        for name in ["i-1", "ip-10-0-0-1", "S1", "S9"] { #expect(try named(name) == ["i-1"], "\(name)") }
        #expect(try named("nobody") == [])
        #expect(try named("' OR 1=1 --") == [])
        #expect(try ledger.nodes().map(\.id) == ["i-2", "i-3"])
        #expect(try ledger.nodes(departed: true, limit: 2).map(\.id) == ["i-1", "i-2"])
        #expect(try ledger.nodes(limit: -1).isEmpty)
    }

    @Test func `have findings that go from state to state in one row`() throws {
        try ledger.record(Samples.entry(0, nodes: [.came(Samples.node("i-1")), .came(Samples.node("i-2"))], findings: [Samples.pending("i-1", since: 0)]))
        let clock = RuleClock(since: Samples.time(0), unknownFor: .seconds(7), unknownSince: Samples.time(8))
        let ticked = try ledger.record(Samples.entry(15, clocks: [ClockEntry(node: "i-1", rule: "agent-lost", clock: clock)]))
        #expect(ticked.clocks == 1 && ticked.findings == 0)
        #expect(try ledger.findings().map(\.clock) == [clock])
        let firing = Samples.firing("i-1", since: 0, firing: 30)
        try ledger.record(Samples.entry(30, findings: [firing, Samples.pending("i-2", since: 30)]))
        #expect(try ledger.findings(FindingFilter(states: [.firing])) == [firing])
        #expect(try ledger.findings(FindingFilter(node: "i-1")) == [firing])
        // Ended and begun again in one round.
        let ended = Samples.resolved("i-1", since: 0, at: 45, .blind)
        try ledger.record(Samples.entry(45, findings: [ended, Samples.pending("i-1", since: 45)]))
        #expect(try ledger.findings(FindingFilter(node: "i-1")) == [Samples.pending("i-1", since: 45), ended])
        #expect(try ledger.findings(FindingFilter(since: Samples.time(46))).count == 2)
        #expect(try ledger.findings(limit: 1) == [Samples.pending("i-1", since: 45)])
    }

    @Test func `have a history in one list, newest first`() throws {
        try ledger.record(
            Samples.entry(
                0, nodes: [.came(Samples.node("i-1")), .came(Samples.node("i-2"))],
                observations: [
                    Samples.observation("i-1", .mesosState, .text("active"), at: 0), Samples.observation("i-1", .attributes, .text("{}"), at: 0),
                ]))
        var entry = Samples.entry(
            15,
            observations: [
                Samples.observation("i-1", .mesosState, .text("absent"), at: 15), Samples.observation("i-1", .attributes, .text("{\"a\":\"b\"}"), at: 15),
            ], findings: [Samples.pending("i-1", since: 15)])
        entry.audit = [AuditEntry(at: Samples.time(14), kind: .sourceFailed, details: ["source": "agents", "failure": "503"])]
        try ledger.record(entry)
        let firing = Samples.firing("i-1", since: 15, firing: 60)
        try ledger.record(Samples.entry(60, findings: [firing]))
        let whole = [
            HistoryItem(at: Samples.time(60), node: "i-1", event: .finding(firing.finding, .firing)),
            HistoryItem(at: Samples.time(15), node: "i-1", event: .changed(.mesosState, old: .text("active"), new: .text("absent"))),
            HistoryItem(at: Samples.time(15), node: "i-1", event: .finding(firing.finding, .pending)),
            HistoryItem(at: Samples.time(14), node: nil, event: .audit(entry.audit[0])),
            HistoryItem(at: Samples.time(0), node: "i-1", event: .nodeCame), HistoryItem(at: Samples.time(0), node: "i-2", event: .nodeCame),
        ]
        #expect(try ledger.history() == whole)
        #expect(try ledger.history(limit: 2) == Array(whole.prefix(2)))
        #expect(try ledger.history(since: Samples.time(15)) == Array(whole.prefix(3)))
        #expect(try ledger.history(node: "i-1") == [whole[0], whole[1], whole[2], whole[4]])
        #expect(try ledger.history(node: "i-9").isEmpty)
    }
}
