import FoundationEssentials

/// The recorded answers of real services.
enum Recorded {
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

    static func bytes(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: directory.appending(path: path))) }

    static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    /// The body of a whole recorded response: what follows the first empty line.
    static func body(_ path: String) throws -> [UInt8] {
        let all = try bytes(path)
        for place in all.indices {
            for separator in ["\r\n\r\n", "\n\n"] where all[place...].starts(with: separator.utf8) { return Array(all[(place + separator.utf8.count)...]) }
        }
        return []
    }

    /// The status in the lines that begin with `< `, or in the first line of a whole response.
    static func status(_ path: String) throws -> Int? {
        let lines = try text(path).split(whereSeparator: \.isNewline)
        let line = lines.first { $0.hasPrefix("< HTTP/1.1 ") }.map { $0.dropFirst(2) } ?? lines.first
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }

    /// The file names of a folder that end so, sorted.
    static func names(in folder: String, suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.appending(path: folder).path).filter { $0.hasSuffix(suffix) }.sorted().map {
            folder + "/" + $0
        }
    }
}
