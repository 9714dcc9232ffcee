internal import Fleet
internal import Windows

/// Runs one test: a look every interval, through the same `judge` as the daemon's.
struct RuleTestRun {
    let test: RuleTest
    let rules: RuleSet

    private var facts: FactsDatabase
    private var last: [NodeID: NodeFacts] = [:]
    private var stateSince: [NodeID: Timestamp] = [:]

    init(_ test: RuleTest, _ rules: RuleSet) throws(FactsFailure) {
        self.test = test
        self.rules = rules
        facts = try FactsDatabase()
    }

    /// What differs from what was expected; empty when all is well.
    mutating func failures() throws(FactsFailure) -> [RuleTestReport.Failure] {
        var failures: [RuleTestReport.Failure] = []
        var clocks: [ClockKey: RuleClock] = [:]
        var previous: Timestamp?
        let end = test.expectations.last?.at ?? .zero
        var at = Duration.zero
        var look = 0
        while at <= end {
            if !test.skip.contains(where: { $0.contains(at) }) {
                let now = test.start + at
                try facts.begin(now: now)
                try fill(look: look, at: at, now: now)
                let asked = self.asked(at: at, now: now, previous: previous)
                let judgement = try asked.judge(clocks: clocks)
                for expectation in test.expectations where expectation.at == at {
                    if let failure = try failure(of: expectation, asked, judgement) { failures.append(failure) }
                }
                try facts.commit()
                clocks = judgement.clocks
                previous = now
            }
            look += 1
            at += test.interval
        }
        return failures
    }

    private func asked(at: Duration, now: Timestamp, previous: Timestamp?) -> Look {
        Look(
            rules: rules, facts: facts, now: now, previousLook: previous, interval: test.interval, configured: rules.sources.subtracting(test.notConfigured),
            unknownTables: isUnread(.tasks, at) ? ["task"] : [], capacity: test.capacity)
    }

    private func isUnread(_ source: Source, _ at: Duration) -> Bool { test.unread.contains { $0.source == source && $0.span.contains(at) } }

    private mutating func fill(look: Int, at: Duration, now: Timestamp) throws(FactsFailure) {
        var tasks: [MesosTask] = []
        var agents: [AgentID: NodeID] = [:]
        for node in test.nodes {
            let new = readings(of: node, look: look, at: at, now: now)
            let old = last[node.id]
            for fact in old.map({ new.changes(from: $0) }) ?? [] where fact.isPublished {
                try facts.append(FactChange(node: node.id, fact: fact, old: old?[fact] ?? .unknown, new: new[fact], at: now))
            }
            if old == nil || old?[.mesosState] != new[.mesosState] { stateSince[node.id] = now }
            var since = stateSince[node.id]
            if let series = node.series[.mesosStateAge] {
                since =
                    if case .integer(let time) = series.time(of: .mesosStateAge, at: look, start: test.start, now: now) { Timestamp(milliseconds: time) } else {
                        nil
                    }
            }
            try facts.put(new, stateSince: since)
            last[node.id] = new
            agents[AgentID(node.id.rawValue)] = node.id
            for (place, task) in node.tasks.enumerated() where task.span.contains(at) {
                tasks.append(
                    MesosTask(
                        id: TaskID("\(task.name).\(place)"), name: task.name, framework: FrameworkID(task.framework), frameworkName: task.framework,
                        agent: AgentID(node.id.rawValue), state: task.state, since: test.start + task.span.from, reason: task.reason, isHealthy: task.isHealthy)
                )
            }
        }
        try facts.replaceTasks(tasks, nodes: agents)
    }

    private func readings(of node: RuleTest.Node, look: Int, at: Duration, now: Timestamp) -> NodeFacts {
        var facts = NodeFacts(id: node.id)
        for (fact, series) in node.series.sorted(by: { $0.key.ordinal < $1.key.ordinal }) {
            switch fact.origin {
            case .age(let time): facts[time] = series.time(of: fact, at: look, start: test.start, now: now)
            case .ageOfValue: break
            case .observed, .derived: facts[fact] = series.reading(at: look)
            }
        }
        if node.series[.imageOutdated] == nil, case .text(let image) = facts[.imageID], case .text(let target) = facts[.targetImageID] {
            facts[.imageOutdated] = .boolean(image != target)
        }
        for fact in Fact.allCases where fact.sources.contains(where: { isUnread($0, at) }) {
            if !FactsSchema.ages.contains(fact) { facts[fact] = .unknown }
        }
        return facts
    }

    private func failure(of expectation: RuleTest.Expectation, _ look: Look, _ judgement: Judgement) throws(FactsFailure) -> RuleTestReport.Failure? {
        guard let standing = try look.standing(of: expectation.node, expectation.rule, in: judgement) else { return nil }
        var got = state(of: standing).rawValue
        var expected = expectation.state.rawValue
        if let window = expectation.window {
            let isOpen = rules.interval(of: expectation.rule)?.contains(look.now) ?? true
            got += isOpen ? " with its window open" : " with its window shut"
            expected += " with its window \(window.rawValue)"
        }
        guard got != expected else { return nil }
        return RuleTestReport.Failure(
            line: expectation.line, at: expectation.at.text, time: look.now.description, rule: expectation.rule.name.rawValue, node: expectation.node.rawValue,
            expected: expected, got: got, reason: reason(standing, look))
    }

    private func state(of standing: NodeStanding) -> RuleTest.State {
        if standing.clock?.firingSince != nil { return .firing }
        switch standing.outcome {
        case .idle: return .idle
        case .limited: return .limited
        case .unknown, .failed: return .unknown
        case .holds, .doesNotHold, .notInShard: return standing.clock == nil ? .none : .pending
        }
    }

    /// Why it is as it is, with the values that the rule read.
    private func reason(_ standing: NodeStanding, _ look: Look) -> String {
        let read = standing.readings.map { "\($0.fact.rawValue) = \($0.reading)" }.joined(separator: ", ")
        let why =
            switch standing.outcome {
            case .holds: standing.firesIn.map { "it holds, and fires in \($0.text)" } ?? "it holds"
            case .doesNotHold: standing.clock == nil ? "it does not hold" : "it no longer holds, and goes on firing for a while"
            case .unknown(let facts, let tables):
                "unknown because of " + (facts.map(\.rawValue) + tables).joined(separator: ", ") + "; a fact that the test does not give is unknown"
            case .idle(let reason): "it is idle: it \(reason)"
            case .notInShard: "the node is not in its shard"
            case .limited(let limit): "it holds on \(limit.matches) nodes, its limit is \(limit.limit)"
            case .failed(let message): message
            }
        return read.isEmpty ? why : "\(why) (\(read))"
    }
}
