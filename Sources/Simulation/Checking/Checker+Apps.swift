internal import Fleet
internal import Replacing
internal import Rounds

/// What Marathon runs besides, by the world.
extension Checker {
    static let appsBack = Checker(
        "apps-back",
        "the agent of a living node is not asked to leave before each app that it had has as many instances elsewhere as it had anywhere, or ten minutes have passed"
    ) { moment, evidence in
        guard case .before(let errand) = moment, case .leave = errand.action, evidence.settings.servicesInterval != nil,
            let work = evidence.truth.replacements[errand.replacement], let emptying = evidence.truth.emptyings[errand.replacement],
            let asked = work.intents.first(where: { $0.number == errand.intent })
        else { return [] }
        // Twice by the program's own time, in which it waits.
        guard asked.at - emptying.decidedAt < .seconds(600) else { return [] }
        return emptying.apps.sorted { $0.key < $1.key }.compactMap { app, had in
            let now = evidence.world.places(of: app, but: emptying.machine)
            // Where others have gone as well it is not this drain alone that is waited for.
            guard had.elsewhere.isSubset(of: now), let declared = evidence.world.apps.first(where: { $0.id == app }) else { return nil }
            let needed = min(declared.instances, had.elsewhere.count + had.here)
            return now.count < needed ? "\(errand.action) is done while \(app) has \(now.count) instances elsewhere, of \(needed) that it had" : nil
        }
    }
}

extension Truth {
    /// What ran on a machine when the first call was made that ends it.
    package struct Emptying: Sendable {
        let machine: Int
        /// By the daemon's clock.
        let decidedAt: Timestamp
        /// Of each app that may run anywhere: how many were up here for a while, and which were elsewhere.
        let apps: [String: (here: Int, elsewhere: Set<TaskID>)]
    }

    mutating func note(_ errand: Errand, in world: World) {
        guard emptyings[errand.replacement] == nil, let work = replacements[errand.replacement], [.living, .launchFirst].contains(work.order),
            work.done.contains(where: { $0.step == .cordon }), let asked = work.intents.first(where: { $0.number == errand.intent })
        else { return }
        switch errand.action {
        case .drain, .moveInstance: break
        default: return
        }
        guard let machine = world.machines.firstIndex(where: { $0.instance == work.instance }) else { return }
        let old = world.machines[machine].tasks.filter { $0.kind == .app && $0.hasRun(for: Evidence.grace, at: world.now) }
        let counts = Dictionary(grouping: old, by: \.appID).mapValues(\.count)
        let free = Set(world.apps.lazy.filter { $0.tie == nil && !$0.isOnePerHost }.map(\.id))
        let apps = counts.filter { free.contains($0.key) }.map { app, here in
            let elsewhere = world.machines.indices.lazy.filter { $0 != machine }.flatMap { world.machines[$0].tasks }
            return (app, (here: here, elsewhere: Set(elsewhere.filter { $0.appID == app && $0.hasRun(for: Evidence.grace, at: world.now) }.map(\.id))))
        }
        emptyings[errand.replacement] = Emptying(machine: machine, decidedAt: asked.at, apps: Dictionary(uniqueKeysWithValues: apps))
    }
}

extension World {
    /// An app's tasks that run on any machine but one.
    fileprivate func places(of app: String, but machine: Int) -> Set<TaskID> {
        let others = machines.indices.lazy.filter { $0 != machine }.flatMap { machines[$0].tasks }
        return Set(others.filter { $0.kind == .app && $0.appID == app && $0.state == "TASK_RUNNING" }.map(\.id))
    }
}

extension SimulatedTask {
    fileprivate func hasRun(for time: Duration, at now: Timestamp) -> Bool {
        state == "TASK_RUNNING" && statuses.first { $0.state == "TASK_RUNNING" }.map { now - $0.at > time } ?? false
    }
}
