internal import Fleet
internal import Simulation

/// DC/OS' root Marathon: what it reads out of its apps, its pods and their tasks, as Marathon 1.11 does.
struct MarathonAnswers {
    let world: World
    let hands: DemoHands

    func answer(_ question: Question, path: [String]) -> Answer {
        if question.method == "DELETE", let answer = end(path) { return answer }
        guard question.method == "GET" else { return .text(405, "HTTP 405 Method Not Allowed") }
        switch path {
        case ["ping"]: return .text(200, "pong")
        case ["v2", "apps"]: return .json(["apps": .list(declared(labelled: question.parameters("label")).map { app($0, of: question) })])
        case ["v2", "tasks"]: return .json(["tasks": .list(declared(labelled: []).flatMap(tasks))])
        case ["v2", "pods", "::status"]: return .json(.list(world.apps.filter(\.isPod).sorted { $0.id < $1.id }.map(podStatus)))
        case ["v2", "deployments"]: return .json([])
        default: break
        }
        if path.starts(with: ["v2", "apps"]), let found = declared(labelled: []).first(where: { $0.id == "/" + path.dropFirst(2).joined(separator: "/") }) {
            return .json(["app": app(found, of: question)])
        }
        let missing: JSON = ["message": JSON("App '/\(path.dropFirst(2).joined(separator: "/"))' does not exist")]
        return .json(missing, status: 404)
    }

    /// An app or a scheduler: the same thing to Marathon.
    private struct Declared {
        let id: String
        let instances: Int
        let cpus: Double
        let mem: Double
        let command: String
        let labels: [Allotment.Label]
        let version: Timestamp
        var environment: [(String, String)] = []
        var app: SimulatedApp?
    }

    private func declared(labelled selectors: [String]) -> [Declared] {
        let plain = world.apps.filter { !$0.isPod }.map { app in
            Declared(
                id: app.id, instances: app.instances, cpus: app.cpus, mem: app.mem, command: "exec /opt/app/run", labels: app.labels, version: app.version,
                app: app)
        }
        let schedulers = world.services.map { service in
            Declared(
                id: service.appID, instances: 1, cpus: 1, mem: 1024, command: "./bootstrap -resolve=false && ./kafka-scheduler/bin/kafka",
                labels: service.labels + (service.sdk == 0 ? [] : [Allotment.Label("MARATHON_SINGLE_INSTANCE_APP", "true")]),
                version: world.frameworks[service.framework].registeredTime.wholeSeconds,
                environment: [
                    ("FRAMEWORK_NAME", service.name), ("PACKAGE_NAME", service.packageName), ("PACKAGE_VERSION", service.version),
                    ("BROKER_COUNT", String(service.brokers.count)),
                ])
        }
        return (plain + schedulers).filter { declared in selectors.allSatisfy { Self.matches(declared.labels, $0) } }.sorted { $0.id < $1.id }
    }

    /// `DCOS_PACKAGE_NAME` for its existence, `DCOS_PACKAGE_NAME==kafka` for its value; several with commas between them.
    private static func matches(_ labels: [Allotment.Label], _ selector: String) -> Bool {
        selector.split(separator: ",").allSatisfy { part in
            let sides = part.split(separator: "=", omittingEmptySubsequences: true).map(String.init)
            return labels.contains { $0.key == sides.first && (sides.count < 2 || $0.value == sides[1]) }
        }
    }

    // MARK: - Bodies

    // long: one object with Marathon's fields in Marathon's order, read as one.
    private func app(_ declared: Declared, of question: Question) -> JSON {
        let tasks = world.marathonTasks(of: declared.id)
        let running = tasks.count { $0.state == "TASK_RUNNING" }
        let version = JSON(declared.version.description)
        let residency: JSON = ["relaunchEscalationTimeoutSeconds": JSON(3600), "taskLostBehavior": "WAIT_FOREVER"]
        let isResident = declared.app?.tie == .persistentVolume
        let unreachable: JSON = isResident ? "disabled" : ["inactiveAfterSeconds": JSON(0), "expungeAfterSeconds": JSON(0)]
        let plain: JSON = [
            "id": JSON(declared.id), "cmd": JSON(declared.command), "args": .null, "user": .null,
            "env": .object(declared.environment.map { JSON.Member(name: $0.0, value: JSON($0.1)) }), "instances": JSON(declared.instances),
            "cpus": .real(declared.cpus), "mem": JSON(Int(declared.mem)), "disk": JSON(0), "executor": "", "constraints": constraints(declared.app), "uris": [],
            "fetch": [], "storeUrls": [], "backoffSeconds": JSON(1), "backoffFactor": .real(1.15), "maxLaunchDelaySeconds": JSON(300),
            "container": container(declared.app), "healthChecks": [], "readinessChecks": [], "dependencies": [],
            "upgradeStrategy": ["minimumHealthCapacity": .real(declared.app?.minimumHealthCapacity ?? 1), "maximumOverCapacity": JSON(isResident ? 0 : 1)],
            "labels": .object(declared.labels.map { JSON.Member(name: $0.key, value: JSON($0.value)) }), "ipAddress": .null, "version": version,
            "secrets": [:], "taskKillGracePeriodSeconds": .null, "unreachableStrategy": unreachable,
            "killSelection": "YOUNGEST_FIRST", "ports": [JSON(10_000)],
            "portDefinitions": [["port": JSON(10_000), "protocol": "tcp", "labels": [:]]], "requirePorts": false,
            "versionInfo": ["lastScalingAt": version, "lastConfigChangeAt": version],
        ]
        let embedded = question.parameters("embed")
        let counts: JSON = plain.with([
            "tasksStaged": JSON(tasks.count - running), "tasksRunning": JSON(running), "tasksHealthy": JSON(0), "tasksUnhealthy": JSON(0), "deployments": [],
        ])
        return counts.with(["residency": isResident ? residency : nil, "tasks": embedded.contains("apps.tasks") ? .list(self.tasks(of: declared)) : nil])
    }

    private func constraints(_ app: SimulatedApp?) -> JSON {
        guard let app, app.tie == .pinned, let home = app.home else { return [] }
        return [["hostname", "CLUSTER", JSON(world.machines[home].hostname)]]
    }

    private func container(_ app: SimulatedApp?) -> JSON {
        switch app?.tie {
        case .persistentVolume:
            let path = JSON(app?.volume?.split(separator: "#").dropFirst().first.map(String.init) ?? "")
            let volume: JSON = ["containerPath": path, "mode": "RW", "persistent": ["size": JSON(1024), "type": "root"]]
            return ["type": "MESOS", "volumes": [volume]]
        case .hostPath: return ["type": "DOCKER", "volumes": [["containerPath": "/spool", "hostPath": "/var/spool/collector", "mode": "RW"]]]
        case .pinned, nil: return .null
        }
    }

    private func tasks(of declared: Declared) -> [JSON] {
        world.marathonTasks(of: declared.id).map { task in
            let started = task.statuses.first { $0.state == "TASK_RUNNING" }?.at
            // A scheduler's own port would be one on a machine that is not there: whoever asked it would ask a stranger.
            let ports: [JSON] = declared.app == nil ? [] : [JSON(1025 + task.executorPID % 30_000)]
            let zone = world.machines.first { $0.privateIP == task.agentIP }?.zone ?? ""
            let plain: JSON = [
                "id": JSON(task.id.rawValue), "appId": JSON(declared.id), "host": JSON(task.agentIP), "slaveId": JSON(task.agent.rawValue),
                "state": JSON(task.state), "stagedAt": JSON((task.statuses.first?.at ?? world.now).description), "version": JSON(declared.version.description),
                "ports": .list(ports), "servicePorts": [JSON(10_000)], "region": "aws/us-east-1", "zone": JSON("aws/" + zone),
                "role": JSON(task.roles.first ?? "*"),
            ]
            return plain.with(["startedAt": started.map { JSON($0.description) }, "localVolumes": declared.app.flatMap(localVolumes)])
        }
    }

    private func localVolumes(_ app: SimulatedApp) -> JSON? {
        guard let volume = app.volume else { return nil }
        let parts = volume.split(separator: "#").map(String.init)
        return [["runSpecId": JSON(app.id), "containerPath": JSON(parts[1]), "uuid": JSON(parts[2]), "persistenceId": JSON(volume)]]
    }
}

extension Question {
    /// The values of a parameter of the query, in order. What percent signs stand for is put in.
    func parameters(_ name: String) -> [String] {
        query.split(separator: "&").compactMap { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard Form.decoded(Array(sides[0].utf8)) == name else { return nil }
            return sides.count > 1 ? Form.decoded(Array(sides[1].utf8)) : ""
        }
    }
}
