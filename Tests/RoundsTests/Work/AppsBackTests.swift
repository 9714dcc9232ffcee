import Fleet
import Planning
import Replacing
import Testing

@testable import Rounds

@Suite struct `Apps that are waited for after a drain` {
    private static func app(_ id: String, on agents: [Int], ties: Set<MarathonSighting.Tie> = [], isOnePerHost: Bool = false) -> MarathonSighting.App {
        let tasks = agents.enumerated().map { place, agent in
            MarathonSighting.Placement(task: TaskID("\(id).\(place)"), agent: Samples.agentID(agent), state: "TASK_RUNNING", isHealthy: place != 1)
        }
        return MarathonSighting.App(id: id, instances: agents.count, ties: ties, labels: [:], tasks: tasks, isOnePerHost: isOnePerHost)
    }

    @Test func `are those that may run on any other node`() throws {
        let apps = [
            Self.app("/free", on: [1, 2, 2, 3]), Self.app("/once", on: [1, 2, 3], isOnePerHost: true), Self.app("/tied", on: [1], ties: [.hostPath]),
            Self.app("/elsewhere", on: [2, 3]),
        ]
        let watch = try Watch(settings: Acting.settings(gates: []), rules: try Acting.rules())
        for seconds in [0, 15, 30, 45] {
            _ = try watch.take(.claim(.ours(confirmedAt: Samples.time(seconds))), at: seconds)
            _ = try watch.take(.services(ServicesSighting(services: [], marathon: .success(MarathonSighting(apps: apps)))), at: seconds)
            let agents = Acting.numbers.map { Samples.agent($0, isDeactivated: seconds > 10 && $0 == 1) }
            try watch.look(seconds, Samples.mesos(agents), Acting.ec2)
        }
        let replacement = try #require(watch.work.replacements.values.first)
        // Of four that run one is not healthy.
        #expect(replacement.appsUp == ["/free": 3])
    }
}
