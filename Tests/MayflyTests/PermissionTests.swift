import Captures
import Foundation
import Running
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The daemon runs as root here, and is asked by somebody who is not.
@Suite(.timeLimit(.minutes(3)), .enabled(if: getuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0, "needs root and setpriv, to ask as another user"))
struct `Another user` {
    /// Of the user nobody on Debian.
    private static let nobody: UInt32 = 65_534

    private func asNobody(_ site: Site, _ arguments: String...) async throws -> Program.Ended {
        let launcher = ["/usr/bin/setpriv", "--reuid=\(Self.nobody)", "--regid=\(Self.nobody)", "--clear-groups", "--inh-caps=-all"]
        return try await Program(arguments + ["--config", site.configuration], environment: Site.keys, launcher: launcher).end()
    }

    private func running(_ body: (Site, Program) async throws -> Void) async throws {
        let master = try await ReplayServer.start()
        let site = try Site(masters: master.url)
        let daemon = try await site.daemon("--log-level", "debug")
        try await daemon.waitFor("Answering")
        try await daemon.waitFor("Round ended")
        try await body(site, daemon)
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
        try await master.stop()
    }

    @Test func `who may not ask is told which group may`() async throws {
        try await running { site, _ in
            for command in ["nodes", "status", "history"] {
                let refused = try await asNobody(site, command)
                #expect(refused.code == 1 && refused.output.isEmpty, "\(command): \(refused.all)")
                #expect(
                    refused.errors.contains("\(site.folder.file("s")): this user may not ask the daemon; join the group root, or use sudo"), "\(refused.all)")
            }
            let copy = try await asNobody(site, "snapshot", site.folder.file("copy.db"))
            #expect(copy.code == 1 && copy.errors.contains("join the group root"), "\(copy.all)")
            // It examines by itself then, and says what it may not.
            let doctor = try await asNobody(site, "doctor", "--json")
            let found = try JSON(doctor.output)
            let socket = try #require(found["checks"]?.items.first { $0["name"]?.string == "socket" })
            #expect(doctor.code == 1 && found["by"]?.string == "command" && found["user"]?.string == "nobody")
            #expect(socket["verdict"]?.string == "fail" && socket["remedy"]?.string?.contains("join the group root") == true)
        }
    }

    @Test func `who may ask is answered, and known by name`() async throws {
        try await running { site, daemon in
            try #require(chown(site.folder.file("s"), 0, Self.nobody) == 0)
            let nodes = try await asNobody(site, "nodes")
            #expect(nodes.code == 0 && nodes.errors.isEmpty && nodes.output.contains("10.0.1.11"), "\(nodes.all)")
            try await daemon.waitFor("Answered")
            let line = daemon.saidErrors.split(separator: "\n").last { $0.contains("Answered") } ?? ""
            #expect(line.contains("nobody (process "), "\(line)")
            // The copy is written by the daemon, and its log says for whom.
            let copy = try await asNobody(site, "snapshot", site.folder.file("copy.db"))
            #expect(copy.code == 0, "\(copy.all)")
            try await daemon.waitFor("Copy of the ledger was written")
            let written = daemon.saidErrors.split(separator: "\n").last { $0.contains("Copy of the ledger was written") } ?? ""
            #expect(written.contains("nobody"), "\(written)")
        }
    }
}
