package import Fleet

extension World {
    /// What AWS' events have told of instances by now: whatever is other than that is worth a hint.
    package struct Hinted: Sendable {
        fileprivate let words: [InstanceID: Words]
    }

    fileprivate struct Words: Equatable, Sendable {
        let state: Instance.State
        let events: [InstanceStatus.ScheduledEvent]
        /// Whether its group's hook waits for its end.
        let isLeaving: Bool
    }

    package var hinted: Hinted {
        Hinted(
            words: Dictionary(
                machines.map { ($0.instance, Words(state: $0.ec2State, events: $0.scheduledEvents, isLeaving: $0.hookWait != nil)) }, uniquingKeysWith: { $1 }))
    }

    /// The instances of which AWS tells something since: that their state is another, that EC2 will end, restart or move them, or that their group wants to end
    /// them. That a status check fails it does not tell. In order.
    package func hints(since hinted: Hinted) -> [InstanceID] {
        self.hinted.words.filter { $0.value != hinted.words[$0.key] }.map(\.key).sorted()
    }

    /// What a look at some instances alone brings at `time`.
    package mutating func instancesSighting(of asked: Set<InstanceID>, pools: [Pool], at time: Timestamp) -> InstancesSighting {
        let seen = ec2Sighting(pools: pools, at: time)
        return InstancesSighting(
            asked: asked, instances: seen.instances.map { $0.filter { asked.contains($0.id) } },
            statuses: seen.statuses.map { $0.filter { asked.contains($0.id) } }, groups: seen.groups)
    }
}
