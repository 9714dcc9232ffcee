import Fleet
import Foundation
import Glibc

@testable import Hosts

/// A real OpenSSH server on a free port of 127.0.0.1, with keys of its own, for as long as this object lives, and never longer than this process.
final class SSHServer: Sendable {
    /// Where Debian and others put it. Nil: it is not installed.
    static let program = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].first { FileManager.default.isExecutableFile(atPath: $0) }
    static let isThere = program != nil

    let folder: URL
    let port: Int
    private let process: Process
    private let input: Pipe

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    init() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mayfly-sshd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for key in ["host", "user", "stranger"] { try Self.makeKey(folder.appending(path: key).path) }
        let port = try Self.freePort()
        let file = { (name: String) in folder.appending(path: name).path }
        try FileManager.default.copyItem(atPath: file("user.pub"), toPath: file("authorized"))
        let config = """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(file("host"))
            AuthorizedKeysFile \(file("authorized"))
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            PrintMotd no
            """
        try config.write(toFile: file("config"), atomically: true, encoding: .utf8)
        // Where a server that root starts keeps its empty folder.
        if getuid() == 0 { try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true) }
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", #""$@" & server=$!; cat >/dev/null; kill $server"#, "sshd", Self.program ?? "sshd", "-D", "-e", "-f", file("config")]
        process.standardInput = input
        process.standardError = output
        try process.run()
        (self.folder, self.port, self.process, self.input) = (folder, port, process, input)
        var said = ""
        for try await line in Self.lines(of: output) {
            said += line + "\n"
            if line.contains("Server listening") {
                try "\(knownName) \(publicKey("host"))\n".write(toFile: file("known_hosts"), atomically: true, encoding: .utf8)
                return
            }
        }
        throw Failed(description: "sshd did not start: \(said)")
    }

    deinit {
        try? input.fileHandleForWriting.close()
        try? FileManager.default.removeItem(at: folder)
    }

    private var knownName: String { "[127.0.0.1]:\(port)" }

    private func publicKey(_ name: String) throws -> String {
        try String(contentsOfFile: path("\(name).pub"), encoding: .utf8).split(separator: " ").prefix(2).joined(separator: " ")
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// Another file of known hosts, in which the host has the key of somebody else, or none.
    func knownHosts(showing key: String?) throws -> String {
        let name = "known-\(key ?? "none")"
        try (key.map { "\(knownName) \(try publicKey($0))\n" } ?? "").write(toFile: path(name), atomically: true, encoding: .utf8)
        return path(name)
    }

    var settings: SSHSettings {
        let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? ""
        return SSHSettings(user: user, port: port, identity: path("user"), knownHosts: path("known_hosts"), connectTimeout: .seconds(10))
    }

    private static func address(_ text: String) throws -> Address {
        guard let address = Address(text) else { throw Failed(description: "\(text) is no address") }
        return address
    }

    /// Runs lines over SSH, as the settings say after this change.
    ///
    /// - Parameter host: another than this server's.
    func run(
        _ lines: String..., on host: String = "127.0.0.1", values: [HostCommand.Value] = [], endsWithin: Duration = .seconds(60),
        changing change: (inout SSHSettings) -> Void = { _ in }
    ) async throws -> SSHOutcome {
        var settings = settings
        change(&settings)
        return try await SSHClient(settings).run(HostCommand(.leave, lines: lines, values: values), on: try Self.address(host), endsWithin: endsWithin)
    }

    private static func makeKey(_ path: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(description: "ssh-keygen ended with \(process.terminationStatus)") }
    }

    /// One that nobody listened on a moment ago.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0 }
        }
        guard isBound else { throw Failed(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func lines(of pipe: Pipe) -> AsyncStream<String> {
        let (lines, more) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(256))
        Thread.detachNewThread {
            while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
                for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) { more.yield(String(line)) }
            }
            more.finish()
        }
        return lines
    }
}
