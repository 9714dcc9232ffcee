import CSQLite
import Fleet
import Foundation
import Ledger
import Running
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Back-testing` {
    private let folder: TemporaryFolder
    private let ledger: String

    init() throws {
        folder = try TemporaryFolder()
        ledger = folder.file("demo.db")
    }

    private func backtest(_ more: String...) async throws -> Program.Ended {
        try await Program(["rules", "backtest", "--since", "2026-11-24T00:00:00Z", "--ledger", ledger] + more).end()
    }

    /// What the live rounds found, and then nothing of it is left in the file.
    private func takeFindings() throws -> Set<String> {
        let store = try LedgerStore.open(path: ledger, purpose: .reading, now: Timestamp(milliseconds: 1_800_000_000_000))
        let findings = try store.findings().map(\.finding)
        try store.close()
        var connection: OpaquePointer?
        #expect(sqlite3_open(ledger, &connection) == SQLITE_OK)
        #expect(sqlite3_exec(connection, "DELETE FROM finding", nil, nil, nil) == SQLITE_OK)
        sqlite3_close(connection)
        return Set(
            findings.map { finding in
                let times = [finding.since, finding.firingSince, finding.resolvedAt].map { $0?.description ?? "-" }
                return "\(finding.rule.name) \(finding.node) \(finding.state.rawValue) \(times.joined(separator: " "))"
            })
    }

    @Test func `over the demo's ledger, its findings deleted, finds what the daemon found, and what another rule changes`() async throws {
        let demo = try await Program.run("demo", "--once", "--json", "--rules", Site.shippedRules, "--ledger", ledger)
        #expect(demo.code == 0, "\(demo.errors)")
        let found = try takeFindings()
        let bytes = FileManager.default.contents(atPath: ledger)
        let ended = try await backtest("--json")
        #expect(ended.code == 0, "\(ended.errors)")
        let left = (try JSON(ended.output)["not_replayable"]?.items ?? []).compactMap { $0.string?.prefix { $0 != ":" } }
        let live = found.filter { finding in !left.contains { finding.hasPrefix("\($0) ") } }
        let replayed = (try JSON(ended.output)["findings"]?.items ?? []).map { finding in
            ["rule", "node", "state", "since", "firing_since", "resolved_at"].map { finding[$0]?.string ?? "-" }.joined(separator: " ")
        }
        #expect(live.count > 10 && Set(replayed) == live, "\(live.symmetricDifference(replayed).sorted().joined(separator: "\n"))")

        let json = try JSON(ended.output)
        #expect(json["gates"]?["not_asked"]?.items.compactMap(\.string) == ["pause", "mode", "identity", "successor", "capacity"])
        #expect(json["gates"]?["assumed"]?.items.isEmpty == false && json["replacements"]?.items != nil)
        let gated = (json["findings"]?.items ?? []).filter { $0["held"]?.items != nil }
        #expect(!gated.isEmpty && gated.allSatisfy { $0["verdict"]?.string == "replace" && $0["firing_since"]?.string != nil })
        let shown = try await backtest()
        let lines = ["gates not asked, for they rest on what is not recorded: pause, mode, identity, successor, capacity", "    not replaced", "    held "]
        #expect(lines.allSatisfy(shown.output.contains), "\(shown.output)")

        let same = try await backtest("--rules", Site.shippedRules)
        #expect(same.code == 0 && same.output.contains("No difference") && same.output.contains("No replacement differs"), "\(same.all)")
        let rules = folder.file("rules")
        try FileManager.default.copyItem(atPath: Site.shippedRules, toPath: rules)
        let text = try String(contentsOfFile: rules + "/scheduled.yaml", encoding: .utf8)
        #expect(text.contains("retirement-scheduled"))
        try folder.write(text.replacing(/for: \w+/, with: "for: 2h"), "rules/scheduled.yaml")
        let other = try await backtest("--rules", rules, "--json")
        let differences = try JSON(other.output)["differences"]?.items ?? []
        #expect(other.code == 1 && !differences.isEmpty, "\(other.all)")
        #expect(differences.allSatisfy { $0["rule"]?.string == "retirement-scheduled" && $0["difference"]?.string == "no_longer_fires" }, "\(other.output)")
        #expect(FileManager.default.contents(atPath: ledger) == bytes)
    }

    @Test func `of the ledger that a daemon holds says how to get a copy of it, and the daemon goes on`() async throws {
        let site = try Site()
        let daemon = try await site.daemon()
        for more in [["--config", site.configuration], ["--ledger", site.ledger]] {
            let ended = try await Program(["rules", "backtest", "--since", "1d"] + more).end()
            #expect(ended.code == 1 && ended.output.isEmpty, "\(more): \(ended.all)")
            #expect(ended.errors.contains(site.ledger) && ended.errors.contains("another mayfly "), "\(more): \(ended.errors)")
            #expect(ended.errors.contains("with mayfly snapshot FILE, and name that with --ledger FILE"), "\(more): \(ended.errors)")
        }
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
    }

    @Test func `says what is wrong with its use, and with a ledger without rounds`() async throws {
        for wrong in [["--since", "yesterday"], ["--since", "1d", "--until", "x"], []] {
            let ended = try await Program(["rules", "backtest"] + wrong).end()
            #expect(ended.code == 2 && ended.output.isEmpty, "\(wrong): \(ended.all)")
        }
        let missing = try await backtest()
        #expect(missing.code == 1 && missing.errors.contains(ledger), "\(missing.errors)")
        try LedgerStore.open(path: ledger, purpose: .daemon, now: Timestamp(milliseconds: 1_800_000_000_000)).close()
        let empty = try await backtest()
        #expect(empty.code == 1 && empty.errors.contains("no round that can be replayed"), "\(empty.errors)")
        let rules = try await backtest("--rules", try folder.write("version: 1\nrules: {}\n", "wrong.yaml"))
        #expect(rules.code == 2 && rules.errors.contains("wrong.yaml"), "\(rules.all)")
    }
}
