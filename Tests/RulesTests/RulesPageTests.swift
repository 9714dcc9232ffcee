import Fleet
import Foundation
import Rules
import Testing

@Suite struct `The page about rules` {
    private static func page() throws -> String { try String(contentsOfFile: Repository.root + "/docs/rules.md", encoding: .utf8) }

    /// The fenced YAML blocks, in order.
    private static func examples() throws -> [String] {
        var blocks: [String] = []
        var block: [Substring]?
        for line in try page().split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```yaml" {
                block = []
            } else if line == "```", let lines = block {
                blocks.append(lines.joined(separator: "\n") + "\n")
                block = nil
            } else {
                block?.append(line)
            }
        }
        return blocks
    }

    @Test func `lists the shipped rules, with their verdicts`() throws {
        let rows = try Self.page().split(separator: "\n").filter { $0.hasPrefix("| `") }
        for rule in try RuleSet.load(directory: Repository.rules).rules {
            let row = rows.first { $0.contains("`\(rule.name)`") }
            #expect(row?.contains("| \(rule.identity.verdict.rawValue) |") == true, "docs/rules.md has no row, or another verdict, for \(rule.name)")
        }
    }

    @Test func `has examples that load`() throws {
        let examples = try Self.examples()
        #expect(examples.count == 4)
        for example in examples where !example.contains("rule_files") { #expect(Building.problems(example) == [], "\(example)") }
    }

    @Test func `has a test that passes`() throws {
        let examples = try Self.examples()
        let rules = try #require(examples.first)
        let test = try #require(examples.last)
        let (cases, problems) = RuleTests.run(RuleFile(path: "a.test.yaml", text: test)) { names throws(RuleFileErrors) in
            try RuleSet.parse(names.map { RuleFile(path: $0, text: rules) })
        }
        #expect(problems == [] && cases.count == 1 && cases.allSatisfy { $0.failures.isEmpty }, "\(cases) \(problems)")
    }

    @Test func `lists the functions that a condition may call`() throws {
        let page = try Self.page()
        let start = try #require(page.range(of: "<!-- functions -->"))
        let end = try #require(page.range(of: "<!-- end of functions -->"))
        let listed = page[start.upperBound..<end.lowerBound].split(separator: "`").map(String.init).filter {
            $0.contains { $0 != "," && $0 != " " && $0 != "\n" }
        }
        #expect(listed == ConditionFunctions.allowed.sorted())
    }

    @Test func `has a row for every key of a rule`() throws {
        let before = try Self.page().split(separator: "## The shipped rules").first ?? ""
        let rows = before.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { String($0.split(separator: "`")[1]) }
        #expect(rows == RuleReader.keys)
    }
}

@Suite struct `A rule test` {
    private static func failures(_ test: String) -> [String] {
        let rules = "version: 1\nrules:\n  - {name: a, when: asg = 'a', for: 2m, verdict: notify, summary: so}\n"
        let text = "rule_files: [a.yaml]\ntests:\n" + test
        let (cases, problems) = RuleTests.run(RuleFile(path: "a.test.yaml", text: text)) { names throws(RuleFileErrors) in
            try RuleSet.parse(names.map { RuleFile(path: $0, text: rules) })
        }
        return problems + cases.flatMap(\.failures).map(\.description)
    }

    private static func one(_ series: String, _ expect: String, more: String = "") -> String {
        "  - {name: t, nodes: [{id: i-a, facts: {asg: '\(series)'}}], expect: [{\(expect)}]\(more)}\n"
    }

    @Test func `fails with the time, what was expected, what came and why`() {
        #expect(
            Self.failures(Self.one("a x3", "at: 1m, rule: a, node: i-a, state: firing")) == [
                "at 1m (2026-01-05T00:01:00Z), rule a, node i-a: expected firing, got pending: it holds, and fires in 1m (asg = a)"
            ])
        #expect(
            Self.failures(Self.one("_", "at: 1m, rule: a, node: i-a, state: none")) == [
                "at 1m (2026-01-05T00:01:00Z), rule a, node i-a: expected none, got unknown: unknown because of asg; a fact that the test does not give is unknown (asg = unknown)"
            ])
        #expect(Self.failures(Self.one("a", "at: 2m, rule: a, node: i-a, state: firing, window: shut")).count == 1)
        #expect(Self.failures(Self.one("a", "at: 2m, rule: a, node: i-a, state: firing, window: open")) == [])
        #expect(Self.failures(Self.one("a", "at: 9m, rule: a, node: i-a, state: pending", more: ", skip: 1m..8m")) == [])
    }

    @Test func `says what is wrong with it`() {
        let bad: [(String, String)] = [
            (Self.one("a", "at: 90s, rule: a, node: i-a, state: firing"), "a.test.yaml:3:68: nobody looks at 1m 30s: looks are every 1m"),
            (Self.one("a", "at: 1m, rule: b, node: i-a, state: firing"), "there is no rule 'b'; did you mean a?"),
            (Self.one("a", "at: 1m, rule: a, node: i-b, state: firing"), "the test has no node 'i-b'"),
            (Self.one("a", "at: 1m, rule: a, node: i-a, state: fireing"), "did you mean firing?"),
            (Self.one("a,,b", "at: 1m, rule: a, node: i-a, state: none"), "asg cannot be ''"),
            (Self.one("a", "at: 1m, rule: a, node: i-a, state: none", more: ", unread: {agent: 1m..2m}"), "there is no source 'agent'"),
            (Self.one("a", "at: 1m, rule: a, node: i-a, state: none", more: ", skip: 2m..1m"), "must be a part of the test such as 5m..9m"),
            (Self.one("a", "at: 80d, rule: a, node: i-a, state: none"), "make the test smaller"),
            ("  - {name: t, nodes: [{id: i-a}, {id: i-a}], expect: []}\n", "stands twice"),
            (
                "  - {name: t, nodes: [{id: i-a, facts: {ags: b, mesos_state: lost, tasks: ten}}], expect: []}\n",
                "'ags' is no fact that can be given; did you mean asg?"
            ),
        ]
        for (test, words) in bad { #expect(Self.failures(test).contains { $0.contains(words) }, "\(test) \(Self.failures(test))") }
        #expect(RuleTests.run(paths: ["/nowhere"]).isGood == false)
        #expect(RuleTests.run(paths: [Repository.root + "/docs"]).text.contains("there is no *.test.yaml here"))
    }
}

@Suite struct `Checking rules` {
    @Test func `says what each does`() throws {
        let check = RuleCheck(
            try RuleSet.load(directory: Repository.rules), configured: [.agents, .tasks, .maintenance, .instances, .statuses, .images, .target("")],
            capacity: 37)
        let lost = try #require(check.rules.first { $0.rule == "agent-lost" })
        #expect(lost.limit == "20% (7 of 37 nodes)" && lost.findingClass == "failing" && lost.mode == "alert" && lost.holdFor == "10m" && lost.isReplayable)
        #expect(
            lost.columns == ["mesos_state", "system_status", "instance_status"] && lost.sources == ["agents", "maintenance", "statuses"] && lost.idle == nil)
        #expect(
            check.rules.filter { $0.idle != nil }.map(\.rule) == [
                "agent-lost-host-answers", "agent-lost-silent", "agent-lost-ssm-online", "agent-lost-unit-failing", "dcos-component-failing", "docker-failing",
                "ended-with-members", "host-silent", "unguarded-state",
            ])
        for source in ["services", "probe", "health", "ssm"] { #expect(check.text.contains("idle: reads \(source), which is not configured")) }
    }
}
