import Foundation
import Testing

@Suite struct `The sources` {
    private let tree = Tree.here

    /// Records an issue for each place where the pattern matches.
    private func forbid(
        _ pattern: String, in part: TextFile.Part = .code, of files: [TextFile], because reason: String, unless rule: Allowed.Rule? = nil
    ) {
        for file in files {
            if let rule, Allowed.permits(rule, at: file.path) { continue }
            for match in file.matches(pattern, in: part) {
                Issue.record("\(file.path):\(match.line): `\(match.groups[0].trimmingCharacters(in: .whitespacesAndNewlines))`: \(reason)")
            }
        }
    }

    @Test func `open the ledger through one connection only`() {
        forbid(
            #"\bDatabasePool\b"#, of: tree.swift,
            because: "SQLite before 3.51.3 can corrupt a WAL database that has two connections; use one DatabaseQueue (docs/decisions/0001)")
    }

    @Test func `never end the program over what the world may send`() {
        forbid(#"\btry!"#, of: tree.swift, because: "throw, or handle the error")
        forbid(#"\bfatalError\("#, of: tree.swift, because: "throw for what the world can do; `precondition` for what only a bug can break")
    }

    @Test func `start no task that nobody waits for`() {
        forbid(#"\bTask\.detached\b"#, of: tree.swift, because: "use a task group, or a `@concurrent` function")
    }

    @Test func `leave the proof of Sendable to the compiler`() {
        forbid(
            #"@unchecked\s+Sendable\b"#, of: tree.swift, because: "prove it, or give a reason in Tests/TidyTests/Allowed.swift",
            unless: .uncheckedSendable)
    }

    @Test func `never swallow the cancellation of a sleep`() {
        forbid(#"\btry\?\s+await\b[^\n]*\bsleep\b"#, of: tree.swift, because: "in a cancelled task the loop around it spins")
    }

    @Test func `keep away from the slow and the unsafe parts of Foundation`() {
        let reasons = [
            ("JSONSerialization", "ten times slower than JSONDecoder on lists, and untyped"),
            ("ISO8601DateFormatter", "a hundred times slower than Timestamp(iso8601:), and unsafe when shared"),
            ("DateFormatter", "a hundred times slower than Timestamp(iso8601:), and unsafe when shared"),
            ("URLSession", "crashes at tear-down on Linux; use Wire"),
            ("FoundationNetworking", "brings libcurl and its crashes; use Wire"),
        ]
        for (name, reason) in reasons { forbid(#"\b"# + name + #"\b"#, of: tree.swift, because: reason) }
    }

    @Test func `show nothing outside the package`() {
        forbid(
            #"(?:^|[ \t])public[ \t]+(?:final|static|class|struct|enum|actor|protocol|func|init|var|let|typealias|extension|import|indirect|mutating|subscript)\b"#,
            of: tree.sources.filter { $0.target != "mayfly" }, because: "access between the modules is `package`")
    }

    @Test func `write to standard output only in the program itself`() {
        forbid(
            #"(?<![.\w`])(?:debugPrint|print|dump)\((?![^\n]*\bto: &)"#,
            of: tree.swift.filter { $0.target != "mayfly" && !["Benchmarks/", "Tools/"].contains(where: $0.path.hasPrefix) },
            because: "the log is for what the daemon says; standard output belongs to the commands in Sources/mayfly")
    }

    @Test func `hold SQL in the ledger and in the facts database only`() {
        forbid(
            #"\b(?:SELECT\s.*\bFROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(?:TABLE|INDEX|UNIQUE|VIEW|TRIGGER)|DROP\s+TABLE|"#
                + #"PRAGMA\s+\w+|VACUUM\s+INTO|ATTACH\s+DATABASE)\b"#,
            in: .literals, of: tree.sources.filter { $0.target != "Ledger" && $0.target != "Rules" },
            because: "SQL stands in Ledger, in the facts database of Rules and in conditions, nowhere else")
    }

    @Test func `have functions of at most 70 lines, or say why`() {
        for file in tree.swift where !Allowed.permits(.functionLength, at: file.path) {
            let lines = file.lines
            for function in Functions(code: file.code).found where function.lineCount > 70 {
                let said = lines[max(0, function.line - 12)..<min(lines.count, function.line + 1)].contains { $0.contains("// long: ") }
                if !said {
                    Issue.record("\(file.path):\(function.line): \(function.lineCount) lines, at most 70; split it, or say above it why not: `// long: …`")
                }
            }
        }
    }

    @Test func `have files of at most 500 lines, or say why`() {
        for file in tree.swift where file.lineCount > 500 && !file.text.contains("// long file: ") {
            Issue.record("\(file.path):1: \(file.lineCount) lines, at most 500; split it, or say why not: `// long file: …`")
        }
    }

    @Test func `name types for what they are`() {
        let suffixes = "Manager|Helper|Helpers|Util|Utils|Utility|Utilities|Common|Base|Impl|Info"
        forbid(
            #"\b(?:struct|class|enum|actor|protocol|typealias)\s+\w*(?:"# + suffixes + #")\b(?!\s*\()"#, of: tree.swift,
            because: "a name that says nothing of what the type holds or does")
    }

    @Test func `use every exception that they were granted`() {
        for exception in Allowed.exceptions {
            guard let file = tree.file(exception.path) else {
                Issue.record("Tests/TidyTests/Allowed.swift: \(exception.path) is gone; take its exception out")
                continue
            }
            let isNeeded =
                switch exception.rule {
                case .uncheckedSendable: !file.matches(#"@unchecked\s+Sendable\b"#).isEmpty
                case .functionLength: Functions(code: file.code).found.contains { $0.lineCount > 70 }
                case .moduleName: !ModuleTable.typesNamedLikeModules(in: file).isEmpty
                }
            #expect(isNeeded, "\(exception.path) no longer has \(exception.rule.rawValue); take its exception out of Tests/TidyTests/Allowed.swift")
            #expect(!exception.reason.isEmpty)
        }
    }
}
