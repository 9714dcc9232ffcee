import Captures
import Foundation
import Running
import Testing

/// The daemon, started by the words and with the environment of its unit, where it was installed.
@Suite(.timeLimit(.minutes(4))) struct `The service` {
    /// An installation with a configuration of the test's own, and the unit in it.
    private struct Host {
        let installation: Installation
        let unit: UnitFile

        /// - Parameter dropIn: which of the shipped ones lies beside the unit. Nil: none.
        init(dropIn: String? = nil) async throws {
            let installation = try await Installation(isStaged: false)
            let unit = try installation.text("\(installation.prefix)/lib/systemd/system/mayfly.service")
            let more = try dropIn.map { try installation.text("\(installation.prefix)/share/mayfly/mode/\($0).conf") } ?? ""
            self.installation = installation
            self.unit = UnitFile(unit + "\n" + more)
        }

        /// Puts a configuration where the unit looks for it, and starts the unit's program.
        func start(mode: String, masters: String = "http://127.0.0.1:1", aws: String = "http://127.0.0.1:1") throws -> Program {
            let text = """
                cluster: c
                mode: \(mode)
                claim: none
                mesos: {masters: ["\(masters)"]}
                aws: {region: us-east-1, endpoint_url: "\(aws)"}
                pools: {p: {select: {tags: {a: b}}}}
                services: {marathon: "http://127.0.0.1:1"}
                alerts: {webhook: ["http://127.0.0.1:1"]}
                rules: {directory: rules}
                ledger: {path: \(installation.file("mayfly.db"))}
                socket: \(installation.file("s"))
                pause_file: \(installation.file("pause"))
                """
            try Data(text.utf8).write(to: URL(filePath: installation.configuration + "/mayfly/mayfly.yaml"))
            let command = unit.command
            let keys = ["AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "s", "MAYFLY_LOG_LEVEL": "debug"]
            return try Program(
                Array(command.dropFirst()), environment: keys.merging(unit.environment) { $1 },
                launcher: ["/bin/sh", "-c", "exec '\(try #require(command.first))' \"$@\""])
        }

        /// What the running daemon says of itself.
        func status() async throws -> JSON {
            try JSON(try await Program.run("status", "--json", "--config", installation.configuration + "/mayfly/mayfly.yaml").output)
        }
    }

    private static let modes = ["alert", "propose", "act"]

    @Test(arguments: [nil, "alert", "propose", "act"])
    func `is in the configuration's mode, or in its drop-in's where that is less`(dropIn: String?) async throws {
        let host = try await Host(dropIn: dropIn)
        #expect(host.unit.environment["MAYFLY_MODE_MAX"] == dropIn)
        for (rank, mode) in Self.modes.enumerated() {
            let most = dropIn.flatMap(Self.modes.firstIndex) ?? Self.modes.count - 1
            let expected = Self.modes[min(rank, most)]
            let daemon = try host.start(mode: mode)
            // By then it takes signals.
            try await daemon.waitFor("Answering")
            #expect(daemon.saidErrors.contains("\"mode\":\"\(expected)\""), "\(mode): \(daemon.saidErrors)")
            // It answers after its first round, which waits for the sources' failures.
            if mode == "act" {
                try await daemon.waitFor("Round ended")
                let status = try await host.status()
                #expect(status["mode"]?.string == expected && status["running"] == .boolean(true), "\(mode): \(status)")
            }
            daemon.signal(SIGTERM)
            #expect(try await daemon.end().code == 0)
        }
    }

    @Test func `is stopped long before systemd would kill it, though nobody answers it`() async throws {
        let host = try await Host()
        let most = try #require(host.unit.time("TimeoutStopSec"))
        // What the documents promise is two seconds; a machine that is in need gets fifteen times that.
        #expect(most >= .seconds(30))
        let silent = try await RawServer.start { _ in [] }
        let daemon = try host.start(mode: "act", masters: silent.url, aws: silent.url)
        // Until both are asked, the loops have not begun to wait. Looked at now and then: the server tells nobody.
        while silent.requests.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
        let start = ContinuousClock.now
        daemon.signal(SIGTERM)
        let ended = try await daemon.end()
        #expect(ended.code == 0 && ContinuousClock.now - start < most / 3, "\(ended.errors)")
        try await silent.stop()
    }

    /// That a run of Terraform's goes on when the one who began it is ended is shown in `LastingRunTests`, for the whole daemon in `TerraformedTests`.
    /// It does so only if systemd ends the daemon's process and no other of its group.
    @Test func `lets a Terraform finish that the daemon has begun`() throws {
        let unit = try UnitFile.shipped("mayfly.service")
        #expect(unit["KillMode"] == "process" && unit["OOMPolicy"] == "continue" && unit.environment["TMPDIR"] == "/var/lib/mayfly/tmp")
        #expect(unit["StateDirectory"]?.split(separator: " ").contains("mayfly/tmp") == true)
        for name in ["MemoryMax", "TasksMax", "RuntimeMaxSec", "IPAddressDeny"] { #expect(unit[name] == nil, "\(name)") }
    }

    @Test func `is ready and alive by its own word, with time for both`() throws {
        let unit = try UnitFile.shipped("mayfly.service")
        #expect(unit["Type"] == "notify" && unit["NotifyAccess"] == "main")
        // The longest that a first look is waited for, and many times the interval of the polls, which is 15 s.
        for name in ["TimeoutStartSec", "WatchdogSec"] { #expect(try #require(unit.time(name)) >= .seconds(300), "\(name)") }
        #expect(unit["RestartPreventExitStatus"] == "2" && unit["StartLimitIntervalSec"] == "0")
    }
}
