import Fleet
import Foundation
import GRDB
import Planning
import Replacing
import Testing

@testable import Ledger

@Suite struct `A ledger's care` {
    let folder: TemporaryFolder
    let ledger: LedgerStore

    init() throws {
        folder = try TemporaryFolder()
        ledger = try LedgerStore.open(path: folder.file("mayfly.db"), purpose: .daemon, now: Samples.start)
    }

    private func fill() throws {
        var entry = Samples.entry(
            0, nodes: [.came(Samples.node("i-1")), .came(Samples.node("agent:S2", agent: "S2"))],
            observations: [Samples.observation("i-1", .mesosState, .text("active"), at: 0)], findings: [Samples.pending("i-1", since: 0)])
        entry.ruleSet = RecordedRuleSet(hash: "0123456789abcdef", loadedAt: Samples.start, files: [])
        entry.work = Samples.ended(1, "i-1", at: 1)
        try ledger.record(entry)
        for step in 1...20 as ClosedRange<Int64> {
            let reading = Reading.text(step % 2 == 0 ? "active" : "absent")
            try ledger.record(Samples.entry(step * 60, observations: [Samples.observation("i-1", .mesosState, reading, at: step * 60)]))
        }
        var last = Samples.entry(1300, nodes: [.renamed(from: "agent:S2", to: Samples.node("i-2", agent: "S2")), .departed("i-2")])
        last.ruleSet = RecordedRuleSet(hash: "00000000000000bb", loadedAt: Samples.time(1300), files: [])
        try ledger.record(last)
    }

    @Test func `deletes what is over, a little at a time, and never what is open`() throws {
        try fill()
        #expect(try ledger.prune(before: Samples.start) == 0)
        // Rounds 60 s apart at an interval of 15 s are runs of one each.
        #expect(try ledger.rounds().count == 22)
        var batches: [Int] = []
        repeat { batches.append(try ledger.prune(before: Samples.time(100_000), budgetRows: 7)) } while batches.last == 7
        #expect(batches.allSatisfy { $0 <= 7 })
        let counts = Dictionary(uniqueKeysWithValues: try ledger.counts().map { ($0.table, $0.rows) })
        #expect(counts["observation"] == 1 && counts["finding"] == 1 && counts["node"] == 1 && counts["node_alias"] == 0)
        #expect(counts["audit"] == 0 && counts["replacement"] == 1 && counts["round"] == 1)
        // The newest, so that its number is not given again.
        #expect(counts["transition"] == 0)
        // The one that an open finding was judged by, and the one in use.
        #expect(counts["rule_set"] == 2)
        #expect(try ledger.remembered(now: Samples.time(1300)).observations["i-1"]?.map(\.reading) == [.text("active")])
        #expect(try ledger.nodes(departed: true).map(\.id) == ["i-1"])
        try ledger.check()
    }

    @Test func `keeps the rules by which an assessment that it still has was made`() throws {
        try fill()
        var entry = Samples.entry(1400)
        entry.ruleSet = RecordedRuleSet(hash: "00000000000000cc", loadedAt: Samples.time(1400), files: [])
        entry.terms = RoundTerms(capacity: 1, ruleSet: "00000000000000cc")
        entry.work.assessments = [Assessment(node: "i-1", rule: "r", findingClass: .failing, answers: [], outcome: .decided)]
        try ledger.record(entry)
        var last = Samples.entry(1500)
        last.ruleSet = RecordedRuleSet(hash: "00000000000000dd", loadedAt: Samples.time(1500), files: [])
        last.terms = RoundTerms(capacity: 1, ruleSet: "00000000000000dd")
        try ledger.record(last)
        repeat {} while try ledger.prune(before: Samples.time(100_000), budgetRows: 100) == 100
        #expect(try ledger.ruleSet("00000000000000cc") != nil && ledger.ruleSet("00000000000000bb") == nil)
    }

    @Test func `copies itself into a file that is a whole ledger`() throws {
        try fill()
        let copy = folder.file("copy.db")
        try ledger.backup(to: copy)
        let reader = try LedgerStore.open(path: copy, purpose: .reading, now: Samples.start)
        #expect(try reader.remembered(now: Samples.start).ledgerID == ledger.remembered().ledgerID)
        #expect(try reader.counts().map { "\($0.table) \($0.rows)" } == ledger.counts().map { "\($0.table) \($0.rows)" })
        try reader.check()
        #expect { try ledger.backup(to: copy) } throws: { "\($0)".contains("exists already") }
        #expect { try ledger.backup(to: folder.file("nowhere/copy.db")) } throws: { "\($0)".contains("nowhere does not exist") }
    }

    @Test func `holds what must hold, whoever writes`() throws {
        try fill()
        let node = "(SELECT key FROM node WHERE id = 'i-1')"
        let fact = "(SELECT id FROM fact WHERE name = 'mesos_state')"
        let refused = [
            "INSERT INTO observation (node, fact, from_ms, kind, value) VALUES (\(node), \(fact), 5, 'value', 'x')",
            "INSERT INTO observation (node, fact, from_ms, until_ms, kind) VALUES (\(node), \(fact), 5, 5, 'none')",
            "INSERT INTO observation (node, fact, from_ms, until_ms, kind) VALUES (\(node), \(fact), 5, 6, 'value')",
            "INSERT INTO observation (node, fact, from_ms, until_ms, kind, value) VALUES (\(node), \(fact), 5, 6, 'none', 1)",
            "INSERT INTO observation (node, fact, from_ms, until_ms, kind) VALUES (999, \(fact), 5, 6, 'none')",
            "UPDATE observation SET from_ms = 'soon'",
            "INSERT INTO finding SELECT 999, node, rule, verdict, class, mode, state, since, firing_since, resolved_at, resolution, "
                + "summary, evidence, rule_set, runbook, clock_since, clock_firing_since, unknown_for_ms, unknown_since, cleared_since FROM finding LIMIT 1",
            "UPDATE finding SET state = 'resolved'", "UPDATE finding SET state = 'firing'", "UPDATE finding SET evidence = '{'",
            "UPDATE node SET merged_into = key WHERE id = 'i-1'", "DELETE FROM node WHERE id = 'i-1'", "UPDATE round SET to_ms = from_ms - 1",
            "INSERT INTO master (id, first_seen) VALUES ('a', 1), ('b', 2)", "INSERT INTO meta VALUES (2, lower(hex(zeroblob(16))), 0)",
            "INSERT INTO replacement VALUES (7, \(node), NULL, 's', 'r', 'open', 0, NULL), (8, \(node), NULL, 's', 'r', 'open', 0, NULL)",
            "INSERT INTO source VALUES ('x', 0, NULL, NULL, NULL)",
        ]
        for sql in refused {
            #expect(throws: DatabaseError.self, "\(sql)") {
                try ledger.queue.write { database in
                    try database.execute(sql: sql)
                    throw LedgerContradiction("accepted")
                }
            }
        }
    }

    @Test func `counts the replacements of a slot within 30 days`() {
        func replacement(_ id: Int64, _ slot: NodeID, _ days: Int64) -> Replacement {
            Samples.replacement(id, "i-1", slot: slot, at: days * 86_400)
        }
        let all = [replacement(1, "a", 0), replacement(2, "a", 1), replacement(3, "b", 1), replacement(4, "a", 40)]
        #expect(all.count(inSlot: "a", at: Samples.time(30 * 86_400 - 1)) == 2)
        #expect(all.count(inSlot: "a", at: Samples.time(30 * 86_400)) == 1)
        #expect(all.count(inSlot: "c", at: Samples.time(86_400)) == 0)
    }

    @Test func `has one connection, and no other kind`() throws {
        // SQLite before 3.51.3 can corrupt a WAL database that two connections write and checkpoint at once: there must never be a pool.
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(atPath: sources.path)).compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }
        #expect(files.contains("Ledger/LedgerStore.swift"))
        for file in files {
            let text = try String(contentsOf: sources.appendingPathComponent(file), encoding: .utf8)
            #expect(!text.contains("DatabasePool") && !text.contains("DatabaseSnapshot"), "\(file)")
        }
    }
}
