import Fleet
import Foundation
import GRDB
import Testing

@testable import Ledger

#if canImport(Glibc)
import Glibc
#endif

@Suite struct `A ledger's file` {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("mayfly.db")
    }

    private func open(_ path: String, _ purpose: LedgerStore.Purpose = .daemon) throws(LedgerError) -> LedgerStore {
        try LedgerStore.open(path: path, purpose: purpose, now: Samples.start)
    }

    /// The problem that both purposes have with a file; checks that neither touched it.
    private func problem(_ path: String, _ context: Comment? = nil) throws -> LedgerError.Problem? {
        let before = try bytes(path)
        let names = folder.names
        var problems: [LedgerError.Problem?] = []
        for purpose in [LedgerStore.Purpose.reading, .daemon] {
            do {
                try open(path, purpose).close()
                problems.append(nil)
            } catch {
                problems.append(error.problem)
                #expect(error.description.hasPrefix(path + ": "), context)
            }
        }
        #expect(problems[0] == problems[1], context)
        #expect(try bytes(path) == before, context)
        #expect(folder.names == names, context)
        return problems[1]
    }

    private func database(_ statements: String...) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            for sql in statements { try database.execute(sql: sql) }
        }
        try queue.close()
    }

    @Test func `is refused when it is no database`() throws {
        let cases: [[UInt8]] = [Array("cluster: prod\n".utf8), Array(repeating: 0, count: 4096), (0..<200).map { UInt8($0) }]
        for content in cases {
            try write(content, to: path)
            #expect(try problem(path) == .notADatabase)
        }
        // The first words of a database, and nothing true after them.
        try write(Array("SQLite format 3\0".utf8) + Array(repeating: 255, count: 4080), to: path)
        let found = try problem(path)
        #expect(found == .notADatabase || found == .corrupt("database disk image is malformed"))
    }

    @Test func `is refused when another program's`() throws {
        try database("CREATE TABLE song (id INTEGER)")
        #expect(try problem(path) == .foreign("it has a table song"))
        try database("DROP TABLE song", "PRAGMA application_id = 7")
        #expect(try problem(path) == .foreign("application id 7, version 0"))
        try database("PRAGMA application_id = 0", "PRAGMA journal_mode = WAL", "CREATE TABLE book (id INTEGER)")
        #expect(try problem(path) == .foreign("it has a table book"))
    }

    @Test func `is refused when a newer program wrote it, with both versions`() throws {
        try open(path).close()
        try database("PRAGMA user_version = 99")
        #expect(try problem(path) == .newer(version: 99, known: Migration.newest))
        let error = #expect(throws: LedgerError.self) { try open(path) }
        #expect("\(try #require(error))".contains("its schema is version 99, this program knows up to \(Migration.newest)"))
    }

    @Test func `is made from an empty file, and found behind a link`() throws {
        try write([], to: path)
        #expect { try open(path, .reading) } throws: { ($0 as? LedgerError)?.problem == .missing }
        #expect(try bytes(path) == [])
        let link = folder.file("link.db")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let ledger = try open(link)
        try ledger.record(Samples.entry(0))
        try ledger.close()
        #expect(try open(path, .reading).remembered().lastRound == Samples.start)
        #expect(folder.names == ["link.db", "mayfly.db"])
    }

    @Test(arguments: ["a?b#c%41.db", "äö ü.db", "file:x.db", "it's.db"]) func `may have any name`(name: String) throws {
        let path = folder.file(name)
        try open(path).close()
        try open(path).close()
        _ = try open(path, .reading)
        #expect(folder.names == [name])
    }

    @Test func `is not looked for in a folder that is not there`() throws {
        let missing = folder.file("nowhere/mayfly.db")
        for purpose in [LedgerStore.Purpose.daemon, .reading] {
            #expect { try open(missing, purpose) } throws: { ($0 as? LedgerError)?.problem == .directoryMissing(folder.file("nowhere")) }
            #expect { try open(folder.path, purpose) } throws: { ($0 as? LedgerError)?.problem == .notAFile }
        }
        #expect { try open(path, .reading) } throws: { ($0 as? LedgerError)?.problem == .missing }
        #expect(folder.names == [])
    }

    @Test func `is held by one process at a time`() throws {
        let writer = try Writer(path: path)
        #expect(writer.line() == "open")
        #expect(writer.line() == "recorded 1")
        for purpose in [LedgerStore.Purpose.daemon, .reading] {
            #expect { try open(path, purpose) } throws: { error in
                (error as? LedgerError)?.problem == .held && "\(error)".contains("another mayfly is running on this ledger")
            }
        }
        #expect(writer.line()?.hasPrefix("recorded ") == true)
        _ = writer.kill()

        // The other way round: we hold it, the other process is told so, and ends with code 1.
        let ledger = try open(path)
        let second = try Writer(path: path)
        #expect(second.line()?.contains("another mayfly is running on this ledger") == true)
        #expect(second.exitCode() == 1)
        try ledger.record(Samples.entry(10_000_000))
        try ledger.close()
    }

    @Test func `can be read by several at once, without a write, and not while a daemon has it`() throws {
        let ledger = try open(path)
        try ledger.record(Samples.entry(0, nodes: [.came(Samples.node("i-1"))]))
        #expect { try open(path, .reading) } throws: { ($0 as? LedgerError)?.problem == .held }
        #expect { try open(path) } throws: { ($0 as? LedgerError)?.problem == .held }
        try ledger.close()
        let before = try bytes(path)
        let readers = try [open(path, .reading), open(path, .reading)]
        for reader in readers {
            #expect(try reader.nodes().count == 1)
            #expect { try reader.record(Samples.entry(15)) } throws: { ($0 as? LedgerError)?.problem == .readOnly }
            #expect(throws: LedgerError.self) { try reader.prune(before: Samples.time(100)) }
        }
        try readers[0].close()
        #expect(try bytes(path) == before)
        // Somebody who looks does not keep the daemon from starting; then it is the one who has to go.
        let daemon = try open(path)
        #expect { try readers[1].nodes() } throws: { ($0 as? LedgerError)?.problem == .held }
        try daemon.close()
        #expect(try readers[1].nodes().count == 1)
        try readers[1].close()
        #expect(folder.names == ["mayfly.db"])
    }

    @Test func `says that it is damaged, and is not changed by the looking`() throws {
        let ledger = try open(path)
        let nodes: [NodeChange] = (1...1000).map { .came(Samples.node("i-\($0)", agent: "S\($0)")) }
        try ledger.record(
            Samples.entry(0, nodes: nodes, observations: (1...1000).map { Samples.observation("i-\($0)", .hostname, .text("host-\($0)"), at: 0) }))
        try ledger.close()
        let whole = try bytes(path)
        #expect(whole.count > 20 * 4096)
        var random = SeededGenerator(seed: 1)
        var noticed = 0
        for round in 0..<60 {
            var damaged = whole
            let start = round < 10 ? 4096 * (1 + round) : Int.random(in: 4096..<(whole.count - 300), using: &random)
            for offset in 0..<300 { damaged[start + offset] = UInt8.random(in: .min ... .max, using: &random) }
            try write(damaged, to: path)
            let isNoticed = isNoticed()
            // A page whose head is gone is always noticed; bytes in the middle may fall on a value or on room that nobody uses.
            if round < 10 { #expect(isNoticed, "page \(2 + round)") }
            if isNoticed { noticed += 1 }
            #expect(try bytes(path) == damaged, "damage at \(start)")
        }
        #expect(noticed >= 25, "\(noticed) of 60")
    }

    /// Whether reading all of it says that something is wrong; any other way to end than an error of ours ends the test run.
    private func isNoticed() -> Bool {
        do throws(LedgerError) {
            let ledger = try open(path, .reading)
            defer { try? ledger.close() }
            _ = try ledger.remembered()
            _ = try ledger.history()
            try ledger.check()
            return false
        } catch {
            switch error.problem {
            case .corrupt, .inconsistent, .notADatabase, .foreign, .newer, .sqlite: return true
            default: Issue.record("\(error)")
            }
            return true
        }
    }

    @Test func `is left alone on a disk that is full or cannot be written`() throws {
        let disk = folder.file("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        guard run("/bin/mount", "-t", "tmpfs", "-o", "size=704k", "tmpfs", disk) else {
            withKnownIssue("mount was refused: the tests of a full and of a read-only disk were NOT run") { throw CancellationError() }
            return
        }
        defer { _ = run("/bin/umount", disk) }
        let path = disk + "/mayfly.db"
        let ledger = try open(path)
        try ledger.record(Samples.entry(0))
        // Closing needs a page or two for its journal, and the WAL's own come free only when a child that another test has just forked lets go of them too.
        try write(Array(repeating: 1, count: 65_536), to: disk + "/room")
        let large = Samples.entry(15, nodes: (1...20_000).map { .came(Samples.node("i-0123456789abcdef\($0)")) })
        #expect { try ledger.record(large) } throws: { ($0 as? LedgerError)?.problem == .full }
        #expect(try ledger.nodes().isEmpty)
        try ledger.record(Samples.entry(15, nodes: [.came(Samples.node("i-1"))]))
        try ledger.check()
        try FileManager.default.removeItem(atPath: disk + "/room")
        try ledger.close()

        let before = try bytes(path)
        #expect(run("/bin/mount", "-o", "remount,ro", disk))
        #expect { try open(path) } throws: { ($0 as? LedgerError)?.problem == .readOnly }
        #expect { try open(disk + "/new.db") } throws: { ($0 as? LedgerError)?.problem == .readOnly }
        let reader = try open(path, .reading)
        #expect(try reader.nodes().map(\.id) == ["i-1"])
        try reader.close()
        #expect(try bytes(path) == before)

        // No room at all for a new one.
        #expect(run("/bin/mount", "-o", "remount,rw", disk))
        try write(Array(repeating: 1, count: 40_000), to: disk + "/filling")
        _ = run("/bin/sh", "-c", "cat /dev/zero > \(disk)/rest 2>/dev/null")
        #expect { try open(disk + "/new.db") } throws: { ($0 as? LedgerError)?.problem == .full }
        #expect { try open(path) } throws: { ($0 as? LedgerError)?.problem == .full }
        #expect(try bytes(path) == before)
    }

    private func run(_ program: String, _ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere")) func `is left alone when it may not be written`() throws {
        try open(path).close()
        let before = try bytes(path)
        chmod(path, 0o444)
        #expect { try open(path) } throws: { ($0 as? LedgerError)?.problem == .notPermitted("the file") }
        chmod(path, 0o644)
        chmod(folder.path, 0o555)
        defer { chmod(folder.path, 0o755) }
        #expect { try open(path) } throws: { ($0 as? LedgerError)?.problem == .notPermitted("the directory \(folder.path)") }
        #expect { try open(folder.file("new.db")) } throws: { ($0 as? LedgerError)?.problem == .notPermitted("the directory \(folder.path)") }
        _ = try open(path, .reading).remembered()
        #expect(try bytes(path) == before)
    }
}
