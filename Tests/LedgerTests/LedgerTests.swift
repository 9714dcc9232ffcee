import Fleet
import GRDB
import Replacing
import Testing

@testable import Ledger

@Suite struct `A ledger` {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("mayfly.db")
    }

    private func open(_ purpose: LedgerStore.Purpose = .daemon) throws -> LedgerStore { try LedgerStore.open(path: path, purpose: purpose, now: Samples.start) }

    @Test func `is empty when it is new, and has an id of its own`() throws {
        let remembered = try open().remembered()
        #expect(remembered.ledgerID.count == 32)
        #expect(remembered.ledgerID.allSatisfy { $0.isHexDigit })
        #expect(remembered.createdAt == Samples.start)
        #expect(remembered.nodes.isEmpty && remembered.observations.isEmpty && remembered.findings.isEmpty && remembered.lastRound == nil)
        let other = try LedgerStore.open(path: folder.file("other.db"), purpose: .daemon, now: Samples.start)
        #expect(try other.remembered().ledgerID != remembered.ledgerID)
    }

    @Test func `holds its file as the design says`() throws {
        let ledger = try open()
        let expected = [
            "journal_mode": "wal", "synchronous": "2", "locking_mode": "exclusive", "foreign_keys": "1", "trusted_schema": "0",
            "user_version": "\(Migration.newest)", "application_id": "\(Migration.applicationID)",
        ]
        for (name, value) in expected.sorted(by: { $0.key < $1.key }) {
            let found = try ledger.queue.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA " + name) }
            #expect(found == value, "\(name)")
        }
        // No file of shared memory: nobody else can look at the WAL while we have it.
        #expect(folder.names == ["mayfly.db", "mayfly.db-wal"])
        try ledger.close()
        #expect(folder.names == ["mayfly.db"])
    }

    @Test func `gives back all that a round recorded`() throws {
        let node = Samples.node("i-1", agent: "M-S1")
        var entry = Samples.entry(
            60, nodes: [.came(node), .came(Samples.node("agent:M-S2", agent: "M-S2"))],
            observations: [
                Samples.observation("i-1", .mesosState, .text("active"), at: 60), Samples.observation("i-1", .public, .boolean(true), at: 60),
                Samples.observation("i-1", .scheduledEvent, .none, at: 60), Samples.observation("i-1", .probe, .unknown, at: 30),
                Samples.observation("i-1", .launchTime, .integer(.max), at: 60),
            ],
            findings: [Samples.pending("i-1", "agent-flapping", since: 60), Samples.firing("i-1", since: 60, firing: 61)])
        entry.sources = [
            SourceState(
                source: .target("private"), interval: .seconds(300), lastSuccess: Samples.time(50), lastAttempt: Samples.time(60), failure: SourceFailure("503")
            ),
            SourceState(source: .agents, interval: .seconds(15)),
        ]
        entry.watchSince = Samples.time(45)
        entry.master = "M"
        entry.targets = [
            PoolTarget(pool: "private", image: "ami-1", since: Samples.time(1)), PoolTarget(pool: "public", image: nil, since: Samples.time(2)),
        ]
        let files = [RecordedRuleSet.File(path: "b.yaml", text: "b: \"ä\"\n"), RecordedRuleSet.File(path: "a.yaml", text: "")]
        entry.ruleSet = RecordedRuleSet(hash: "00000000000000aa", loadedAt: Samples.time(40), files: files)
        entry.audit = [AuditEntry(at: Samples.time(60), kind: .daemonStarted, details: ["version": "0.1"])]
        let replacement = Samples.replacement(1, "i-1", slot: "i-0", at: 60)
        entry.work.replacements = [replacement]
        entry.work.transitions = [TransitionEntry(replacement: replacement.id, at: Samples.time(60), transition: .began(replacement))]

        let first = try open()
        let rows = try first.record(entry)
        #expect(rows.nodes == 2 && rows.observations == 5 && rows.findings == 2 && rows.freshness == 3 && rows.cluster == 4)
        #expect(rows.ruleSets == 1 && rows.audit == 2 && rows.replacements == 2 && rows.clocks == 0 && rows.total == 21)
        try first.close()

        for purpose in [LedgerStore.Purpose.reading, .daemon] {
            let ledger = try open(purpose)
            let remembered = try ledger.remembered(now: Samples.time(61))
            #expect(remembered.nodes == [Samples.node("agent:M-S2", agent: "M-S2"), node])
            #expect(remembered.observations == ["i-1": entry.observations.sorted { $0.fact.ordinal < $1.fact.ordinal }])
            #expect(remembered.findings == [entry.findings[0], entry.findings[1]])
            #expect(remembered.sources == [entry.sources[1], entry.sources[0]])
            #expect(remembered.lastRound == Samples.time(60) && remembered.lastInterval == Samples.interval)
            #expect(remembered.watchSince == Samples.time(45))
            #expect(remembered.masters == [RecordedMaster(id: "M", firstSeen: Samples.time(60), lastSeen: nil)])
            #expect(remembered.targets == entry.targets)
            #expect(remembered.ruleSet == "00000000000000aa")
            #expect(remembered.work.replacements == [replacement])
            #expect(try ledger.ruleSet("00000000000000aa") == entry.ruleSet)
            try ledger.close()
        }
    }

    @Test func `writes nothing but freshness when nothing has changed`() throws {
        let ledger = try open()
        var entry = Samples.entry(
            0, nodes: [.came(Samples.node("i-1"))], observations: [Samples.observation("i-1", .mesosState, .text("active"), at: 0)],
            findings: [Samples.pending("i-1", since: 0)])
        entry.sources = [SourceState(source: .agents, interval: Samples.interval, lastSuccess: Samples.start, lastAttempt: Samples.start)]
        entry.watchSince = Samples.start
        entry.master = "M"
        entry.targets = [PoolTarget(pool: "p", image: "ami-1", since: Samples.start)]
        entry.ruleSet = RecordedRuleSet(hash: "00000000000000aa", loadedAt: Samples.start, files: [])
        entry.terms = RoundTerms(capacity: 1, ruleSet: "00000000000000aa")
        try ledger.record(entry)
        let before = try ledger.counts().map { "\($0.table) \($0.rows)" }

        entry.at = Samples.time(15)
        entry.nodes = [.changed(Samples.node("i-1"))]
        entry.findings = []
        entry.sources[0].lastSuccess = Samples.time(15)
        let rows = try ledger.record(entry)
        #expect(rows.changes == 0)
        #expect(rows.freshness == 3)
        #expect(try ledger.counts().map { "\($0.table) \($0.rows)" } == before)
        #expect(try ledger.rounds() == [RecordedRounds(from: Samples.start, to: Samples.time(15), interval: Samples.interval, count: 2)])
    }

    @Test func `counts rounds as one run until three intervals were missed`() throws {
        let ledger = try open()
        for seconds in [0, 15, 60, 106, 100] as [Int64] { try ledger.record(Samples.entry(seconds)) }
        var other = Samples.entry(110)
        other.interval = .seconds(30)
        try ledger.record(other)
        func run(_ from: Int64, _ to: Int64, _ interval: Int64, _ count: Int) -> RecordedRounds {
            RecordedRounds(from: Samples.time(from), to: Samples.time(to), interval: .seconds(interval), count: count)
        }
        // 60 is exactly three intervals after 15; 106 is more than that after 60; the clock went back to 100.
        #expect(try ledger.rounds() == [run(0, 60, 15, 3), run(106, 106, 15, 2), run(110, 110, 30, 1)])
        #expect(try ledger.rounds(since: Samples.time(107)) == [run(110, 110, 30, 1)])
    }

    @Test func `ends an observation where the next begins`() throws {
        let ledger = try open()
        let readings: [Reading] = [.text("active"), .text("active"), .unknown, .none, .text("absent")]
        for (index, reading) in readings.enumerated() {
            let seconds = Int64(index) * 15
            let nodes: [NodeChange] = index == 0 ? [.came(Samples.node("i-1"))] : []
            try ledger.record(Samples.entry(seconds, nodes: nodes, observations: [Samples.observation("i-1", .mesosState, reading, at: seconds)]))
        }
        func interval(_ reading: Reading, _ from: Int64, _ until: Int64?) -> RecordedInterval {
            RecordedInterval(fact: .mesosState, reading: reading, from: Samples.time(from), until: until.map(Samples.time))
        }
        let all = [interval(.text("active"), 0, 30), interval(.unknown, 30, 45), interval(.none, 45, 60), interval(.text("absent"), 60, nil)]
        #expect(try ledger.observations(of: "i-1", from: Samples.start, to: Samples.time(100)) == all)
        #expect(try ledger.observations(of: "i-1", from: Samples.time(30), to: Samples.time(60)) == Array(all[1...2]))
        #expect(try ledger.observations(of: "i-1", at: Samples.time(29)) == [all[0]])
        #expect(try ledger.observations(of: "i-1", at: Samples.time(30)) == [all[1]])
        #expect(try ledger.observations(of: "i-1") == [all[3]])
        let changes = try ledger.remembered(now: Samples.time(60)).mesosStateChanges
        #expect(changes.map(\.new) == [.unknown, .none, .text("absent")] && changes.map(\.at) == [30, 45, 60].map(Samples.time))
        #expect(try ledger.remembered(now: Samples.time(3646)).mesosStateChanges.map(\.at) == [Samples.time(60)])
    }

    @Test func `lets no interval end before it began when the clock goes back`() throws {
        let ledger = try open()
        try ledger.record(
            Samples.entry(
                100, nodes: [.came(Samples.node("i-1", at: 100))], observations: [Samples.observation("i-1", .mesosState, .text("active"), at: 100)],
                findings: [Samples.pending("i-1", since: 100)]))
        let findings = [Samples.resolved("i-1", since: 100, at: 50, .cleared)]
        try ledger.record(Samples.entry(50, observations: [Samples.observation("i-1", .mesosState, .text("absent"), at: 50)], findings: findings))
        try ledger.record(Samples.entry(51, nodes: [.departed("i-1")]))
        let intervals = try ledger.observations(of: "i-1", from: Samples.start, to: Samples.time(1000))
        let starts = Samples.time(100).milliseconds
        #expect(intervals.map(\.from.milliseconds) == [starts, starts + 1])
        #expect(intervals.map(\.until?.milliseconds) == [starts + 1, starts + 2])
        #expect(try ledger.findings().first?.finding.resolvedAt == Samples.time(100))
        #expect(try ledger.nodes(departed: true).first?.departedAt == Samples.time(100))
    }

    @Test func `keeps at most 100 changes of each node in mind`() throws {
        let ledger = try open()
        try ledger.record(Samples.entry(0, nodes: [.came(Samples.node("i-1")), .came(Samples.node("i-2"))]))
        for step in 0...120 as ClosedRange<Int64> {
            let reading = Reading.text(step % 2 == 0 ? "active" : "inactive")
            var observations = [Samples.observation("i-1", .mesosState, reading, at: step)]
            if step < 2 { observations.append(Samples.observation("i-2", .mesosState, reading, at: step)) }
            try ledger.record(Samples.entry(step, observations: observations))
        }
        let remembered = try ledger.remembered(now: Samples.time(121))
        #expect(remembered.changes.filter { $0.node == "i-1" }.map(\.at) == (21...120).map(Samples.time))
        #expect(remembered.changes.filter { $0.node == "i-2" }.count == 1)
        #expect(remembered.mesosStateChanges.count == 121)
        #expect(remembered.changes.map(\.at) == remembered.changes.map(\.at).sorted())
    }

    @Test func `keeps who led, one at a time`() throws {
        let ledger = try open()
        for (seconds, master) in [(0, "A"), (15, "A"), (30, "B"), (45, nil), (60, "A")] as [(Int64, String?)] {
            var entry = Samples.entry(seconds)
            entry.master = master.map { MasterID($0) }
            try ledger.record(entry)
        }
        #expect(
            try ledger.remembered().masters == [
                RecordedMaster(id: "B", firstSeen: Samples.time(30), lastSeen: Samples.time(60)),
                RecordedMaster(id: "A", firstSeen: Samples.time(0), lastSeen: nil),
            ])
    }
}
