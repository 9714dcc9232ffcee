internal import Fleet

/// Marathon's apps: what is declared, and those that are tied to a machine.
extension World {
    /// Apps that are tied, and the private machine that each lives on, counted from the first.
    private static let tiedApps: [(id: String, tie: MarathonSighting.Tie, home: Int)] = [
        ("/data/registry", .persistentVolume, 8), ("/ops/collector", .hostPath, 5), ("/ops/license", .pinned, 6),
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
        for app in Self.tiedApps where !able.isEmpty {
            let home = able[app.home % able.count]
            let name = app.id.split(separator: "/").last.map(String.init) ?? ""
            let volume = app.tie == .persistentVolume ? "\(app.id.dropFirst().split(separator: "/").joined(separator: "_"))#\(name)-data#\(random.uuid())" : nil
            apps.append(
                SimulatedApp(
                    id: app.id, instances: 1, cpus: 0.25, mem: 256, tie: app.tie, home: home, volume: volume, labels: [], version: now - .seconds(9 * 86_400)))
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
            id: TaskID(id + "._app.1"), name: app.taskName, framework: Self.marathon, kind: .tiedApp, allotments: allotments, on: home, at: time)
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
}
