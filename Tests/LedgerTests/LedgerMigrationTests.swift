import Fleet
import Foundation
import GRDB
import Planning
import Replacing
import Testing

@testable import Ledger

@Suite struct `A ledger's migrations` {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("mayfly.db")
    }

    /// Makes a file as the program of that version left it: from a whole one, or from one of the version before and what was added to it.
    private func make(version: Int) throws {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/ledger")
        var fixture = fixtures.appendingPathComponent("version-\(version).sql")
        if !FileManager.default.fileExists(atPath: fixture.path), version > 1 {
            try make(version: version - 1)
            fixture = fixtures.appendingPathComponent("version-\(version)-from-\(version - 1).sql")
        }
        let sql = try String(contentsOf: fixture, encoding: .utf8)
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    private func schema(_ path: String) throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        let schema = try queue.read { try String.fetchAll($0, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name") }
        try queue.close()
        return schema
    }

    @Test func `are numbered from 1 without a gap`() {
        #expect(Migration.all.map(\.version) == Array(1...Migration.newest))
    }

    @Test func `lead from every old file to the schema of a new one`() throws {
        try LedgerStore.open(path: folder.file("new.db"), purpose: .daemon, now: Samples.start).close()
        for version in 1...Migration.newest {
            try make(version: version)
            try LedgerStore.open(path: path, purpose: .daemon, now: Samples.start).close()
            #expect(try schema(path) == schema(folder.file("new.db")), "version \(version)")
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func `have not changed the first version since it was recorded`() throws {
        try make(version: 1)
        let queue = try DatabaseQueue(path: folder.file("first.db"))
        try queue.writeWithoutTransaction { try $0.execute(sql: Migration.one.sql) }
        try queue.close()
        #expect(try schema(path) == schema(folder.file("first.db")))
    }

    @Test func `keep what an old file remembers`() throws {
        try make(version: 1)
        for purpose in [LedgerStore.Purpose.reading, .daemon] where purpose == .daemon || Migration.newest == 1 {
            let ledger = try LedgerStore.open(path: path, purpose: purpose, now: Samples.time(100))
            let remembered = try ledger.remembered()
            #expect(remembered.ledgerID == "0f8dfb18faaa6f335b79e6810fa9292b" && remembered.createdAt == Samples.start)
            #expect(remembered.nodes.map(\.id) == ["i-1", "i-2"] && remembered.nodes.map(\.departedAt) == [Samples.time(90), nil])
            #expect(remembered.observations == ["i-2": [Samples.observation("i-2", .mesosState, .text("active"), at: 15)]])
            #expect(remembered.findings.map(\.finding.evidence) == [Samples.evidence])
            #expect(remembered.findings.map(\.clock) == [RuleClock(since: Samples.start)])
            #expect(
                remembered.sources.map(\.source) == [.agents, .target("private")] && remembered.sources[1].failure?.message == "https://ssm.example.com: 503")
            #expect(remembered.lastRound == Samples.time(90) && remembered.watchSince == Samples.start && remembered.ruleSet == "0123456789abcdef")
            #expect(remembered.masters.map(\.id) == ["M"] && remembered.targets.map(\.image) == ["ami-1"])
            #expect(remembered.work.replacements.map(\.slot) == ["i-0"] && remembered.work.replacements.map(\.endedAt) == [Samples.time(60)])
            #expect(remembered.work.replacements.count(inSlot: "i-0", at: Samples.time(100)) == 1)
            #expect(try ledger.nodes(named: "agent:M-S2").map(\.id) == ["i-2"])
            #expect(try ledger.rounds().map(\.count) == [2, 1])
            #expect(try ledger.history().count == 10)
            #expect(try ledger.ruleSet("0123456789abcdef")?.files == [.init(path: "failing.yaml", text: "version: 1\nrules: []\n")])
            try ledger.check()
            try ledger.close()
        }
    }

    @Test func `keep the alerts that an old file has yet to tell`() throws {
        try make(version: 3)
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.time(100))
        let remembered = try ledger.remembered()
        #expect(remembered.ownFindings.map(\.key) == [OwnFinding.Key(kind: .sourceStale, subject: "agents")])
        #expect(try ledger.ownFindings(resolved: true).map(\.resolvedAt) == [nil, Samples.time(60)])
        #expect(remembered.alertTargets == ["am", "hook"] && remembered.alerts.map(\.name) == ["agent-lost"])
        #expect(remembered.alerts.first?.evidence == [Samples.evidence[0]])
        let queued = try ledger.queuedAlerts(for: "hook", limit: 10)
        #expect(queued.map(\.id) == [9, 7] && queued.map(\.alert.name) == ["mayfly-source-stale", "agent-lost"] && queued.map(\.attempts) == [0, 3])
        let hook = try #require(try ledger.alertStandings().last)
        #expect(hook.failingSince == Samples.time(70) && hook.dropped == 2 && hook.queued == 2 && hook.failure == "it answered 503")
        try ledger.check()
    }

    @Test func `keep the brakes of a file of version 5`() throws {
        try make(version: 5)
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.time(100))
        let work = try ledger.remembered().work
        #expect(work.holds.map(\.node) == ["i-2"] && work.holds.map(\.until) == [Samples.time(3600)])
        #expect(work.assessments.map(\.shut) == [[.pause, .hold]] && work.replacements.isEmpty)
        try ledger.close()
    }

    @Test func `keep the refresh of a file of version 6, and the brakes beside it`() throws {
        try make(version: 6)
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.time(100))
        let work = try ledger.remembered().work
        #expect(work.refresh == Refresh(who: "ada", reason: "the November image", since: Samples.time(90), until: Samples.time(25_290)))
        #expect(work.holds.map(\.node) == ["i-2"])
        try ledger.close()
    }

    @Test func `keep the hints and the quarantine of a file of version 7`() throws {
        try make(version: 7)
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.time(100))
        #expect(try ledger.hints(.spotInterruption, since: Samples.start).map(\.hint.instance) == ["i-0633ac2b0d9769724"])
        #expect(try ledger.eventCounts() == (1, 1) && ledger.quarantined(limit: 9).map(\.body) == ["i-123 replaced"])
        #expect(try ledger.tryParked(known: ["i-0633ac2b0d9769723"], at: Samples.time(100)).map(\.hint.detail) == ["stopping"])
        try ledger.close()
    }

    @Test func `are not needed by somebody who only reads an old file`() throws {
        try make(version: 1)
        let ledger = try LedgerStore.open(path: path, purpose: .reading, now: Samples.time(100))
        #expect(try ledger.ownFindings(resolved: true).isEmpty && ledger.history().count == 10)
        #expect(try ledger.remembered().alerts.isEmpty)
        try ledger.close()
    }

    @Test func `keep the services of a file of version 2`() throws {
        try make(version: 2)
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.time(100))
        let services = try ledger.remembered().services
        #expect(
            services.map(\.service) == [
                RecordedService(
                    name: "prod/kafka", package: "kafka", flavour: .sdk, framework: "M-0001", registered: [0, 1],
                    plans: [PlanSighting(name: "deploy", status: "COMPLETE")])
            ])
        #expect(services[0].members.map(\.member.node) == ["i-2"] && services[0].members.map(\.member.key.agent) == ["M-S2"])
        #expect(services[0].topics.map(\.sets.packed) == ["0:1 1:1!"] && services[0].topics.map(\.full.packed) == ["0:0.1 1:0.1"])
        #expect(try ledger.inSync(of: "prod/kafka", at: Samples.time(30)).map(\.sets.packed) == ["0:0.1 1:0.1"])
        try ledger.check()
    }

    @Test func `give a node that was renamed the reading of its id that it has`() throws {
        try make(version: 3)
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction {
            try $0.execute(
                sql: """
                    INSERT OR IGNORE INTO fact (name) VALUES ('id');
                    INSERT INTO observation SELECT key, (SELECT id FROM fact WHERE name = 'id'), 5, NULL, 'value', 'agent:M-S2' FROM node WHERE id = 'i-2';
                    """)
        }
        try queue.close()
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.time(100))
        #expect(try ledger.observations(of: "i-2").first { $0.fact == .id }?.reading == .text("i-2"))
        #expect(try ledger.replayable() == nil)
    }

    @Test func `keep the rounds that an old file has, to be replayed`() throws {
        try make(version: 4)
        let ledger = try LedgerStore.open(path: path, purpose: .reading, now: Samples.time(100))
        #expect(try ledger.replayable() == RecordedSpan(from: Samples.time(60), to: Samples.start + .milliseconds(90_500)))
        var rounds: [RecordedRound] = []
        try ledger.replay(since: Samples.start) { stream in while let round = try stream.next() { rounds.append(round) } }
        #expect(rounds.map(\.at) == [Samples.time(60), Samples.time(75), Samples.start + .milliseconds(90_500)])
        #expect(rounds.map { $0.sources.map(\.lastRead) } == [[rounds[0].at, nil], [rounds[1].at, nil], [rounds[2].at, rounds[2].at]])
        #expect(rounds.allSatisfy { $0.capacity == 20 && $0.ruleSet == "00000000000000aa" && $0.epoch == rounds[0].epoch })
    }

    @Test func `take a file that was begun and never finished`() throws {
        // Killed after the mark was set, and before the first table.
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA application_id = \(Migration.applicationID)") }
        try queue.close()
        #expect { try LedgerStore.open(path: path, purpose: .reading, now: Samples.start) } throws: { ($0 as? LedgerError)?.problem == .missing }
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.start)
        #expect(try ledger.remembered().ledgerID.count == 32)
        try ledger.check()
    }
}
