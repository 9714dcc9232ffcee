import Foundation
import Running

/// What `make install` puts into a folder of its own, with the built program behind a small script: a copy of it would be large.
final class Installation: Sendable {
    /// `DESTDIR`, or empty where the prefix itself lies in the folder.
    let destination: String
    let prefix: String
    let configuration: String
    private let folder: TemporaryFolder
    private let program: String

    static let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL.path()

    /// - Parameter isStaged: for a package, by `DESTDIR`, with the paths of a system; else with paths that are there, for who looks them up.
    init(isStaged: Bool = true, prefix: String = "/usr") async throws {
        folder = try TemporaryFolder()
        destination = isStaged ? folder.file("stage") : ""
        self.prefix = isStaged ? prefix : folder.file("usr")
        configuration = isStaged ? "/etc" : folder.file("etc")
        program = try folder.write("#!/bin/sh\nexec '\(Program.built())' \"$@\"\n", "program")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        try await make("install")
    }

    /// A folder of the test's own.
    func file(_ name: String) -> String { folder.file(name) }

    /// Where something is that is meant to be at this path.
    func path(_ path: String) -> String { destination + path }

    func text(_ path: String) throws -> String { try String(contentsOfFile: self.path(path), encoding: .utf8) }

    @discardableResult func make(_ target: String, program: String? = nil) async throws -> Program.Ended {
        let ended = try await Self.run(
            "/usr/bin/make", "-s", target, "PREFIX=\(prefix)", "SYSCONFDIR=\(configuration)", "DESTDIR=\(destination)", "BINARY=\(program ?? self.program)",
            folder: Self.package)
        if program == nil, ended.code != 0 { throw Program.NeverSaid(description: "make \(target): \(ended.all)") }
        return ended
    }

    /// Every file that is there, with its mode: `755 /usr/bin/mayfly`. Sorted by path.
    var files: [String] {
        get throws { try listed(.typeRegular) }
    }

    var folders: [String] {
        get throws { try listed(.typeDirectory) }
    }

    private func listed(_ type: FileAttributeType) throws -> [String] {
        let root = destination.isEmpty ? folder.path : destination
        return try FileManager.default.subpathsOfDirectory(atPath: root).sorted().compactMap { path in
            let attributes = try FileManager.default.attributesOfItem(atPath: root + "/" + path)
            guard attributes[.type] as? FileAttributeType == type, let mode = attributes[.posixPermissions] as? NSNumber else { return nil }
            return "\(String(mode.intValue, radix: 8)) /\(path)"
        }
    }

    /// Runs a program of the system to its end.
    static func run(_ program: String, _ arguments: String..., environment: [String: String] = [:], folder: String? = nil) async throws -> Program.Ended {
        // The launcher is handed the built program first, which is not wanted here.
        try await Program(arguments, environment: environment, folder: folder, launcher: ["/bin/sh", "-c", "exec '\(program)' \"$@\""]).end()
    }

    static func has(_ program: String) -> Bool { ["/usr/bin/", "/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + program) } }
}
