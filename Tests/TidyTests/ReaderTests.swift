import Testing

/// The tests above are only as good as their readers.
@Suite struct `The tidy tests' readers` {
    @Test func `take comments and literals out of code, line for line`() {
        let text = """
            let a = "one // two" // three
            /* four /* five */ six */ let b = #"seven "eight" \\(nine)"#
            let c = "ten \\(eleven("twelve")) thirteen"
            """
        let file = TextFile(path: "a.swift", text: text)
        #expect(file.lineCount == file.code.utf8.count { $0 == 10 })
        for word in ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "thirteen"] {
            #expect(file.matches("\\b\(word)\\b").isEmpty, "\(word) is no code")
        }
        #expect(file.matches("\\beleven\\b").map(\.line) == [3])
        #expect(file.matches("\\bseven\\b", in: .literals).map(\.line) == [2])
        #expect(file.matches("\\btwelve\\b", in: .literals).map(\.line) == [3])
        #expect(file.matches("\\bthree|four|eleven\\b", in: .literals).isEmpty)
    }

    @Test func `read to the end of a literal over several lines`() {
        let quotes = String(repeating: "\"", count: 3)
        let file = TextFile(path: "a.swift", text: "let a = \(quotes)\n  fatal \"one\" \\\n  two\n  \(quotes)\nlet b = 1\n")
        #expect(file.matches("fatal|one|two").isEmpty)
        #expect(file.matches("let").map(\.line) == [1, 5])
    }

    @Test func `count a function's lines from its keyword to its brace`() {
        let code = """
            struct A {
                var b: Int {
                    1
                }
                init() {}
                func c() {
                    d.map {
                        e
                    }
                }
            }
            """
        #expect(Functions(code: code).found.map { [$0.line, $0.lastLine] } == [[2, 4], [5, 5], [6, 10]])
    }

    @Test func `see the arrows of a manifest`() {
        let manifest = Manifest(
            TextFile(
                path: "Package.swift",
                text: """
                    let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
                    .package(url: "https://example.com/jpsim/Yams", exact: "6.2.2")
                    target("Fleet"),
                    target("Rules", ["Fleet", yams, other]),
                    .executableTarget(
                        name: "mayfly",
                        dependencies: ["Fleet"],
                    """))
        #expect(manifest.targets.map(\.name).sorted() == ["Fleet", "Rules", "mayfly"])
        #expect(manifest.targets.first { $0.name == "Rules" }?.own == ["Fleet"])
        #expect(manifest.targets.first { $0.name == "Rules" }?.products == ["Yams"])
        #expect(manifest.targets.first { $0.name == "Rules" }?.unknown == ["other"])
        #expect(manifest.packages.map(\.name) == ["Yams"])
    }
}
