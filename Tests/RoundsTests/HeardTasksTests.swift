import Fleet
import Testing

@testable import Rounds

@Suite struct `What is heard of a task between two polls` {
    private static func task(_ id: String, _ state: String = "TASK_RUNNING", since: Int = -100) -> MesosTask {
        MesosTask(
            id: TaskID(id), name: "name-\(id)", framework: "f", frameworkName: "marathon", agent: Samples.agentID(1), state: state, since: Samples.time(since))
    }

    private static func news(_ id: String, _ state: String = "TASK_FAILED", at seconds: Int, agent: AgentID? = Samples.agentID(1)) -> TaskNews {
        TaskNews(id: TaskID(id), framework: "f", agent: agent, state: state, since: Samples.time(seconds))
    }

    private static func mesos(running: [MesosTask] = [], completed: [MesosTask] = []) -> MesosSighting {
        Samples.mesos([Samples.agent(1)], tasks: .success(MesosSighting.Tasks(running: running, completed: completed)))
    }

    private func watch(_ rule: String = "mesos_state = 'never'", running: [MesosTask]) throws -> Watch {
        let watch = try Watch(rules: try Samples.rules("r", rule, "for: 0s"))
        try watch.look(0, Self.mesos(running: running), Samples.ec2([Samples.instance(1)]))
        return watch
    }

    private func failures(_ watch: Watch) -> Reading { watch.fact(.taskFailures1h, of: Samples.node(1)) }

    @Test func `fires a rule at once, before any poll`() throws {
        let watch = try watch("task_failures_1h >= 2", running: [Self.task("a"), Self.task("b")])
        let first = try #require(try watch.take(.tasks([Self.news("a", at: 1)]), at: 1))
        #expect(failures(watch) == .integer(1) && first.findings.isEmpty)
        let second = try #require(try watch.take(.tasks([Self.news("b", "TASK_LOST", at: 2)]), at: 2))
        #expect(failures(watch) == .integer(2) && second.findings.map(\.state) == [.firing])
    }

    @Test func `counts once, however often, late and in whatever order it comes`() throws {
        let watch = try watch(running: [Self.task("a"), Self.task("b", since: 15)])
        let both = [Self.news("a", "TASK_GONE", at: 5), Self.news("a", at: 3), Self.news("a", at: 3), Self.news("a", "TASK_LOST", at: 7)]
        for news in both { try watch.take(.tasks([news]), at: 10) }
        #expect(failures(watch) == .integer(1))
        // The poll has seen it in a state that it reached later.
        try watch.take(.tasks([Self.news("b", at: 12)]), at: 20)
        #expect(failures(watch) == .integer(1))
        try watch.take(.tasks([Self.news("c", at: -4000), Self.news("d", "TASK_RUNNING", at: 5), Self.news("e", at: 5, agent: nil)]), at: 21)
        #expect(failures(watch) == .integer(1), "too long ago, no trouble, and nobody knows where")
    }

    @Test func `makes no agent emptier and takes nobody's task away`() throws {
        let watch = try watch(running: [Self.task("a"), Self.task("b")])
        try watch.take(.tasks([Self.news("a", "TASK_GONE", at: 1), Self.news("b", at: 1)]), at: 1)
        #expect(watch.fact(.tasks, of: Samples.node(1)) == .integer(2) && failures(watch) == .integer(1))
    }

    @Test func `is in the table of tasks as it is by now, by the name that the poll has for it`() throws {
        let watch = try watch(
            "EXISTS (SELECT 1 FROM task WHERE node_id = node.id AND state = 'TASK_UNREACHABLE' AND name = 'name-a' AND framework = 'marathon')",
            running: [Self.task("a"), Self.task("b")])
        let report = try #require(try watch.take(.tasks([Self.news("a", "TASK_UNREACHABLE", at: 1)]), at: 1))
        #expect(report.findings.map(\.state) == [.firing] && failures(watch) == .integer(0), "unreachable is no failure")
    }

    @Test func `lasts until the second poll, for the first may have been under way; then the poll alone counts`() throws {
        let watch = try watch(running: [Self.task("a"), Self.task("b")])
        try watch.take(.tasks([Self.news("a", at: 1), Self.news("b", at: 1)]), at: 1)
        try watch.look(15, Self.mesos(running: [Self.task("a")], completed: [Self.task("b", "TASK_FAILED", since: 1)]))
        #expect(failures(watch) == .integer(2), "one by the poll, the other still by what was heard")
        // The poll contradicts: a runs. It is the truth.
        try watch.look(30, Self.mesos(running: [Self.task("a")], completed: [Self.task("b", "TASK_FAILED", since: 1)]))
        #expect(failures(watch) == .integer(1))
    }

    @Test func `leaves the same at rest as without it`() throws {
        let polls = [
            (15, Self.mesos(running: [Self.task("a")], completed: [Self.task("b", "TASK_FAILED", since: 5)])),
            (30, Self.mesos(completed: [Self.task("a", "TASK_LOST", since: 20), Self.task("b", "TASK_FAILED", since: 5)])),
            (45, Self.mesos(completed: [Self.task("a", "TASK_LOST", since: 20), Self.task("b", "TASK_FAILED", since: 5)])),
            (60, Self.mesos(completed: [Self.task("a", "TASK_LOST", since: 20), Self.task("b", "TASK_FAILED", since: 5)])),
        ]
        let told = [Self.news("b", at: 5), Self.news("a", "TASK_LOST", at: 20), Self.news("a", "TASK_UNREACHABLE", at: 12), Self.news("ghost", at: 9)]
        var seen: [[Fact: Reading]] = []
        for seed in 0..<6 {
            let watch = try watch(running: [Self.task("a"), Self.task("b")])
            for (index, poll) in polls.enumerated() {
                // Lost, late, twice and out of order, each in another run; the last two polls hear nothing.
                for (place, news) in told.enumerated() where seed > 0 && index < 2 && (place + seed) % (seed + 1) <= index {
                    for _ in 0...(seed % 2) { try watch.take(.tasks([news]), at: poll.0 - 5) }
                }
                try watch.look(poll.0, poll.1)
            }
            let node = try #require(watch.round.state.nodes[Samples.node(1)])
            seen.append(Dictionary(uniqueKeysWithValues: Fact.allCases.map { ($0, node.told[$0]) }))
        }
        #expect(Set(seen).count == 1)
    }

    @Test func `is bounded`() throws {
        let watch = try watch(running: [])
        try watch.take(.tasks((0..<(HeardTasks.wordsMax + 500)).map { Self.news("t\($0)", at: 1) }), at: 1)
        #expect(failures(watch) == .integer(Int64(HeardTasks.wordsMax)))
    }
}

@Suite struct `A look at the agents alone` {
    private let lost = Samples.mesos([Samples.agent(2)])

    @Test func `tells at once that one is not listed, and nothing of tasks`() throws {
        let watch = try Watch()
        let task = MesosTask(id: "t", name: "t", framework: "f", frameworkName: nil, agent: Samples.agentID(2), state: "TASK_RUNNING", since: nil)
        try watch.look(
            0, Samples.mesos([Samples.agent(1), Samples.agent(2)], tasks: .success(MesosSighting.Tasks(running: [task]))),
            Samples.ec2([Samples.instance(1), Samples.instance(2)]))
        try watch.take(.agents(.success(lost.agentsAlone)), at: 3)
        #expect(watch.fact(.mesosState, of: Samples.node(1)) == .text("absent") && watch.fact(.tasks, of: Samples.node(2)) == .integer(1))
        #expect(watch.round.state.sources[.tasks]?.lastSuccess == Samples.time(0) && watch.round.state.sources[.agents]?.lastSuccess == Samples.time(3))
    }

    @Test func `that lists nobody, or fails, is not believed`() throws {
        let watch = try Watch()
        try watch.look(0, Samples.mesos([Samples.agent(1)]), Samples.ec2([Samples.instance(1)]))
        try watch.take(.agents(.success(Samples.mesos([]).agentsAlone)), at: 3)
        try watch.take(.agents(.failure(Samples.failure)), at: 4)
        #expect(watch.fact(.mesosState, of: Samples.node(1)) == .text("active") && watch.round.state.sources[.agents]?.lastSuccess == Samples.time(0))
    }
}
