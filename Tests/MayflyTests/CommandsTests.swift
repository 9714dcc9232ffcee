import Captures
import Foundation
import Running
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite(.timeLimit(.minutes(3))) struct `The commands of a person` {
    private static let needDaemon = [
        ["hold", "i-1", "--for", "4h"], ["release", "i-1"], ["approve", "i-1"], ["replace", "i-1"], ["cancel", "7"], ["retry", "7"], ["accept", "shrunk"],
        ["take-over"], ["refresh", "--for", "7h"], ["end-refresh"],
    ]

    @Test func `pause and resume by the pause file where no daemon runs`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("pause")
        let site = try Site(more: "pause_file: \(file)")
        let nothing = try await site.run("run", "--once")
        #expect(nothing.code == 1)
        let early = try await site.run("resume", "--reason", "r")
        #expect(early.code == 1 && early.errors.contains("nothing is paused"), "\(early.all)")
        let paused = try await site.run("pause", "--reason", "the storage is moved")
        #expect(paused.code == 0 && paused.output.contains(file), "\(paused.all)")
        #expect(try String(contentsOfFile: file, encoding: .utf8).hasSuffix(": the storage is moved\n"))
        let status = try await site.run("status")
        #expect(status.output.contains("PAUSED by the file \(file)") && status.output.contains("the storage is moved"), "\(status.all)")
        let resumed = try await site.run("resume", "--reason", "it is moved")
        #expect(resumed.code == 0 && !FileManager.default.fileExists(atPath: file), "\(resumed.all)")
    }

    @Test func `need the daemon, but for these, and a reason`() async throws {
        let site = try Site()
        for command in Self.needDaemon {
            let ended = try await Program(command + ["--reason", "r", "--config", site.configuration]).end()
            #expect(ended.code == 1 && ended.errors.contains("no daemon answers") && ended.errors.contains(command[0]), "\(command): \(ended.all)")
            let mute = try await Program(command + ["--config", site.configuration]).end()
            #expect(mute.code == 2 && mute.errors.contains("--reason"), "\(command): \(mute.all)")
        }
        let endless = try await Program(["hold", "i-1", "--for", "5s", "--reason", "r", "--config", site.configuration]).end()
        #expect(endless.code == 2 && endless.errors.contains("from 1m to 90d"))
    }

    @Test func `open a refresh and end it, where outdated nodes wait for one`() async throws {
        let master = try await ReplayServer.start()
        let site = try Site(masters: master.url, more: "refresh: opened")
        let daemon = try await site.daemon("--log-level", "debug")
        try await daemon.waitFor("Round ended")
        try await daemon.waitFor("Answering")
        #expect(try await site.run("status").output.contains("\nRefresh     none is open: outdated nodes wait for one\n"))
        let opened = try await site.run("refresh", "--for", "7h", "--reason", "the November image")
        #expect(opened.code == 0 && opened.output.hasPrefix("A refresh is open until "), "\(opened.all)")
        let status = try await site.run("status")
        #expect(status.output.contains("\nRefresh     open until ") && status.output.contains(": the November image\n"), "\(status.all)")
        #expect(try await JSON(site.run("status", "--json").output)["work"]?["refresh"]?["reason"]?.string == "the November image")
        #expect(try await site.run("end-refresh", "--reason", "enough for today").code == 0)
        let again = try await site.run("end-refresh", "--reason", "r")
        #expect(again.code == 1 && again.errors.contains("no refresh is open"), "\(again.all)")
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
        try await master.stop()
    }

    @Test func `reach the daemon, which finds the pause file too`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("pause")
        let master = try await ReplayServer.start()
        let site = try Site(masters: master.url, more: "pause_file: \(file)")
        let daemon = try await site.daemon("--log-level", "debug")
        try await daemon.waitFor("Round ended")
        try await daemon.waitFor("Answering")
        let paused = try await site.run("pause", "--reason", "the storage is moved", "--json")
        #expect(try paused.code == 0 && JSON(paused.output)["command"]?.string == "pause", "\(paused.all)")
        try await daemon.waitFor("A person's command was taken")
        let unknown = try await site.run("hold", "i-nobody", "--for", "4h", "--reason", "r")
        #expect(unknown.code == 1 && unknown.errors.contains("i-nobody"), "\(unknown.all)")
        try Data("by hand\n".utf8).write(to: URL(filePath: file))
        let resumed = try await site.run("resume", "--reason", "it is moved")
        #expect(resumed.code == 0 && !FileManager.default.fileExists(atPath: file), "\(resumed.all)")
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
        try await master.stop()
    }
}
