import Testing

@Suite struct `The code map in docs/ARCHITECTURE.md` {
    @Test func `has each target with the arrows of the module table`() throws {
        let page = try #require(Tree.here.file("docs/ARCHITECTURE.md"), "docs/ARCHITECTURE.md is missing")
        var seen: Set<String> = []
        for match in page.matches(#"^\| \[(\w+)\]\(\.\./Sources/(\w+)\) \| (.+) \| ([\w, ]+) \|$"#, in: .text) {
            let name = match.groups[1]
            seen.insert(name)
            let row = ModuleTable.rows[name]
            #expect(match.groups[2] == name, "\(page.path):\(match.line): links to \(match.groups[2])")
            let drawn = match.groups[4] == "none" ? "" : match.groups[4]
            #expect(row?.own.sorted().joined(separator: ", ") == drawn, "\(page.path):\(match.line): \(name) imports otherwise")
        }
        #expect(seen.sorted() == ModuleTable.rows.keys.sorted())
    }
}
