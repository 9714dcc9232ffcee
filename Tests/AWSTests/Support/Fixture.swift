import Foundation

/// The recorded requests and answers in `Tests/Fixtures`.
enum Fixture {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

    static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: root.appending(path: path))) }
    static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    /// Names in a folder, sorted.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path).sorted()
    }

    struct Message {
        var start: String
        var headers: [(name: String, value: String)]
        var body: [UInt8]
        var status: Int { Int(start.split(separator: " ")[1]) ?? 0 }
    }

    /// An `.http` file of `aws/`: start line, headers, body.
    static func message(_ name: String) throws -> Message {
        let all = try bytes("aws/" + name)
        let separator: [UInt8] = [13, 10, 13, 10]
        let split = all.firstRange(of: separator) ?? all.endIndex..<all.endIndex
        let lines = String(decoding: all[..<split.lowerBound], as: UTF8.self).split(separator: "\r\n").map(String.init)
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        return Message(start: lines[0], headers: headers, body: Array(all[split.upperBound...]))
    }

    /// What the `gzip` program makes of a packed fixture.
    static func unpacked(_ path: String) throws -> [UInt8] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", root.appending(path: path).path]
        process.standardOutput = output
        try process.run()
        return [UInt8](try output.fileHandleForReading.readToEnd() ?? Data())
    }
}

/// A generator with a seed, so that what failed can be run again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
