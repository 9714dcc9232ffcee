import Fleet

extension Sightings {
    /// Takes in a look at some instances: what the last sweep said of them is replaced, and nothing else.
    ///
    /// Whoever is not in the sweep stays out of it, and one that the look does not name stays in: only a sweep says who there is.
    /// - Returns: how the groups did, which were read whole. Of instances and statuses a look says neither that they are fresh nor that they are not.
    mutating func take(_ sighting: InstancesSighting, now: Timestamp) -> [Source: SourceFailure?] {
        if case .success(let seen) = sighting.instances, let swept = instances {
            let found = Dictionary(seen.map { ($0.id, $0) }, uniquingKeysWith: { $1 }).filter { sighting.asked.contains($0.key) }
            instances = swept.map { found[$0.id] ?? $0 }
            for id in found.keys { lookedAt[id] = now }
            if case .success(let states) = sighting.statuses, statuses != nil {
                for id in found.keys { statuses?[id] = nil }
                for status in states where found[status.id] != nil { statuses?[status.id] = status }
            }
        }
        guard let seen = sighting.groups else { return [:] }
        return [.groups: keepGroups(seen)]
    }
}
