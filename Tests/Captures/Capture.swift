package import Fleet
package import Foundation

/// One recorded answer of a real master: the body as it was sent, and what stood around it.
package struct Capture: Sendable {
    /// `04-states/active.GET_AGENTS`.
    package let name: String
    /// When it was recorded.
    package let time: Timestamp
    package let status: Int
    package let contentType: String?
    package let isGzip: Bool
    package let body: [UInt8]

    /// The folder with all recorded answers.
    package static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

    package struct Unreadable: Error { package let text: String }

    /// Reads `<area>/<name>.http` and the body beside it.
    package init(_ name: String, area: String = "mesos") throws {
        let base = Self.fixtures.appending(path: area).appending(path: name)
        let lines = try String(contentsOf: base.appendingPathExtension("http"), encoding: .utf8).split(separator: "\n")
        guard let first = lines.first?.split(separator: ","), let time = first.first.flatMap({ Timestamp(iso8601: $0.dropFirst("# captured ".count)) }),
            let status = lines.first(where: { $0.hasPrefix("< HTTP/1.1 ") })?.split(separator: " ").dropFirst(2).first.flatMap({ Int($0) })
        else { throw Unreadable(text: "\(name).http has no time or no status") }
        func header(_ name: String) -> String? {
            lines.first { $0.lowercased().hasPrefix("< \(name): ") }.map { String($0.dropFirst(name.count + 4)).trimmingCharacters(in: .whitespaces) }
        }
        let file = ["json", "txt", "json.gz"].map { base.appendingPathExtension($0) }.first { FileManager.default.fileExists(atPath: $0.path()) }
        guard let file else { throw Unreadable(text: "\(name) has no body") }
        self.name = name
        self.time = time
        self.status = status
        contentType = header("content-type")
        isGzip = header("content-encoding") == "gzip"
        body = [UInt8](try Data(contentsOf: file))
    }

    /// The names of all answers of a folder whose name contains a call, sorted: `names("04-states", "GET_AGENTS")`.
    package static func names(_ folder: String, _ call: String, area: String = "mesos") throws -> [String] {
        let files = try FileManager.default.contentsOfDirectory(atPath: fixtures.appending(path: area).appending(path: folder).path())
        return files.filter { $0.hasSuffix(".http") && $0.contains(call) }.map { folder + "/" + $0.dropLast(5) }.sorted()
    }
}
