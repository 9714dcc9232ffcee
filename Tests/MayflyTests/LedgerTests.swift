import CSQLite
import Fleet
import Foundation
import Ledger
import Running
import Testing

@Suite(.timeLimit(.minutes(2))) struct `A ledger that cannot be used` {
    /// Every command that needs it, against a file with these bytes.
    private func refuse(
        _ site: Site, _ words: String...,
        commands: [[String]] = [["run", "--once"], ["run"], ["nodes"], ["explain", "i-1"], ["history"], ["rules", "backtest", "--since", "1d"]]
    )
        async throws
    {
        let before = FileManager.default.contents(atPath: site.ledger)
        for command in commands {
            let ended = try await Program(command + ["--config", site.configuration], environment: Site.keys).end()
            #expect(ended.code == 1, "\(command): \(ended.code) \(ended.all)")
            for word in words + [site.ledger] { #expect(ended.errors.contains(word), "\(command): \(ended.errors)") }
            #expect(FileManager.default.contents(atPath: site.ledger) == before, "\(command)")
            #expect(ended.output.isEmpty)
        }
    }

    @Test func `for it is no ledger is left as it is`() async throws {
        let site = try Site()
        try site.folder.write("This is a shopping list: \(String(repeating: "milk, ", count: 1000))", "mayfly.db")
        try await refuse(site)
    }

    @Test func `for a newer version wrote it is left as it is`() async throws {
        let site = try Site()
        try LedgerStore.open(path: site.ledger, purpose: .daemon, now: Timestamp(milliseconds: 1_800_000_000_000)).close()
        var connection: OpaquePointer?
        #expect(sqlite3_open(site.ledger, &connection) == SQLITE_OK)
        #expect(sqlite3_exec(connection, "PRAGMA user_version = 1000", nil, nil, nil) == SQLITE_OK)
        sqlite3_close(connection)
        try await refuse(site, "newer")
    }

    @Test func `for its folder is not there is not made`() async throws {
        let site = try Site()
        let configuration = try String(contentsOfFile: site.configuration, encoding: .utf8).replacing(site.ledger, with: "/nonexistent/mayfly.db")
        let file = try site.folder.write(configuration, "other.yaml")
        for command in ["run", "nodes"] {
            let ended = try await Program.run(command, "--config", file, environment: Site.keys)
            #expect(ended.code == 1 && ended.errors.contains("/nonexistent"), "\(ended.all)")
        }
    }

    @Test func `for there is none yet says how to get one`() async throws {
        let site = try Site()
        let ended = try await site.run("nodes")
        #expect(ended.code == 1 && ended.errors.contains(site.ledger), "\(ended.errors)")
        #expect(!site.folder.names.contains("mayfly.db"))
    }

    @Test func `for a daemon holds it is told so at once, and the daemon goes on`() async throws {
        let site = try Site()
        let daemon = try await site.daemon()
        try await daemon.waitFor("Mesos could not be read")
        for command in [["nodes", "--ledger", site.ledger], ["history", "--ledger", site.ledger], ["run"], ["run", "--once"]] {
            let ended = try await Program(command + ["--config", site.configuration], environment: Site.keys).end()
            #expect(ended.code == 1, "\(command): \(ended.all)")
            #expect(ended.errors.contains(site.ledger) && ended.errors.contains("another mayfly "), "\(command): \(ended.errors)")
        }
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
    }
}
