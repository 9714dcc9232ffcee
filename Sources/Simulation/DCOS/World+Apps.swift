internal import Fleet

/// Marathon's apps and pods: what is declared, and those that are tied to a machine.
extension World {
    /// Apps and pods that are tied, and the private machine that each lives on, counted from the first.
    private static let tiedApps: [(id: String, tie: MarathonSighting.Tie, home: Int, isPod: Bool)] = [
        ("/data/registry", .persistentVolume, 8, false), ("/ops/collector", .hostPath, 5, true), ("/ops/license", .pinned, 6, false),
    ]

    mutating func foundApps() {
        for position in machines.indices { placeApps(on: position, since: machines[position].registeredTime + .seconds(90)) }
        var counts: [String: Int] = [:]
        for task in machines.flatMap(\.tasks) where task.kind == .app { counts[task.appID, default: 0] += 1 }
        apps = counts.sorted { $0.key < $1.key }.map { id, count in
            let space = id.split(separator: "/").first.map(String.init) ?? ""
            return SimulatedApp(
                id: id, instances: count, cpus: 0.5, mem: 512, tie: nil, home: nil, volume: nil, labels: [Allotment.Label("DCOS_SPACE", "/" + space)],
                version: now - .seconds(5 * 86_400))
        }
        let able = machines.indices.filter { !machines[$0].isPublic }
        for app in Self.tiedApps where !able.isEmpty && shape.hasTiedApps {
            let home = able[app.home % able.count]
            let name = app.id.split(separator: "/").last.map(String.init) ?? ""
            let volume = app.tie == .persistentVolume ? "\(app.id.dropFirst().split(separator: "/").joined(separator: "_"))#\(name)-data#\(random.uuid())" : nil
            apps.append(
                SimulatedApp(
                    id: app.id, instances: 1, cpus: 0.25, mem: 256, tie: app.tie, home: home, volume: volume, labels: [], version: now - .seconds(9 * 86_400),
                    isPod: app.isPod))
            placeTiedApp(apps[apps.count - 1], at: machines[home].registeredTime + .seconds(75))
        }
    }

    /// Marathon's tied apps come back to their machine when it takes work again, however long that takes.
    mutating func placeTiedApps(on position: Int, at time: Timestamp) {
        for app in apps where app.home == position && !machines[position].tasks.contains(where: { $0.name == app.taskName }) { placeTiedApp(app, at: time) }
    }

    private mutating func placeTiedApp(_ app: SimulatedApp, at time: Timestamp) {
        guard let home = app.home else { return }
        let id = app.id.split(separator: "/").joined(separator: "_") + ".instance-" + random.uuid()
        var allotments = [Allotment("cpus", .scalar(app.cpus)), Allotment("mem", .scalar(app.mem))]
        if let volume = app.volume {
            if reservedByMarathon(on: home).isEmpty { reserveForMarathon(volume, app: app, instance: id, on: home) }
            allotments = reservedByMarathon(on: home)
        }
        startTask(
            id: TaskID(id + "." + (app.isPod ? app.containerName : "_app") + ".1"), name: app.taskName, framework: Self.marathon, kind: .tiedApp,
            allotments: allotments, on: home, at: time)
    }

    private func reservedByMarathon(on position: Int) -> [Allotment] {
        machines[position].reserved.filter { if case .dynamic(let principal, _) = $0.reservation { principal == "dcos_marathon" } else { false } }
    }

    /// DC/OS' Marathon has the role of the public agents, also where it reserves on a private one.
    private mutating func reserveForMarathon(_ volume: String, app: SimulatedApp, instance: String, on position: Int) {
        let framework = frameworks[Self.marathon]
        let labels = [Allotment.Label("marathon_framework_id", framework.id.rawValue), Allotment.Label("marathon_task_id", instance)]
        let reservation = Allotment.Reservation.dynamic(principal: framework.principal, labels: labels)
        let path = volume.split(separator: "#").dropFirst().first.map(String.init) ?? ""
        machines[position].reserved += [
            Allotment("cpus", .scalar(app.cpus), role: framework.role, reservation: reservation),
            Allotment("mem", .scalar(app.mem), role: framework.role, reservation: reservation),
            Allotment(
                "disk", .scalar(1024), role: framework.role, reservation: reservation, volume: Allotment.Volume(id: volume, path: path)),
        ]
    }

    /// What a service that was taken down carelessly leaves behind: reservations and a volume that no framework answers for.
    mutating func leaveVolume(on position: Int) {
        tell("A volume of an uninstalled Cassandra is still on \(name(position))")
        let reservation = { (id: String) in
            Allotment.Reservation.dynamic(principal: "legacy__cassandra-principal", labels: [Allotment.Label("resource_id", id)])
        }
        machines[position].reserved += [
            Allotment("cpus", .scalar(0.5), role: "legacy__cassandra-role", reservation: reservation(random.uuid())),
            Allotment(
                "disk", .scalar(10_240), role: "legacy__cassandra-role", reservation: reservation(random.uuid()),
                volume: Allotment.Volume(id: random.uuid(), path: "node-data")),
        ]
    }

    /// Whether something lies on the machine, or runs tied to it, that no scheduler moves.
    package func keepsState(_ position: Int) -> Bool {
        machines[position].tasks.contains { $0.kind == .tiedApp }
            || machines[position].reserved.contains { $0.volume != nil && $0.role == "legacy__cassandra-role" }
    }
}

/// Marathon at work: apps that have lost their place are started elsewhere.
extension World {
    private static let appsTendedEvery = Duration.seconds(20)
    /// How long Marathon waits for tasks that are unreachable before it starts others for them.
    private static let unreachablePatience = Duration.seconds(300)

    /// From now on Marathon starts apps elsewhere that have lost their place, and puts none on a fresh machine that nobody misses.
    package mutating func attend() {
        isAttended = true
        plan(.appsTended, in: Self.appsTendedEvery)
    }

    mutating func tendApps() {
        plan(.appsTended, in: Self.appsTendedEvery)
        guard leadership.phase == .leading else { return }
        for app in apps where app.tie == nil {
            let counted = marathonsTasks(of: app.taskName)
            if counted.count > app.instances, let extra = counted.last(where: { machines[$0.position].isConnected }) {
                endTasks(on: extra.position, where: { $0.id == extra.task }, as: ending("TASK_KILLED", message: "Command terminated with signal Terminated"))
            }
            for _ in 0..<max(0, app.instances - counted.count) { startElsewhere(app) }
        }
    }

    /// Tasks that Marathon counts, and where.
    private func marathonsTasks(of name: String) -> [(position: Int, task: TaskID)] {
        machines.indices.flatMap { position -> [(position: Int, task: TaskID)] in
            switch machines[position].listing {
            case .listed, .recovered: break
            case .unreachable(let since): if now - since > Self.unreachablePatience { return [] }
            case .never, .removed, .gone: return []
            }
            return machines[position].tasks.filter { $0.name == name && $0.kind == .app }.map { (position, $0.id) }
        }
    }

    private mutating func startElsewhere(_ app: SimulatedApp) {
        let isEdge = app.id.hasPrefix("/edge/")
        let able = machines.indices.filter { position in
            let machine = machines[position]
            guard machine.isPublic == isEdge, machine.isConnected, !machine.isDeactivated, machine.maintenance == nil, machine.ec2State == .running else {
                return false
            }
            return !isEdge || !machine.tasks.contains { $0.kind == .app }
        }
        guard let fewest = able.min(by: { (machines[$0].tasks.count, $0) < (machines[$1].tasks.count, $1) }) else { return }
        placeApp(app.taskName, on: fewest, at: now)
    }
}
