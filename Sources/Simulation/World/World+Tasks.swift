internal import Fleet

extension World {
    /// Marathon apps of the invented cluster; each agent runs some of them.
    static let apps = ["checkout", "catalogue", "imports", "search", "pricing", "mailer"]
    /// Metronome's jobs, which run every ten minutes for three.
    static let jobs = ["nightly-report", "cleanup"]
    private static let jobInterval = Duration.seconds(600)
    private static let jobDuration = Duration.seconds(180)

    /// Starts the apps that belong on a machine: the edge's load balancer on a public one, shop apps elsewhere.
    mutating func placeApps(on position: Int, since time: Timestamp) {
        let machine = machines[position]
        guard machine.agent != nil else { return }
        if machine.isPublic { return placeApp("marathon-lb.edge", on: position, at: time) }
        for place in 0..<shape.appsPerAgent { placeApp(Self.apps[(position * 5 + place) % Self.apps.count] + ".shop", on: position, at: time) }
    }

    mutating func placeApp(_ name: String, on position: Int, at time: Timestamp) {
        let path = name.split(separator: ".").reversed().joined(separator: "_")
        let role = machines[position].isPublic ? frameworks[Self.marathon].role : "*"
        let reservation: Allotment.Reservation = machines[position].isPublic ? .fixed : .none
        var allotments = [
            Allotment("cpus", .scalar(0.5), role: role, reservation: reservation), Allotment("mem", .scalar(512), role: role, reservation: reservation),
        ]
        if machines[position].isPublic { allotments.append(Allotment("ports", .ranges([80...80]), role: role, reservation: reservation)) }
        startTask(
            id: TaskID("\(path).instance-\(random.uuid())._app.1"), name: name, framework: Self.marathon, kind: .app, allotments: allotments, on: position,
            at: time)
    }

    mutating func startTask(
        id: TaskID, name: String, framework: Int, kind: SimulatedTask.Kind, allotments: [Allotment], on position: Int, at time: Timestamp
    ) {
        guard let agent = machines[position].agent else { return }
        let starting = SimulatedTask.Status(state: "TASK_STARTING", at: time, uuid: random.base64ID())
        let running = SimulatedTask.Status(state: "TASK_RUNNING", at: time + random.draw(from: .milliseconds(20), to: .seconds(4)), uuid: random.base64ID())
        machines[position].tasks.append(
            SimulatedTask(
                id: id, name: name, framework: framework, kind: kind, agent: agent, agentIP: machines[position].privateIP, container: random.uuid(),
                executorPID: random.draw(1000...30_000), allotments: allotments, statuses: [starting, running]))
    }

    /// Ends a machine's tasks in one way and hands them to the master's memory of ended tasks.
    mutating func endTasks(on position: Int, where ends: (SimulatedTask) -> Bool = { _ in true }, as status: SimulatedTask.Status) {
        var staying: [SimulatedTask] = []
        for var task in machines[position].tasks {
            guard ends(task) else { staying.append(task); continue }
            task.statuses.append(status)
            completedTasks[task.framework].append(task)
            let excess = completedTasks[task.framework].count - Self.completedTasksMax
            if excess > 0 { completedTasks[task.framework].removeFirst(excess) }
        }
        machines[position].tasks = staying
    }

    /// What an executor says of a task's end.
    mutating func ending(_ state: String, message: String, reason: String? = nil) -> SimulatedTask.Status {
        SimulatedTask.Status(state: state, at: now, uuid: random.base64ID(), reason: reason, message: message)
    }

    /// What the master itself says of the tasks of an agent that it has removed.
    func removal(_ state: String, reason: String, message: String) -> SimulatedTask.Status {
        SimulatedTask.Status(state: state, at: now, uuid: nil, reason: reason, message: message)
    }

    /// One task of the machine fails and is started again on it, as Marathon does with an app that is pinned or finds no better place.
    mutating func failTask(on position: Int, every interval: Duration, remaining: Int) {
        if remaining > 1 { plan(.taskFails(position, every: interval, remaining: remaining - 1), in: interval) }
        guard machines[position].isConnected, leadership.phase == .leading,
            let failing = machines[position].tasks.first(where: { $0.kind == .app && $0.state == "TASK_RUNNING" })
        else { return }
        endTasks(on: position, where: { $0.id == failing.id }, as: ending("TASK_FAILED", message: "Command exited with status 1"))
        placeApp(failing.name, on: position, at: now)
    }

    mutating func startJob(_ job: Int) {
        plan(.jobStarts(job), in: Self.jobInterval)
        let able = machines.indices.filter { machines[$0].isConnected && !machines[$0].isDeactivated && !machines[$0].isPublic }
        guard leadership.phase == .leading, !able.isEmpty else { return }
        let position = able[random.draw(0...able.count - 1)]
        let name = Self.jobs[job]
        let id = TaskID("\(name)__\(random.uuid())")
        startTask(
            id: id, name: name, framework: Self.metronome, kind: .job, allotments: [Allotment("cpus", .scalar(0.1)), Allotment("mem", .scalar(32))],
            on: position, at: now)
        plan(.jobEnds(position, id), in: Self.jobDuration)
    }

    mutating func endJob(_ id: TaskID, on position: Int) {
        guard machines[position].tasks.contains(where: { $0.id == id }) else { return }
        // Of an agent that the master does not hear, it learns later.
        guard machines[position].isConnected, leadership.phase == .leading else { return plan(.jobEnds(position, id), in: .seconds(30)) }
        endTasks(on: position, where: { $0.id == id }, as: ending("TASK_FINISHED", message: "Command exited with status 0"))
    }
}
