import Foundation
import Testing

/// A page of the documentation, with parts that are made from the code.
///
/// Such a part stands between `<!-- begin NAME … -->` and `<!-- end NAME -->`. With `MAYFLY_WRITE_DOCS=1` in the environment the parts are
/// written anew, and otherwise compared.
struct Page {
    /// From the root, with slashes.
    let path: String
    let text: String

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let howToRefresh = "run MAYFLY_WRITE_DOCS=1 swift test --filter DocumentationTests, and look at the difference"
    private static let writes = ProcessInfo.processInfo.environment["MAYFLY_WRITE_DOCS"] == "1"

    init(_ path: String) throws {
        self.path = path
        text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// Compares parts by name with what the code says of them, or writes them.
    func check(_ parts: [(name: String, content: String)]) throws {
        var made = text
        for part in parts {
            let begin = try #require(made.range(of: "<!-- begin \(part.name):"), "\(path) has no part '\(part.name)'")
            let head = try #require(made.range(of: "-->\n", range: begin.upperBound..<made.endIndex), "\(path): the mark of '\(part.name)' does not end")
            let end = try #require(made.range(of: "<!-- end \(part.name) -->", range: head.upperBound..<made.endIndex), "\(path): '\(part.name)' does not end")
            let content = "\n\(part.content)\n\n"
            if !Self.writes {
                #expect(made[head.upperBound..<end.lowerBound] == content, "\(path): '\(part.name)' is not what the code says; \(Self.howToRefresh)")
            }
            made.replaceSubrange(head.upperBound..<end.lowerBound, with: content)
        }
        if Self.writes, made != text { try Data(made.utf8).write(to: Self.root.appending(path: path)) }
    }

    /// The code blocks in a language, each with the line after its fence.
    func blocks(of language: String) -> [(line: Int, text: String)] {
        var blocks: [(line: Int, text: String)] = []
        var open: (line: Int, text: [Substring])?
        for (index, line) in lines.enumerated() {
            if let block = open {
                if line.hasPrefix("```") {
                    blocks.append((block.line, block.text.joined(separator: "\n") + "\n"))
                    open = nil
                } else {
                    open = (block.line, block.text + [line])
                }
            } else if line == "```" + language {
                open = (index + 2, [])
            }
        }
        return blocks
    }

    /// A table in Markdown.
    static func table(_ header: [String], _ rows: [[String]]) -> String {
        ([header, header.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    /// Every file of a kind below a folder, from the root. Sorted.
    static func files(below folder: String, ending: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path).filter { $0.hasSuffix(ending) }.map { folder + "/" + $0 }
            .sorted()
    }

    /// All text of a folder's Swift files.
    static func sources(in folder: String) throws -> String {
        try files(below: folder, ending: ".swift").map { try Page($0).text }.joined(separator: "\n")
    }
}
