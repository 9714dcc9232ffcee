internal import Fleet

/// One test of a test file, read.
struct RuleTest {
    struct Node {
        let id: NodeID
        let series: [Fact: FactSeries]
        let tasks: [Task]
    }

    /// A task that is there from one time of the test until another.
    struct Task {
        let name: String
        let framework: String
        let state: String
        let reason: String?
        let isHealthy: Bool?
        let span: Span
    }

    /// A part of the test, from its start: from inclusive, until exclusive.
    struct Span {
        let from: Duration
        let until: Duration
        func contains(_ time: Duration) -> Bool { from <= time && time < until }
    }

    /// What `state:` may say.
    enum State: String, CaseIterable { case pending, firing, none, unknown, limited, idle }
    enum Window: String, CaseIterable { case open, shut }

    struct Expectation {
        let line: Int
        let at: Duration
        let rule: Rule
        let node: NodeID
        let state: State
        let window: Window?
    }

    let name: String
    let line: Int
    let start: Timestamp
    let interval: Duration
    let capacity: Int
    let nodes: [Node]
    let notConfigured: Set<Source>
    let unread: [(source: Source, span: Span)]
    let skip: [Span]
    let expectations: [Expectation]
}

/// Reads `tests` of a test file.
struct RuleTestReader {
    let rules: RuleSet
    let interval: Duration

    static let keys = ["name", "start", "nodes", "expect", "capacity", "not_configured", "unread", "skip"]
    /// Looks × nodes of one test: some seconds of work.
    static let rowsMax = 100_000

    func read(_ value: YAMLValue) -> RuleTest? {
        guard let mapping = value.mapping() else { return nil }
        let problems = value.reader.problems.count
        mapping.allow(Self.keys)
        let name = mapping.required("name")?.string()
        let start = mapping["start"].map { readStart($0) } ?? Timestamp(iso8601: "2026-01-05T00:00:00Z")
        let nodes = (mapping.required("nodes")?.list() ?? []).compactMap { readNode($0) }
        for (place, node) in nodes.enumerated() where nodes[..<place].contains(where: { $0.id == node.id }) {
            value.note("node \(node.id) stands twice; rename one")
        }
        let capacity = mapping["capacity"].flatMap { $0.integer(in: 1...1_000_000) } ?? nodes.count
        let skip = readSpans(mapping["skip"])
        let expectations = (mapping.required("expect")?.list() ?? []).compactMap { readExpectation($0, nodes, skip) }
        let unread = (mapping["unread"]?.mapping()?.all ?? []).flatMap { entry in
            readSource(entry.name, at: entry.key).map { source in readSpans(entry.value).map { (source: source, span: $0) } } ?? []
        }
        let notConfigured = (mapping["not_configured"]?.list() ?? []).compactMap { entry in entry.string().flatMap { readSource($0, at: entry) } }
        let looks = (expectations.map { $0.at / interval }.max() ?? 0) + 1
        if looks * Double(max(1, nodes.count)) > Double(Self.rowsMax) { value.note("looks times nodes are more than \(Self.rowsMax); make the test smaller") }
        guard value.reader.problems.count == problems, let name, let start else { return nil }
        return RuleTest(
            name: name, line: value.line, start: start, interval: interval, capacity: capacity, nodes: nodes, notConfigured: Set(notConfigured), unread: unread,
            skip: skip, expectations: expectations.sorted { ($0.at, $0.line) < ($1.at, $1.line) })
    }

    private func readStart(_ value: YAMLValue) -> Timestamp? {
        guard let text = value.string() else { return nil }
        if let time = Timestamp(iso8601: text) { return time }
        value.note("start must be a time such as 2026-03-29T00:30:00Z, not '\(text.prefix(40))'")
        return nil
    }

    private func readNode(_ value: YAMLValue) -> RuleTest.Node? {
        guard let mapping = value.mapping() else { return nil }
        mapping.allow(["id", "facts", "tasks"])
        var series: [Fact: FactSeries] = [:]
        for entry in mapping["facts"]?.mapping()?.all ?? [] {
            guard let fact = Fact(rawValue: entry.name), fact.isPublished, fact != .id else {
                let near = Spelling.nearest(to: entry.name, among: Fact.published.map(\.rawValue)).map { "did you mean \($0)?" } ?? "docs/facts.md lists them"
                entry.key.note("'\(entry.name.prefix(60))' is no fact that can be given; \(near)")
                continue
            }
            series[fact] = FactSeries(entry.value, of: fact)
        }
        let tasks = (mapping["tasks"]?.list() ?? []).compactMap { readTask($0) }
        guard let id = mapping.required("id")?.string() else { return nil }
        return RuleTest.Node(id: NodeID(id), series: series, tasks: tasks)
    }

    private func readTask(_ value: YAMLValue) -> RuleTest.Task? {
        guard let mapping = value.mapping() else { return nil }
        mapping.allow(["name", "framework", "state", "reason", "healthy", "during"])
        guard let name = mapping.required("name")?.string() else { return nil }
        let span = mapping["during"].flatMap { readSpan($0) } ?? RuleTest.Span(from: .zero, until: .seconds(315_360_000))
        return RuleTest.Task(
            name: name, framework: mapping["framework"].flatMap { $0.string() } ?? "marathon",
            state: mapping["state"].flatMap { $0.string() } ?? "TASK_RUNNING",
            reason: mapping["reason"].flatMap { $0.string() }, isHealthy: mapping["healthy"].flatMap { $0.boolean() }, span: span)
    }

    private func readExpectation(_ value: YAMLValue, _ nodes: [RuleTest.Node], _ skip: [RuleTest.Span]) -> RuleTest.Expectation? {
        guard let mapping = value.mapping() else { return nil }
        mapping.allow(["at", "rule", "node", "state", "window"])
        let at = mapping.required("at").flatMap { readLook($0, skip) }
        let state = mapping.required("state")?.choice(RuleTest.State.self)
        let window = mapping["window"].flatMap { $0.choice(RuleTest.Window.self) }
        let node = mapping.required("node").flatMap { entry in
            entry.string().flatMap { id in nodes.first { $0.id == NodeID(id) }.map(\.id) ?? entry.fail("the test has no node '\(id.prefix(60))'") }
        }
        let rule = mapping.required("rule").flatMap { entry in
            entry.string().flatMap { name in rules.rule(RuleName(name)) ?? entry.fail(Self.noRule(name, rules)) }
        }
        guard let at, let state, let node, let rule else { return nil }
        return RuleTest.Expectation(line: value.line, at: at, rule: rule, node: node, state: state, window: window)
    }

    private static func noRule(_ name: String, _ rules: RuleSet) -> String {
        let near = Spelling.nearest(to: name, among: rules.rules.map(\.name.rawValue)).map { "; did you mean \($0)?" } ?? "; name its file under rule_files"
        return "there is no rule '\(name.prefix(60))'\(near)"
    }

    /// A time at which there is a look.
    private func readLook(_ value: YAMLValue, _ skip: [RuleTest.Span]) -> Duration? {
        guard let at = value.duration() else { return nil }
        if at.inMilliseconds % interval.inMilliseconds != 0 { return value.fail("nobody looks at \(at.text): looks are every \(interval.text)") }
        if skip.contains(where: { $0.contains(at) }) { return value.fail("nobody looks at \(at.text): `skip` leaves it out") }
        return at
    }

    private func readSource(_ name: String, at value: YAMLValue) -> Source? {
        if name == "target" { return Fact.targetOfOwnPool }
        return Source(name) ?? value.fail("there is no source '\(name.prefix(40))'; docs/facts.md names the source of each fact")
    }

    private func readSpans(_ value: YAMLValue?) -> [RuleTest.Span] {
        guard let value else { return [] }
        if value.isList { return (value.list() ?? []).compactMap { readSpan($0) } }
        return [readSpan(value)].compactMap { $0 }
    }

    /// `5m..9m`
    private func readSpan(_ value: YAMLValue) -> RuleTest.Span? {
        guard let text = value.string() else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, let from = Duration(text: parts[0]), let until = Duration(text: parts[2]), from < until else {
            return value.fail("\(value.key) must be a part of the test such as 5m..9m (until, but not with, 9m), not '\(text.prefix(40))'")
        }
        return RuleTest.Span(from: from, until: until)
    }
}

extension YAMLValue {
    func fail<Value>(_ message: String) -> Value? {
        note(message)
        return nil
    }
}
