import Captures
import Foundation
import Running
import Testing

@Suite(.timeLimit(.minutes(2))) struct `The daemon` {
    private func kinds(_ site: Site) async throws -> [String] {
        let ended = try await site.run("history", "--json")
        #expect(ended.code == 0, "\(ended.errors)")
        return try JSON(ended.output).items.compactMap { $0["kind"]?.string }
    }

    @Test(arguments: [SIGTERM, SIGINT]) func `ends within two seconds when asked to, with nothing lost`(signal: Int32) async throws {
        let master = try await ReplayServer.start()
        let site = try Site(masters: master.url)
        let daemon = try await site.daemon("--log-level", "debug")
        try await daemon.waitFor("Round ended")
        let start = ContinuousClock.now
        daemon.signal(signal)
        let ended = try await daemon.end()
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(ended.errors.contains("Mayfly ended") && ended.output.isEmpty)
        let kinds = try await kinds(site)
        #expect(kinds.contains("daemon_started") && kinds.last == "daemon_stopped" && kinds.contains("node_came"))
        #expect(site.folder.names.filter { $0.hasPrefix("mayfly.db") } == ["mayfly.db"], "the WAL was put back")
        try await master.stop()
    }

    @Test func `ends within two seconds while a master keeps it waiting`() async throws {
        let silent = try await RawServer.start { _ in [] }
        let site = try Site(masters: silent.url, aws: silent.url)
        let daemon = try await site.daemon()
        // Both polls are under way once both have asked.
        while silent.requests.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
        let start = ContinuousClock.now
        daemon.signal(SIGTERM)
        let ended = try await daemon.end()
        #expect(ended.code == 0 && ContinuousClock.now - start < .seconds(2), "\(ended.errors)")
        #expect(try await kinds(site).last == "daemon_stopped")
        try await silent.stop()
    }

    @Test func `says that a poll failed, and tries again`() async throws {
        let site = try Site()
        let daemon = try await site.daemon()
        try await daemon.waitFor("Mesos could not be read", times: 2)
        daemon.signal(SIGTERM)
        let ended = try await daemon.end()
        #expect(ended.code == 0 && ended.errors.contains("http://127.0.0.1:1"))
    }

    @Test func `reads its rules again on SIGHUP, all or none`() async throws {
        let site = try Site()
        let daemon = try await site.daemon()
        try await daemon.waitFor("Mesos could not be read")
        daemon.signal(SIGHUP)
        try await daemon.waitFor("Rules are unchanged")
        let broken = try site.folder.write(
            Site.rule.replacing("mesos_state", with: "mesos_stat").replacing("name: lost", with: "name: other"), "rules/other.yaml")
        daemon.signal(SIGHUP)
        try await daemon.waitFor("Rules were refused, the last good set stays")
        try await daemon.waitFor("\(broken):3")
        try site.folder.write(Site.rule.replacing("name: lost", with: "name: other"), "rules/other.yaml")
        daemon.signal(SIGHUP)
        try await daemon.waitFor("Rules were loaded")
        daemon.signal(SIGTERM)
        let ended = try await daemon.end()
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(try await kinds(site).contains("rules_refused"))
    }

    @Test func `takes up a changed rule file by itself`() async throws {
        let site = try Site()
        let daemon = try await site.daemon()
        try await daemon.waitFor("Mesos could not be read")
        try site.folder.write(Site.rule.replacing("absent", with: "inactive"), "rules/lost.yaml")
        try await daemon.waitFor("Rules were loaded")
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
    }

    @Test func `logs one JSON object a line, or text when asked`() async throws {
        let site = try Site()
        let daemon = try await site.daemon("--log-level", "debug")
        try await daemon.waitFor("Round ended")
        daemon.signal(SIGTERM)
        let lines = try await daemon.end().errors.split(separator: "\n")
        #expect(lines.count > 3)
        for line in lines {
            let object = try JSON(line)
            #expect(object.keys.isSuperset(of: ["time", "level", "message"]), "\(line)")
        }
        let other = try await site.daemon("--log-format", "text")
        other.signal(SIGTERM)
        let text = try await other.end().errors
        #expect(text.contains(" NOTICE Mayfly watches  ") && !text.contains("{\""))
    }

    @Test func `never shows a secret`() async throws {
        let master = try await ReplayServer.start(authorization: "Bearer something-else")
        let folder = try TemporaryFolder()
        try folder.write("t0psecret-token\n", "token")
        try folder.write("t0psecret-password", "password")
        let secrets = [
            "t0psecret", "wJalrXUtnFEMIsecretEXAMPLEKEY", "dG9wc2VjcmV0", "sessiontokensecret", Data("u:t0psecret-password".utf8).base64EncodedString(),
        ]
        let keys = Site.keys.merging(["AWS_SESSION_TOKEN": "sessiontokensecret"]) { $1 }
        for more in ["  token_file: \(folder.file("token"))", "  user: u\n  password_file: \(folder.file("password"))"] {
            let site = try Site(masters: master.url, mesos: more)
            for command in [
                ["run", "--once", "--log-level", "debug"], ["run", "--once", "--json"], ["check", "--json"], ["check"], ["history", "--json"],
                ["nodes", "--json"],
            ] {
                let ended = try await Program(command + ["--config", site.configuration], environment: keys).end()
                for secret in secrets { #expect(!ended.all.contains(secret), "\(command)") }
            }
            let bytes = FileManager.default.contents(atPath: site.ledger) ?? Data()
            for secret in secrets { #expect(bytes.firstRange(of: Data(secret.utf8)) == nil) }
        }
        #expect(master.server.requests.contains { $0.header("Authorization") == "Bearer t0psecret-token" }, "it was sent all the same")
        try await master.stop()
    }
}
