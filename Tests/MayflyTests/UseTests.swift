import Foundation
import Running
import Testing

private let commands = [
    ["run"], ["check"], ["status"], ["nodes"], ["explain"], ["services"], ["replacements"], ["history"], ["pause"], ["resume"], ["hold"], ["release"],
    ["approve"],
    ["replace"], ["cancel"], ["retry"], ["accept"], ["take-over"], ["doctor"], ["snapshot"], ["rules", "check"], ["rules", "test"],
    ["rules", "backtest"], ["demo"],
]

@Suite(.timeLimit(.minutes(2))) struct `The program` {
    @Test func `helps with every command, and gives examples`() async throws {
        for command in commands {
            let ended = try await Program(command + ["--help"]).end()
            #expect(ended.code == 0 && ended.errors.isEmpty, "\(command): \(ended.errors)")
            #expect(ended.output.contains("EXAMPLES") && ended.output.contains("mayfly \(command.joined(separator: " "))"), "\(command)")
            #expect(ended.output.contains("--help"))
        }
        let root = try await Program.run("--help")
        #expect(root.code == 0)
        for command in commands { #expect(root.output.contains("\n  \(command[0])"), "\(command)") }
        #expect(root.output.contains("EXIT CODES"))
    }

    @Test func `tells its version`() async throws {
        let ended = try await Program.run("--version")
        #expect(ended.code == 0 && ended.output.split(separator: ".").count == 3)
    }

    @Test func `calls wrong use wrong use`() async throws {
        for wrong in [
            ["--nonsense"], ["nonsense"], ["run", "--nonsense"], ["run", "--json"], ["explain"], ["history", "--since", "yesterday"],
            ["history", "--limit", "0"],
            ["run", "--log-level", "loud"], ["demo", "--speed", "0"], ["nodes", "surplus"],
        ] {
            let ended = try await Program(wrong).end()
            #expect(ended.code == 2, "\(wrong): \(ended.code) \(ended.all)")
            #expect(!ended.errors.isEmpty && ended.output.isEmpty, "\(wrong)")
        }
    }

    @Test func `calls a wrong setting in the environment wrong use`() async throws {
        for (name, value, words) in [("MAYFLY_LOG_LEVEL", "loud", "one of debug, info"), ("MAYFLY_LOG_FORMAT", "xml", "text or json")] {
            let ended = try await Program.run("run", "--once", environment: [name: value])
            #expect(ended.code == 2 && ended.errors.contains("\(name) must be \(words)"), "\(ended.errors)")
        }
    }

    @Test func `generates completions for each shell, with every command`() async throws {
        for (shell, word) in [("bash", "complete"), ("zsh", "#compdef"), ("fish", "complete -c")] {
            let ended = try await Program.run("--generate-completion-script", shell)
            #expect(ended.code == 0 && ended.output.contains(word), "\(shell)")
            let words = Set(ended.output.split { !$0.isLetter && $0 != "-" })
            for name in commands.joined() { #expect(words.contains(name[...]), "\(shell): \(name)") }
        }
    }
}

@Suite(.timeLimit(.minutes(2))) struct `A wrong configuration` {
    @Test func `that is missing is said to be so, with what to do`() async throws {
        for command in ["run", "check", "nodes", "history"] {
            let ended = try await Program.run(command, "--config", "/nonexistent/mayfly.yaml")
            #expect(ended.code == 2, "\(command)")
            #expect(ended.errors.contains("/nonexistent/mayfly.yaml") && ended.errors.contains("no such file") && ended.errors.contains("--config"))
        }
        let named = try await Program.run("check", "--offline", environment: ["MAYFLY_CONFIG": "/nonexistent/other.yaml"])
        #expect(named.code == 2 && named.errors.contains("/nonexistent/other.yaml"))
    }

    private static let good = """
        cluster: test
        mesos:
          masters: [http://127.0.0.1:1]
        pools:
          private:
            select: {tags: {Role: agent}}
        rules: {directory: rules}
        ledger: {path: mayfly.db}
        """

    @Test func `is refused with file and line, and leaves nothing behind`() async throws {
        let wrong: [(name: String, text: String, line: Int, words: String)] = [
            ("an unknown key", Self.good + "\nclustre: x", 9, "clustre"),
            ("an unknown key below", Self.good.replacing("masters:", with: "master:"), 3, "master"),
            ("a limit without end", Self.good + "\nlimits: {rate: []}", 9, "rate"),
            ("a mode that acts", Self.good + "\nmode: act", 9, "alert"),
            ("a number for a text", Self.good.replacing("cluster: test", with: "cluster: [a]"), 1, "cluster"),
            ("a text for a list", Self.good.replacing("[http://127.0.0.1:1]", with: "http://127.0.0.1:1"), 3, "masters"),
            ("no duration", Self.good.replacing("  masters:", with: "  interval: soon\n  masters:"), 3, "interval"),
            ("too short a duration", Self.good.replacing("  masters:", with: "  interval: 1ms\n  masters:"), 3, "interval"),
            ("no URL", Self.good.replacing("http://127.0.0.1:1", with: "127.0.0.1:5050"), 3, "URL"),
            ("a secret in a URL", Self.good.replacing("http://127.0.0.1:1", with: "http://u:p4ssw0rd@127.0.0.1:1"), 3, "secrets stand in files"),
            (
                "pools that overlap",
                Self.good.replacing(
                    "rules:", with: "  all:\n    select: {tags: {}, groups: [g], attributes: {}}\n  more:\n    select: {groups: [g, h]}\nrules:"), 9, "overlap"
            ),
            ("a selector of nothing", Self.good.replacing("{tags: {Role: agent}}", with: "{}"), 6, "select"),
            ("no image id", Self.good.replacing("rules:", with: "    image: {id: latest}\nrules:"), 7, "ami-"),
            ("a key twice", Self.good + "\ncluster: again", 1, "twice"),
            ("no YAML", Self.good + "\n}{", 9, "no YAML"),
            ("a user without a password", Self.good.replacing("  masters:", with: "  user: u\n  masters:"), 3, "password_file"),
            ("nothing required", "mode: alert", 1, "cluster"),
        ]
        for (name, text, line, words) in wrong {
            let folder = try TemporaryFolder()
            try folder.write(Site.rule, "rules/lost.yaml")
            let file = try folder.write(text, "mayfly.yaml")
            let before = folder.names
            for command in [["run", "--once"], ["check", "--offline"]].prefix(line == 9 ? 2 : 1) {
                let ended = try await Program(command + ["--config", file], environment: Site.keys).end()
                #expect(ended.code == 2, "\(name): \(ended.all)")
                #expect(ended.errors.contains("\(file):\(line)"), "\(name): \(ended.errors)")
                #expect(ended.errors.contains(words) && !ended.all.contains("p4ssw0rd"), "\(name): \(ended.errors)")
                #expect(folder.names == before, "\(name)")
            }
        }
    }

    @Test func `of rules is refused with file and line, and leaves nothing behind`() async throws {
        let conditions: [(name: String, when: String, words: String)] = [
            ("an unknown column", "mesos_stat = 'absent'", "mesos_stat"),
            ("a literal of another type", "launch_age > '10m'", "launch_age"),
            ("a value that it never has", "mesos_state = 'lost'", "mesos_state"),
            ("an aggregate", "count(*) > 1", "aggregate"),
            ("two expressions", "1; DELETE FROM node", "one expression"),
            ("a parameter", "mesos_state = ?", "parameter"),
            ("a write", "(DELETE FROM node)", "only reads"),
            ("the clock", "launch_age > strftime('%s','now')", "clock"),
            ("attaching", "load_extension('x')", "only reads"),
            ("a condition that never ends", "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT count(*) FROM c) > 0", ""),
            ("a gigabyte", "length(printf('%900000000d', 1)) > 1", ""),
        ]
        for (name, when, words) in conditions {
            let site = try Site()
            let rule = try site.folder.write(
                "version: 1\nrules:\n  - name: wrong\n    when: \"\(when)\"\n    verdict: notify\n    summary: x\n", "rules/wrong.yaml")
            let before = site.folder.names
            for command in ["run", "check", "nodes"].prefix(name == "an unknown column" ? 3 : 1) {
                let ended = try await site.run(command)
                #expect(ended.code == 2, "\(name): \(ended.code) \(ended.all)")
                #expect(ended.errors.contains("\(rule):4") || ended.errors.contains("\(rule):3"), "\(name): \(ended.errors)")
                #expect(ended.errors.contains("rule wrong") && (words.isEmpty || ended.errors.contains(words)), "\(name): \(ended.errors)")
                #expect(site.folder.names == before, "\(name)")
            }
        }
        let site = try Site()
        let file = try site.folder.write(
            """
            version: 1
            time_intervals:
              - name: day
                time_intervals:
                  - location: Europe/Nowhere
                    times: [{start_time: '09:00', end_time: '17:00'}]
            """, "rules/zone.yaml")
        let ended = try await site.run("check", "--offline")
        #expect(ended.code == 2 && ended.errors.contains("\(file):5") && ended.errors.contains("Europe/Nowhere"), "\(ended.errors)")
        let missing = try Site(rules: "/nonexistent/rules")
        let none = try await missing.run("run", "--once")
        #expect(none.code == 2 && none.errors.contains("/nonexistent/rules") && missing.folder.names == ["mayfly.yaml"], "\(none.errors)")
    }
}
