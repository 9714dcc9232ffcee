import Fleet
import Foundation
import GRDB
import Testing

@testable import Ledger

@Suite struct `A ledger's durability` {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("mayfly.db")
    }

    @Test func `loses nothing that was reported when its process is killed`() throws {
        let seed: UInt64 = 20_261_125
        var random = SeededGenerator(seed: seed)
        var reported: Int64 = 0
        for attempt in 1...20 {
            let writer = try Writer(path: path, first: reported + 1)
            #expect(writer.line() == "open")
            for _ in 0..<Int.random(in: 0...25, using: &random) {
                guard let line = writer.line(), let number = Int64(line.dropFirst("recorded ".count)) else { break }
                reported = number
            }
            for line in writer.kill() {
                if let number = Int64(line.dropFirst("recorded ".count)) { reported = number }
            }
            // At odd attempts a reader comes first, and has to read the WAL that was left behind.
            let ledger = try LedgerStore.open(path: path, purpose: attempt % 2 == 1 ? .reading : .daemon, now: Samples.start)
            try ledger.check()
            let kept = try check(ledger, "seed \(seed), attempt \(attempt)")
            #expect(kept == reported || kept == reported + 1, "seed \(seed), attempt \(attempt): \(kept) of \(reported)")
            reported = kept
            try ledger.close()
        }
        #expect(reported > 20)
    }

    @Test func `is opened though its daemon was killed while the WAL went into the file`() throws {
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.start)
        try ledger.record(Samples.entry(1))
        // What is on the disk with the WAL still beside it, and the file cut where a checkpoint had come to.
        let killed = folder.file("killed.db")
        let wal = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
        var file = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(!wal.isEmpty && file.count > 8192)
        file.replaceSubrange(4096..<file.count, with: Data(count: file.count - 4096))
        try ledger.close()
        try file.write(to: URL(fileURLWithPath: killed))
        #expect(throws: LedgerError.self, "alone it is damaged") { try LedgerStore.open(path: killed, purpose: .daemon, now: Samples.start).check() }
        try Data(contentsOf: URL(fileURLWithPath: path)).write(to: URL(fileURLWithPath: killed))
        try file.prefix(4096).write(to: URL(fileURLWithPath: killed))
        try wal.write(to: URL(fileURLWithPath: killed + "-wal"))
        #expect(throws: Never.self) { try LedgerFile(path: killed, attempting: "looking").content() }
        let content = try LedgerFile(path: killed, attempting: "looking").content()
        #expect(content == .unfinished)
    }

    @Test func `can be made after its making was killed`() throws {
        // Killed as soon as this many different files were seen beside one another or one after the other: database, journal, WAL.
        for attempt in 0..<12 {
            let path = folder.file("new-\(attempt).db")
            let writer = try Writer(path: path)
            var seen: Set<String> = []
            while writer.isRunning, seen.count <= attempt % 3, !seen.contains("new-\(attempt).db-wal") {
                seen.formUnion(folder.names.filter { $0.hasPrefix("new-\(attempt).") })
            }
            let reported = writer.kill().compactMap { Int($0.dropFirst("recorded ".count)) }.last ?? 0
            let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.start)
            try ledger.check()
            let kept = try ledger.nodes().count
            #expect(kept == reported || kept == reported + 1, "attempt \(attempt)")
            try ledger.record(Samples.entry(1_000_000_000))
            try ledger.close()
        }
    }

    /// Every round is there whole: its node, its entry in the audit trail, and its number on the nodes that it wrote to.
    private func check(_ ledger: LedgerStore, _ context: Comment) throws -> Int64 {
        let remembered = try ledger.remembered()
        let count = Int64(remembered.nodes.count)
        #expect(remembered.nodes.map(\.id).sorted() == (1...max(1, count)).filter { $0 <= count }.map { NodeID("i-\($0)") }.sorted(), context)
        #expect(try ledger.rounds().map(\.count).reduce(0, +) == Int(count), context)
        for number in stride(from: Int64(1), through: count, by: 1) {
            let last = remembered.observations[NodeID("i-\(number)")]?.map(\.reading)
            #expect(last == [.integer(min(count, number + 7))], context)
        }
        #expect(remembered.services.flatMap(\.members).map(\.member.state) == (count > 0 ? ["\(count)"] : []), context)
        #expect(remembered.services.flatMap(\.topics).map(\.sets.packed) == (count > 0 ? ["0:\(count)"] : []), context)
        let rounds = try ledger.history(limit: 10_000).compactMap { item -> Int64? in
            if case .audit(let entry) = item.event { entry.details["round"].flatMap { Int64($0) } } else { nil }
        }
        #expect(rounds.sorted() == Array(stride(from: Int64(1), through: count, by: 1)), context)
        return count
    }

    @Test func `is as before after a commit that fails, and takes the next round`() throws {
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.start)
        let first = Samples.entry(
            0, nodes: [.came(Samples.node("i-1"))], observations: [Samples.observation("i-1", .mesosState, .text("active"), at: 0)],
            findings: [Samples.pending("i-1", since: 0)])
        try ledger.record(first)
        let before = try contents(ledger)

        let second = Samples.entry(
            15, nodes: [.came(Samples.node("i-2")), .departed("i-1")], observations: [Samples.observation("i-2", .mesosState, .text("active"), at: 15)],
            findings: [Samples.resolved("i-1", since: 0, at: 15, .nodeDeparted)])
        let refusal = CommitRefusal()
        ledger.queue.add(transactionObserver: refusal)
        #expect(throws: LedgerError.self) { try ledger.record(second) }
        #expect(refusal.asked == 1)
        ledger.queue.remove(transactionObserver: refusal)
        #expect(try contents(ledger) == before)

        // In the middle, by the schema: the last of its rows cannot be.
        var impossible = second
        impossible.clocks = [ClockEntry(node: "i-2", rule: "nobody", clock: RuleClock(since: Samples.start))]
        #expect { try ledger.record(impossible) } throws: { "\($0)".contains("rule nobody has a clock on node i-2, but no open finding") }
        var unknown = second
        unknown.observations.append(Samples.observation("i-9", .mesosState, .none, at: 15))
        #expect { try ledger.record(unknown) } throws: { "\($0)".contains("node i-9 is not in the ledger") }
        #expect(try contents(ledger) == before)

        try ledger.record(second)
        #expect(try contents(ledger) != before)
        try ledger.check()
    }

    @Test func `is as before when the space allowed to it ends, and goes on when there is more`() throws {
        let ledger = try LedgerStore.open(path: path, purpose: .daemon, now: Samples.start)
        try ledger.record(Samples.entry(0))
        let before = try contents(ledger)
        let pages = try ledger.queue.writeWithoutTransaction { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            try database.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
            return pages
        }
        #expect(pages > 10)
        let large = Samples.entry(15, nodes: (1...2000).map { .came(Samples.node("i-\($0)")) })
        #expect { try ledger.record(large) } throws: { ($0 as? LedgerError)?.problem == .full }
        #expect(try contents(ledger) == before)
        try ledger.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1073741823") }
        try ledger.record(large)
        #expect(try ledger.nodes().count == 2000)
        try ledger.check()
    }

    /// All rows of all tables, as text.
    private func contents(_ ledger: LedgerStore) throws -> [String] {
        let tables = try ledger.counts().map(\.table)
        return try ledger.queue.read { database in
            try tables.flatMap { table in
                try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"").map { "\(table) \($0)" }
            }
        }
    }
}

/// Refuses every commit, as a full disk would at the last moment. Used on the connection's own queue only.
private final class CommitRefusal: TransactionObserver {
    private(set) var asked = 0

    struct Refused: Error {}

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() throws {
        asked += 1
        throw Refused()
    }
    func databaseDidCommit(_ database: Database) {}
    func databaseDidRollback(_ database: Database) {}
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
