import Foundation
import Testing

@Suite struct `What pages tell people to type` {
    private static func pages() throws -> [Page] {
        try [Page("README.md")] + Page.files(below: "docs", ending: ".md").map(Page.init)
    }

    /// In code, inline or in blocks.
    private static func code(of page: Page) -> [(line: Int, text: String)] {
        var isBlock = false
        var found: [(line: Int, text: String)] = []
        for (index, line) in page.lines.enumerated() {
            if line.hasPrefix("```") {
                isBlock.toggle()
            } else if isBlock || line.hasPrefix("    ") {
                found.append((index + 1, String(line)))
            } else {
                for match in line.matches(of: /`([^`]+)`/) { found.append((index + 1, String(match.output.1))) }
            }
        }
        return found
    }

    @Test func `is a target of the Makefile`() throws {
        let targets = Set(try Page("Makefile").text.matches(of: /(?m)^([a-z-]+):/).map { String($0.output.1) })
        #expect(targets.contains("demo"))
        for page in try Self.pages() {
            for code in Self.code(of: page) {
                for match in code.text.matches(of: /(?:^\s*|&& )make ([a-z][a-z-]*)/) where !targets.contains(String(match.output.1)) {
                    // What `apt-get install -y make git` installs is no target.
                    if code.text.contains("apt-get") { continue }
                    Issue.record("\(page.path):\(code.line): there is no `make \(match.output.1)`")
                }
            }
        }
    }

    @Test func `is a command of the program`() throws {
        let text = try Page.sources(in: "Sources/mayfly")
        let root = try #require(try Page("Sources/mayfly/Mayfly.swift").text.firstMatch(of: /subcommands: \[([^\]]+)\]/))
        var commands: Set<String> = []
        for type in root.output.1.matches(of: /(\w+)\.self/) {
            let name = String(type.output.1)
            let start = try #require(text.range(of: "struct \(name): "), "no file has \(name)")
            let own = text[start.upperBound...].prefix(200).firstMatch(of: /commandName: "(\w+)"/)
            commands.insert(own.map { String($0.output.1) } ?? name.lowercased())
        }
        #expect(commands.isSuperset(of: ["run", "check", "nodes", "explain", "history", "rules", "demo"]))
        for page in try Self.pages() {
            for code in Self.code(of: page) {
                for match in code.text.matches(of: /(?:^|\s|\/)mayfly ([a-z]+)(?=$|\s)/) where !commands.contains(String(match.output.1)) {
                    Issue.record("\(page.path):\(code.line): there is no command `mayfly \(match.output.1)`")
                }
            }
        }
    }
}
