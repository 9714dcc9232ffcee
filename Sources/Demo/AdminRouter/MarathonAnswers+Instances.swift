internal import Fleet
internal import Replacing
internal import Simulation

extension MarathonAnswers {
    /// `DELETE v2/apps/<app>/tasks/<task>` and `DELETE v2/pods/<pod>::instances/<instance>`: one instance ends, and the app stays as large as it is. Nil: neither.
    func end(_ path: [String]) -> Answer? {
        if path.starts(with: ["v2", "apps"]), path.count >= 5, path[path.count - 2] == "tasks" {
            let app = "/" + path[2..<(path.count - 2)].joined(separator: "/")
            let task = TaskID(path[path.count - 1])
            guard let found = world.marathonTasks(of: app).first(where: { $0.id == task }) else {
                let isApp = world.apps.contains { $0.id == app && !$0.isPod }
                return .json(["message": JSON(isApp ? "Task '\(task)' does not exist" : "App '\(app)' does not exist")], status: 404)
            }
            return end(AppInstance(app: app, task: task)) {
                [
                    "task": [
                        "id": JSON(task.rawValue), "appId": JSON(app), "host": JSON(found.agentIP), "slaveId": JSON(found.agent.rawValue),
                        "state": JSON(found.state),
                    ]
                ]
            }
        }
        let parts = path.dropFirst(2).joined(separator: "/").split(separator: "::instances/").map(String.init)
        guard path.starts(with: ["v2", "pods"]), parts.count == 2 else { return nil }
        let pod = "/" + parts[0]
        let instance = TaskID(parts[1])
        guard world.marathonTasks(of: pod).contains(where: { $0.podInstance == instance }) else {
            return .json(["message": JSON("Pod '\(pod)' does not exist")], status: 404)
        }
        return end(AppInstance(app: pod, task: instance, isPod: true)) { ["instanceId": ["idString": JSON(instance.rawValue)], "agentInfo": [:]] }
    }

    private func end(_ instance: AppInstance, _ body: () -> JSON) -> Answer {
        let body = body()
        guard let refusal = hands.refusal(of: .moveInstance(instance)) else { return .json(body) }
        return .json(["message": JSON(refusal.text)], status: refusal.status)
    }
}
