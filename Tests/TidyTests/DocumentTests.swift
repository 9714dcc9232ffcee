import Foundation
import Testing

@Suite struct `The documents` {
    private let tree = Tree.here

    private struct Link {
        let line: Int
        /// The path from the root, with `..` and `.` taken out; nil when it leads out of the tree.
        let path: String?
        let fragment: String
        let text: String
    }

    /// Links to places in the tree. Those in code, between back-ticks or in blocks, are examples; a link whose text is code is a link.
    private func links(of file: TextFile) -> [Link] {
        TextFile(path: file.path, text: prose(of: file)).matches(#"\]\(([^)\s]+)[^)]*\)"#, in: .text).compactMap { match in
            let text = match.groups[1]
            if text.contains("://") || text.hasPrefix("mailto:") { return nil }
            let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let folder = file.path.split(separator: "/").dropLast().map(String.init)
            return Link(
                line: match.line, path: parts[0].isEmpty ? file.path : Self.resolve(String(parts[0]), in: folder),
                fragment: parts.count > 1 ? String(parts[1]) : "", text: text)
        }
    }

    /// The text with all that is code blanked out, line for line.
    private func prose(of file: TextFile) -> String {
        var isCode = false
        var prose = ""
        for line in file.lines {
            let isFence = line.drop(while: { $0 == " " }).hasPrefix("```")
            if isFence { isCode.toggle() }
            prose += (isCode || isFence ? "" : line) + "\n"
        }
        // Code between back-ticks ends with as many as it began with, in the same paragraph.
        return prose.replacing(/(?<ticks>`+)(?!`)(?:(?!\n\n)[\s\S])*?[^`]\k<ticks>(?!`)/) { code in code.output.0.filter { $0 == "\n" } }
    }

    private static func resolve(_ path: String, in folder: [String]) -> String? {
        var parts = path.hasPrefix("/") ? [] : folder
        for part in path.split(separator: "/") {
            if part == ".." {
                if parts.popLast() == nil { return nil }
            } else if part != "." {
                parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }

    /// The anchors that a page's headings get: lower case, letters, digits, `-` and `_` kept, spaces as hyphens.
    private func anchors(of file: TextFile) -> Set<String> {
        Set(
            file.matches(#"^#{1,6} +(.+?) *$"#, in: .text).map { match in
                String(match.groups[1].lowercased().compactMap { $0 == " " ? "-" : $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : nil })
            })
    }

    @Test func `link only to what is there`() {
        for file in tree.documents {
            for link in links(of: file) {
                guard let path = link.path, tree.exists(path) else {
                    Issue.record("\(file.path):\(link.line): \(link.text) leads nowhere")
                    continue
                }
                if !link.fragment.isEmpty, let page = tree.file(path), !anchors(of: page).contains(link.fragment) {
                    Issue.record("\(file.path):\(link.line): \(link.text): \(path) has no such heading")
                }
            }
        }
    }

    @Test func `link also by words that are code, and not by code that looks like a link`() {
        let page = TextFile(
            path: "docs/page.md",
            text: """
                A [`Name`](a.md), [two `words`](../b.md#here), a [`code` and more](c.md) and `[an](example.md)`,
                which ``[`is`](none.md)``, and a lone ` before [what](d.md) ends the paragraph.

                [A line
                further](e.md "with a title")
                ```text
                [an](example.md)
                ```
                [Last](#here)
                """)
        let found = links(of: page)
        #expect(found.map { $0.path ?? "nowhere" } == ["docs/a.md", "b.md", "docs/c.md", "docs/d.md", "docs/e.md", "docs/page.md"])
        #expect(found.map(\.line) == [1, 1, 1, 2, 5, 9] && found.map(\.fragment) == ["", "here", "", "", "", "here"])
    }

    @Test func `name only tests that are there`() {
        var count = 0
        for file in tree.documents {
            let folder = file.path.split(separator: "/").dropLast().map(String.init)
            for match in file.matches(#"\[[Tt]est\]\(([^)\s]+\.swift)\):\s+`([^`\n]+)`"#, in: .text) {
                count += 1
                let source = Self.resolve(match.groups[1], in: folder).flatMap(tree.file)
                #expect(source?.text.contains("func `\(match.groups[2])`(") == true, "\(file.path):\(match.line): no test `\(match.groups[2])` there")
            }
        }
        #expect(count > 40, "the documents name their tests in another way now")
    }

    @Test func `are each found from the README or from the architecture page`() {
        let entrances = ["README.md", "docs/ARCHITECTURE.md"].compactMap(tree.file)
        if entrances.isEmpty { return }
        let reached = Set(entrances.flatMap(links).compactMap(\.path))
        for page in tree.documents where page.path.hasPrefix("docs/") && page.path != "docs/ARCHITECTURE.md" {
            let folder = page.path.split(separator: "/").dropLast().joined(separator: "/")
            let index = tree.file(folder + "/README.md")
            let isListed = folder != "docs" && page.path != index?.path && index.map { links(of: $0).contains { $0.path == page.path } } == true
            if !reached.contains(page.path), !reached.contains(folder) || index?.path != page.path, !isListed {
                Issue.record("\(page.path):1: neither README.md nor docs/ARCHITECTURE.md links to it")
            }
        }
    }
}
