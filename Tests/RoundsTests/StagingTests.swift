import Fleet
import Testing

@testable import Rounds

@Suite struct `Tasks that have not started` {
    private func task(_ id: String, _ agent: Int, _ state: String, roles: [String] = []) -> MesosTask {
        MesosTask(
            id: TaskID(id), name: id, framework: "f", frameworkName: nil, agent: Samples.agentID(agent), state: state, since: nil, roles: roles)
    }

    @Test func `are counted by node, and are unknown where tasks are hidden`() throws {
        let watch = try Watch()
        let running = [
            task("a", 1, "TASK_STAGING"), task("b", 1, "TASK_STARTING"), task("c", 1, "TASK_RUNNING"), task("d", 2, "TASK_KILLING"),
            task("e", 3, "TASK_STAGING"),
        ]
        let agents = [Samples.agent(1), Samples.agent(2), Samples.agent(3, roles: ["hidden"])]
        let instances = (1...3).map { Samples.instance($0) }
        try watch.look(0, Samples.mesos(agents, tasks: .success(MesosSighting.Tasks(running: running))), Samples.ec2(instances))
        #expect((1...3).map { watch.fact(.stagingTasks, of: Samples.node($0)) } == [.integer(2), .integer(0), .unknown])
        try watch.look(15, Samples.mesos(Array(agents.dropFirst()), tasks: .success(MesosSighting.Tasks(running: running))))
        #expect(watch.fact(.stagingTasks, of: "i-1") == .unknown, "what is on an agent that is not listed cannot be told")
    }
}
