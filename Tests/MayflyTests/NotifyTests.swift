import Captures
import Foundation
import Running
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite(.timeLimit(.minutes(2))) struct `The service manager` {
    /// A datagram socket as systemd has it.
    private static func listen(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        if path.hasPrefix("@") { address.sun_path.0 = 0 }
        let length = socklen_t(2 + path.utf8.count + (path.hasPrefix("@") ? 0 : 1))
        let bound = withUnsafePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) } }
        try #require(bound == 0)
        return descriptor
    }

    private static func received(_ descriptor: Int32) -> [String] {
        var texts: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)), count > 0 {
            texts.append(String(decoding: buffer.prefix(count), as: UTF8.self))
        }
        return texts
    }

    @Test(arguments: [false, true]) func `hears of readiness after the first round, of life with each, and of the end`(isAbstract: Bool) async throws {
        let master = try await ReplayServer.start()
        let site = try Site(masters: master.url)
        let address = isAbstract ? "@mayfly-\(UUID().uuidString)" : site.folder.file("n")
        let descriptor = try Self.listen(address)
        defer { close(descriptor) }
        let environment = Site.keys.merging(["NOTIFY_SOCKET": address, "WATCHDOG_USEC": "60000000"]) { $1 }
        let daemon = try site.start("run", "--log-level", "debug", environment: environment)
        try await daemon.waitFor("Mayfly watches")
        try await daemon.waitFor("Round ended")
        daemon.signal(SIGTERM)
        let ended = try await daemon.end()
        #expect(ended.code == 0, "\(ended.errors)")
        let told = Self.received(descriptor)
        #expect(told.count { $0.contains("READY=1") } == 1 && told.first?.hasPrefix("READY=1\nWATCHDOG=1\nSTATUS=") == true, "\(told)")
        #expect(told.last == "STOPPING=1")
        #expect(told.count { $0.contains("WATCHDOG=1") } <= ended.errors.components(separatedBy: "Round ended").count - 1, "no round, no sign of life")
        try await master.stop()
    }

    @Test func `hears nothing from a daemon that can record no rounds any more, until it can again`() async throws {
        let master = try await ReplayServer.start()
        let site = try Site(masters: master.url)
        let descriptor = try Self.listen(site.folder.file("n"))
        defer { close(descriptor) }
        let environment = Site.keys.merging(["NOTIFY_SOCKET": site.folder.file("n"), "WATCHDOG_USEC": "60000000"]) { $1 }
        // Files that may not grow are a full disk to whoever does not die of the signal.
        let shell = ["/bin/sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""]
        let daemon = try Program(["run", "--log-level", "debug", "--config", site.configuration], environment: environment, launcher: shell)
        try await daemon.waitFor("Round ended")
        try daemon.limitFiles(to: 0)
        try await daemon.waitFor("Round failed")
        _ = Self.received(descriptor)
        let failures = daemon.saidErrors.components(separatedBy: "Round failed").count - 1
        try await daemon.waitFor("Round failed", times: failures + 2)
        let silent = Self.received(descriptor)
        #expect(silent.count >= 2 && silent.allSatisfy { $0.hasPrefix("STATUS=no round could be recorded since ") }, "\(silent)")
        let rounds = daemon.saidErrors.components(separatedBy: "Round ended").count - 1
        try daemon.limitFiles(to: nil)
        try await daemon.waitFor("Round ended", times: rounds + 1)
        #expect(Self.received(descriptor).contains { $0.hasPrefix("WATCHDOG=1\nSTATUS=") })
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
        try await master.stop()
    }

    @Test func `hears of readiness though nothing could be read, and of what could not`() async throws {
        let site = try Site()
        let descriptor = try Self.listen(site.folder.file("n"))
        defer { close(descriptor) }
        let daemon = try site.start("run", "--log-level", "debug", environment: Site.keys.merging(["NOTIFY_SOCKET": site.folder.file("n")]) { $1 })
        try await daemon.waitFor("Round ended")
        daemon.signal(SIGTERM)
        #expect(try await daemon.end().code == 0)
        let first = try #require(Self.received(descriptor).first)
        #expect(first.hasPrefix("READY=1\nSTATUS=0 nodes, 0 findings firing, stale: agents, ") && first.contains("instances"), "\(first)")
    }
}
