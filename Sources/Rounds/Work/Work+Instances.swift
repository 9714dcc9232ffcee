import Fleet
import Planning
import Replacing

extension Work {
    /// Instances of apps that were asked to go of late, and not refused: they may run on for their grace period, and count no more.
    ///
    /// - Parameter time: one that still runs then is asked again.
    func instancesGoing(at now: Timestamp, within time: Duration) -> Set<TaskID> {
        var going: Set<TaskID> = []
        let recent = replacements.values.lazy.filter { $0.isOpen || $0.endedAt.map { now - $0 < time } ?? false }
        for intent in recent.flatMap(\.intents) where now - intent.at < time && !intent.wasRefused {
            if case .moveInstance(let instance) = intent.action { going.insert(instance.task) }
        }
        return going
    }
}

extension Looking {
    /// Of each app that has more instances on the node than it can do without the one that goes first. Nil: not known.
    var crowding: [AppInstance]? {
        guard working.settings.servicesInterval != nil else { return [] }
        guard let apps = situation.apps, let marathon = sightings.marathon else { return nil }
        guard let node = known?.node, let agent = node.agent else { return [] }
        let statuses = Dictionary(apps.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let going = working.work.instancesGoing(at: now, within: working.settings.playbook.pauses.accepted)
        return marathon.apps.compactMap { app in
            guard app.ties.isEmpty, let status = statuses[app.id], status.isCrowded(by: status.running[node.id, default: 0]) else { return nil }
            let first = app.tasks.first { $0.agent == agent && $0.mayBeUp && !going.contains($0.task) }
            return first.map { AppInstance(app: app.id, task: $0.task, isPod: app.isPod) }
        }
    }
}
