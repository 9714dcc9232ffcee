import Fleet
import Planning
import Replacing
import Testing

@testable import Rounds

@Suite struct `A node with two of an app that may miss one` {
    private static func marathon(_ agents: [Int], tie: MarathonSighting.Tie? = nil) -> ServicesSighting {
        let tasks = agents.enumerated().map { place, agent in
            MarathonSighting.Placement(task: TaskID("a.\(place)"), agent: Samples.agentID(agent), state: "TASK_RUNNING")
        }
        let app = MarathonSighting.App(id: "/a", instances: 3, ties: tie.map { [$0] } ?? [], labels: [:], tasks: tasks)
        return ServicesSighting(services: [], marathon: .success(MarathonSighting(apps: [app])))
    }

    /// What is handed out in it that could do harm.
    private static func look(_ watch: Watch, _ seconds: Int, _ services: ServicesSighting, isDeactivated: Bool) throws -> [Action] {
        let placed = (try? services.marathon.get())?.apps.flatMap(\.tasks) ?? []
        let tasks = placed.map {
            MesosTask(
                id: $0.task, name: "a", framework: "M", frameworkName: "marathon", agent: $0.agent, state: $0.state, since: nil, roles: ["*"])
        }
        let mesos = Samples.mesos(
            Acting.numbers.map { Samples.agent($0, isDeactivated: isDeactivated && $0 == 1, roles: $0 < 3 ? ["*"] : []) },
            tasks: .success(MesosSighting.Tasks(running: tasks, frameworks: [MesosFramework(id: "M", name: "marathon", principal: "", roles: ["*"])])))
        let events: [Event] = [.claim(.ours(confirmedAt: Samples.time(seconds))), .services(services), .mesos(.success(mesos)), .ec2(Acting.ec2)]
        return try events.compactMap { try watch.take($0, at: seconds) }.flatMap(\.errands).map(\.action).filter(\.isHarmful)
    }

    @Test func `has them moved one at a time, and is not drained until the app has what it needs elsewhere`() throws {
        let watch = try Watch(settings: Acting.settings(gates: [.service]), rules: try Acting.rules())
        var asked: [Action] = []
        func look(_ seconds: Int, _ agents: [Int]) throws {
            asked += try Self.look(watch, seconds, Self.marathon(agents), isDeactivated: seconds > 20)
        }
        try look(0, [1, 1, 2])
        try look(15, [1, 1, 2])
        #expect(asked == [.deactivate("M-S1")])
        for seconds in [30, 45, 60] { try look(seconds, [1, 1, 2]) }
        #expect(asked == [.deactivate("M-S1"), .moveInstance(AppInstance(app: "/a", task: "a.0"))], "it may run on for its grace period")
    }

    @Test func `has none of an app moved that is tied to its machine`() throws {
        let watch = try Watch(settings: Acting.settings(gates: []), rules: try Acting.rules())
        var asked: [Action] = []
        for seconds in [0, 15, 30, 45] {
            asked += try Self.look(watch, seconds, Self.marathon([1, 1, 2], tie: .hostPath), isDeactivated: seconds > 20)
        }
        #expect(!asked.contains { if case .moveInstance = $0 { true } else { false } })
    }
}
