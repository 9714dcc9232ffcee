import Foundation

/// The repository as it lies on the disk: every text file that people wrote.
///
/// Found from this file's own place, so the tests read the tree that they were compiled from, wherever it lies.
struct Tree: CustomStringConvertible {
    let root: URL
    /// Sorted by path. Captures (`Tests/Fixtures`) and what tools made (folders that begin with a dot) are left out.
    let files: [TextFile]

    static let here = Tree(root: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent())

    init(root: URL) {
        self.root = root
        files = Self.paths(under: root).sorted().compactMap { path in
            guard let data = try? Data(contentsOf: root.appending(path: path)), let text = String(data: data, encoding: .utf8) else { return nil }
            return TextFile(path: path, text: text)
        }
    }

    /// Short, for a failing expectation prints it.
    var description: String { "the tree at \(root.path) with \(files.count) files" }

    var swift: [TextFile] { files.filter { $0.path.hasSuffix(".swift") } }
    var sources: [TextFile] { swift.filter { $0.path.hasPrefix("Sources/") } }
    var documents: [TextFile] { files.filter { $0.path.hasSuffix(".md") } }

    func file(_ path: String) -> TextFile? { files.first { $0.path == path } }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root.appending(path: path).path) }

    private static let kept: Set<String> = [".ci"]
    private static let skipped: Set<String> = ["Tests/Fixtures"]
    private static let endings: Set<String> = ["swift", "md", "py", "sh", "yaml", "yml", "txt", "service", "h", "modulemap"]
    private static let names: Set<String> = ["Makefile", "run", "NOTICE"]

    private static func paths(under root: URL, at folder: String = "") -> [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
        return entries.flatMap { name -> [String] in
            let path = folder.isEmpty ? name : folder + "/" + name
            if (name.hasPrefix(".") && !kept.contains(name)) || name == "__pycache__" || skipped.contains(path) { return [] }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isFolder) else { return [] }
            if isFolder.boolValue { return paths(under: root, at: path) }
            let ending = name.split(separator: ".").last.map(String.init) ?? ""
            return endings.contains(ending) || names.contains(name) || path.hasPrefix("scripts/") ? [path] : []
        }
    }
}

/// One text file; a Swift file also as its code alone and its literals alone.
struct TextFile: CustomStringConvertible {
    /// From the root, with slashes.
    let path: String
    let text: String
    /// The text with comments and the contents of string literals blanked out, line for line; for other than Swift the text itself.
    let code: String
    /// The text with all but the contents of string literals blanked out, line for line; empty for other than Swift.
    let literals: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
        if path.hasSuffix(".swift") {
            var split = SwiftText(text)
            split.run()
            code = String(decoding: split.code, as: UTF8.self)
            literals = String(decoding: split.literals, as: UTF8.self)
        } else {
            code = text
            literals = ""
        }
    }

    var description: String { path }

    /// The target's name for a file under `Sources/`.
    var target: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var lineCount: Int { text.utf8.count { $0 == UInt8(ascii: "\n") } }

    /// A part of a file that can be searched.
    enum Part { case text, code, literals }

    struct Match {
        let line: Int
        /// The whole match, then each group's text, empty for a group that took no part.
        let groups: [String]
    }

    /// Where a regular expression matches; `^` and `$` are a line's ends.
    func matches(_ pattern: String, in part: Part = .code) -> [Match] {
        let searched =
            switch part {
            case .text: text
            case .code: code
            case .literals: literals
            }
        guard let expression = try? NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines]) else {
            return [Match(line: 0, groups: ["not a regular expression: \(pattern)"])]
        }
        let whole = searched as NSString
        var line = 1
        var counted = 0
        return expression.matches(in: searched, range: NSRange(location: 0, length: whole.length)).map { found in
            line += whole.substring(with: NSRange(location: counted, length: found.range.location - counted)).utf8.count { $0 == UInt8(ascii: "\n") }
            counted = found.range.location
            let groups = (0..<found.numberOfRanges).map { found.range(at: $0).location == NSNotFound ? "" : whole.substring(with: found.range(at: $0)) }
            return Match(line: line, groups: groups)
        }
    }
}
