import Fleet
import Rules
import Testing
import Windows

@Suite struct `Rule files` {
    private static let head = "version: 1\nrules:\n"
    private static let good = "  - {name: a, when: tasks > 1, verdict: notify, summary: so}\n"

    private static func interval(_ item: String) -> String {
        "version: 1\ntime_intervals:\n  - name: hours\n    time_intervals:\n      - \(item)\n"
    }

    private static let bad: [(text: String, problems: [String])] = [
        ("", ["a.yaml: the file is empty; write a mapping"]),
        ("- a\n", ["a.yaml:1:1: the value must be a mapping (key: value), not a list"]),
        ("rules: []\n", ["a.yaml:1:1: 'version' is missing; add it"]),
        ("version: 2\n", ["a.yaml:1:10: version must be a whole number from 1 to 1, not '2'"]),
        ("version: 1\nrule: []\n", ["a.yaml:2:1: unknown key 'rule'; did you mean 'rules'?"]),
        ("version: 1\nversion: 1\n", ["a.yaml:1:1: the key 'version' stands twice in one mapping; remove one"]),
        ("version: 1\n---\nversion: 1\n", ["a.yaml:2:1: a second document starts here, and a file holds one; remove the '---'"]),
        ("version: 1\nrules: {a: b}\n", ["a.yaml:2:8: rules must be a list ([a, b], or lines starting with -), not a mapping"]),
        ("version: 1\nrules: *a\n", ["a.yaml:2:8: found undefined alias; define it with &name before"]),
        (
            "version: 1\nrules:\n  - name: [\n",
            ["a.yaml:4:1: this is no YAML: did not find expected node content; mind the indentation, and quote text that holds ': ' or ' #'"]
        ),
        (
            head + "  - {wen: tasks > 1, verdict: replce, for: ten, limit: 0, shard: 0%, class: old, mode: 3, runbook: wiki, keep_firing_for: [1m]}\n",
            [
                "a.yaml:3:5: 'name' is missing; add it",
                "a.yaml:3:5: 'when' is missing; add it",
                "a.yaml:3:5: 'summary' is missing; add it",
                "a.yaml:3:6: unknown key 'wen'; did you mean 'when'?",
                "a.yaml:3:31: verdict is one of replace, notify, keep, not 'replce'; did you mean replace?",
                "a.yaml:3:44: for must be a duration such as 90s, 10m or 1h30m, not 'ten'",
                "a.yaml:3:56: limit must be a share such as 20%, or a number of nodes from 1, not '0'",
                "a.yaml:3:66: shard must be a share from 1% to 100%, not '0%'",
                "a.yaml:3:77: class is one of failing, outdated, not 'old'",
                "a.yaml:3:88: mode is one of alert, propose, act, not '3'",
                "a.yaml:3:100: a runbook is a URL that starts with https:// or http://, not 'wiki'",
                "a.yaml:3:123: keep_firing_for must be a duration such as 90s, 10m or 1h30m, not a list",
            ]
        ),
        (
            head + "  - {name: Agent_Lost, when: tasks > 1, verdict: notify, summary: so}\n",
            ["a.yaml:3:12: a rule's name is lower-case words joined by hyphens, at most 63 characters, such as agent-lost, not 'Agent_Lost'"]
        ),
        (
            head + "  - {name: a, when: tasks > 1, verdict: replace, summary: so}\n",
            ["a.yaml:3:5: rule a: 'class' is missing; a rule that replaces says whether its nodes are failing or outdated"]
        ),
        (
            head + "  - {name: a, when: tasks > 1, verdict: keep, limit: 3, summary: so}\n",
            ["a.yaml:3:54: rule a: a keep rule has no limit, for reaching it would leave its nodes unprotected; remove it"]
        ),
        (
            head + "  - {name: a, when: tasks > 1, verdict: notify, summary: 'on {{hostnam}}'}\n",
            ["a.yaml:3:58: {{hostnam}} is no column of node; did you mean {{hostname}}?"]
        ),
        (head + "  - {name: a, when: tasks > 1, verdict: notify, summary: 'on {{id'}\n", ["a.yaml:3:58: a {{ is not closed; write {{fact}}"]),
        (
            head + "  - {name: a, when: tasks > 1, verdict: notify, summary: so, during: hours}\n",
            ["a.yaml:3:70: rule a: there is no time interval 'hours'; define it under time_intervals"]
        ),
        (head + good + good, ["a.yaml:4:12: rule a stands at a.yaml:3 already; rename one"]),
        (
            interval("{location: Mars/Olympus}"),
            [
                "a.yaml:5:20: there is no time zone 'Mars/Olympus'; use an IANA name such as Europe/Berlin or UTC; the system's tzdata has them"
            ]
        ),
        (interval("{weekdays: ['mon:fri']}"), ["a.yaml:5:21: weekdays holds ranges such as monday or monday:friday, not 'mon:fri'"]),
        (interval("{weekdays: [mondy]}"), ["a.yaml:5:21: weekdays holds ranges such as monday or monday:friday, not 'mondy'; did you mean monday?"]),
        (
            interval("{times: [{start_time: '9:00', end_time: '25:00'}]}"),
            [
                "a.yaml:5:31: start_time must be a time from 00:00 to 23:59, with two digits each, not '9:00'",
                "a.yaml:5:49: end_time must be a time from 00:00 to 24:00, with two digits each, not '25:00'",
            ]
        ),
        (
            interval("{times: [{start_time: '09:00', end_time: '09:00'}]}"),
            ["a.yaml:5:9: this window never opens: no day and time match all of it; correct it, or remove it"]
        ),
        (
            interval("{days_of_month: ['31'], months: [february]}"),
            ["a.yaml:5:9: this window never opens: no day and time match all of it; correct it, or remove it"]
        ),
        (
            interval("{days_of_month: ['0', '-1:1', '9223372036854775807', '-9223372036854775808']}"),
            [
                "a.yaml:5:26: days_of_month holds days and ranges such as 1, 1:7 or -3:-1 (from the month's end), not '0'",
                "a.yaml:5:31: days_of_month holds days and ranges such as 1, 1:7 or -3:-1 (from the month's end), not '-1:1'",
                "a.yaml:5:39: days_of_month holds days and ranges such as 1, 1:7 or -3:-1 (from the month's end), not '9223372036854775807'",
                "a.yaml:5:62: days_of_month holds days and ranges such as 1, 1:7 or -3:-1 (from the month's end), not '-9223372036854775808'",
            ]
        ),
        (interval("{years: ['2028:2026']}"), ["a.yaml:5:18: years holds ranges such as 2026 or 2026:2028, not '2028:2026'"]),
        (interval("{weekdays: []}"), ["a.yaml:5:20: weekdays is empty; give it a range, or remove it"]),
        (interval("{weekday: [monday]}"), ["a.yaml:5:10: unknown key 'weekday'; did you mean 'weekdays'?"]),
    ]

    @Test func `name file, line and remedy of everything that is wrong with them`() {
        for (text, problems) in Self.bad { #expect(Building.problems(text) == problems, "\(text)") }
    }

    @Test func `are an error together when two define one name`() {
        let files = [RuleFile(path: "rules/b.yaml", text: Self.head + Self.good), RuleFile(path: "rules/a.yaml", text: Self.head + Self.good)]
        #expect(throws: RuleFileErrors.self) { try RuleSet.parse(files) }
        do { _ = try RuleSet.parse(files) } catch { #expect(error.description == "rules/b.yaml:3:12: rule a stands at rules/a.yaml:3 already; rename one") }
    }

    @Test func `refuse years that are over when they are told the time`() {
        let text = Self.interval("{years: ['2020:2021']}")
        #expect(Building.problems(text) == [])
        #expect(Building.problems(text, now: Building.now) == ["a.yaml:5:9: this window never opens again: its years are over; correct them, or remove it"])
    }

    @Test func `share their time intervals`() throws {
        let rule = Self.head + "  - {name: a, when: tasks > 1, verdict: replace, class: failing, summary: so, during: hours}\n"
        let set = try RuleSet.parse([
            RuleFile(path: "a.yaml", text: rule),
            RuleFile(path: "z.yaml", text: Self.interval("{weekdays: ['saturday:monday'], months: ['november:february', '6']}")),
        ])
        let item = try #require(set.interval(of: set.rules[0])?.items.first)
        #expect(item.weekdays == [6...6, 0...1] && item.months == [11...12, 1...2, 6...6])
    }

    @Test func `have a hash of their names and texts, in whatever order they come`() throws {
        let a = RuleFile(path: "x/a.yaml", text: Self.head + Self.good)
        let b = RuleFile(path: "y/b.yaml", text: "version: 1\n")
        let hash = try RuleSet.parse([a, b]).hash
        #expect(try RuleSet.parse([b, a]).hash == hash)
        #expect(try RuleSet.parse([RuleFile(path: "z/a.yaml", text: a.text), b]).hash == hash)
        #expect(try RuleSet.parse([a, RuleFile(path: "y/b.yaml", text: "version: 1\n# more\n")]).hash != hash)
        #expect(hash.rawValue.count == 16 && RuleSet.empty.hash.rawValue == FNV1a().text)
    }

    @Test func `cannot be bombs`() {
        var bomb = "version: 1\na: &a [x, x, x, x, x, x, x, x, x]\n"
        for (last, next) in zip("abcdefgh", "bcdefghi") { bomb += "\(next): &\(next) [\(Array(repeating: "*\(last)", count: 9).joined(separator: ", "))]\n" }
        #expect(Building.problems(bomb) == ["a.yaml: the file has more than 16 aliases (*name); write the values out"])
        #expect(Building.problems(String(repeating: "[", count: 200_000)).first?.contains("this is no YAML") == true)
        #expect(Building.problems(String(repeating: "- ", count: 200_000)).first?.contains("this is no YAML") == true)
        #expect(Building.problems("version: 1\n#" + String(repeating: "x", count: 1 << 20)) == ["a.yaml: the file is larger than 1 MiB; split it"])
        let many = "version: 1\nrules:\n" + (0...1000).map { "  - {name: r-\($0), when: tasks > 1, verdict: notify, summary: so}\n" }.joined()
        #expect(Building.problems(many) == ["a.yaml:1003:5: a directory holds at most 1000 rules; remove some"])
    }

    @Test func `never crash, whatever is cut off or changed`() throws {
        let text = try RuleSet.load(directory: Repository.rules).files.map(\.text).first { $0.contains("agent-lost") } ?? ""
        var random = UInt64(2026)
        for round in 0..<300 {
            var bytes = Array(text.utf8)
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let place = Int(random >> 33) % bytes.count
            if round % 3 == 0 { bytes = Array(bytes[..<place]) } else { bytes[place] ^= UInt8(1 << (random >> 20 & 7)) }
            _ = Building.problems(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func `cannot be loaded from where they are not`() {
        #expect(throws: RuleFileErrors.self) { try RuleSet.load(directory: "/nowhere/rules") }
        do { _ = try RuleSet.load(paths: ["/nowhere/a.yaml"]) } catch {
            #expect(error.description == "/nowhere/a.yaml: cannot be found: No such file or directory; check the path and its permissions")
        }
    }
}
