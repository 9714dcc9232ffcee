import Fleet
import Replacing

extension Deriving {
    /// The instances that their groups are about to end, by Auto Scaling's own states.
    var leavingGroups: Set<InstanceID> {
        Set(state.groups.values.flatMap { group in group.instances.filter { $0.lifecycle.hasPrefix("Terminating") }.map(\.id) })
    }

    /// An end that somebody else has announced, of a machine that still runs, goes before what EC2 has scheduled: it is nearer.
    ///
    /// What we have asked for ourselves is no news.
    func tellAnnounced(_ node: inout State.NodeState, _ instance: Instance, leaving: Set<InstanceID>) {
        let isOurs = state.work.open.contains { $0.instance == instance.id && $0.hasAskedToTerminate }
        if instance.state == .running, !isOurs {
            if let warning = sightings.warnings[instance.id], warning.holds(of: instance, readAt: readAt(instance.id), now: now) {
                node.told[.scheduledEvent] = .text(AnnouncedEnd.spotInterruption.rawValue)
                node.told[.scheduledEventTime] = .time(warning.at + SpotWarning.endsWithin)
                return
            }
            if leaving.contains(instance.id) {
                // It waits for its hook as long as the hook says, or for nobody.
                node.told[.scheduledEvent] = .text(AnnouncedEnd.groupTermination.rawValue)
                node.told[.scheduledEventTime] = .none
                return
            }
        }
        // What was told of its status is told anew in each round, where it ever was.
        if sightings.statuses == nil, node.told.announcedEnd != nil { (node.told[.scheduledEvent], node.told[.scheduledEventTime]) = (.unknown, .unknown) }
    }

    /// When EC2 last said what the instance is.
    private func readAt(_ id: InstanceID) -> Timestamp? {
        [sightings.lookedAt[id], state.sources[.instances]?.lastSuccess].compactMap { $0 }.max()
    }
}
