import Foundation
import Testing

@Suite struct `The repository` {
    private let tree = Tree.here

    @Test func `has nothing that is still to be done`() {
        // Spelled so that this file does not find itself.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].joined(separator: "|")
        forbid(#"\b(?:"# + words + #")\b"#, because: "do it, or write down in docs/ that it is absent")
    }

    @Test func `knows no place outside itself`() {
        // `/home/u` and `/home/user` are nobody's.
        let folders = ["work", "home", "root", "Users", "opt/swift"].joined(separator: "|")
        forbid(#"(?<![\w.~>}/-])/(?:"# + folders + #")/(?!u\b|user\b)[\w.]+"#, because: "a path of one machine")
        forbid(#"\.\./shared/"#, because: "a path outside the repository")
    }

    @Test func `speaks of what it is and not of how it came to be`() {
        let words = ["issue #?\\d", "session \\d", "pull request #?\\d", "co-authored" + "-by", "language" + " model", "as an " + "AI"]
        forbid(#"(?i)\b(?:"# + words.joined(separator: "|") + #")"#, because: "a document speaks of the program; history lies in the commits")
    }

    @Test func `tracks nothing that a tool makes`() throws {
        guard let tracked = try trackedFiles() else { return }
        let made = tracked.filter { path in
            let parts = path.split(separator: "/")
            let folder = parts.dropLast().contains { $0 == ".build" || $0.hasPrefix(".build-") || $0 == ".venv" || $0 == ".bench" || $0 == "__pycache__" }
            let isDatabase = [".db", ".db-wal", ".db-shm", ".sqlite"].contains { path.hasSuffix($0) } && !path.hasPrefix("Tests/Fixtures/")
            return folder || parts.last == "Package.resolved" || isDatabase
        }
        #expect(made.isEmpty, "take these out of git: \(made.sorted())")
    }

    @Test func `has the licence that it says it has`() throws {
        let licence = try String(contentsOf: tree.root.appending(path: "LICENSE"), encoding: .utf8)
        #expect(licence.contains("Apache License") && licence.contains("Version 2.0, January 2004"))
    }

    /// In all text that people wrote. `LICENSE` and captures are not ours.
    private func forbid(_ pattern: String, because reason: String) {
        for file in tree.files where file.path != "Tests/TidyTests/RepositoryTests.swift" {
            for match in file.matches(pattern, in: .text) { Issue.record("\(file.path):\(match.line): `\(match.groups[0])`: \(reason)") }
        }
    }

    /// The paths in git's index, or nil where this is no clone or git is not there: an unpacked archive has nothing to be asked.
    private func trackedFiles() throws -> [String]? {
        guard tree.exists(".git") else { return nil }
        let git = Process()
        let output = Pipe()
        git.executableURL = URL(filePath: "/usr/bin/env")
        // The owner of a checkout in a container is often another user than the one who tests.
        git.arguments = ["git", "-c", "safe.directory=*", "-C", tree.root.path, "ls-files", "-z"]
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        git.standardInput = FileHandle.nullDevice
        try git.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        git.waitUntilExit()
        guard git.terminationStatus == 0 else { return nil }
        return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
