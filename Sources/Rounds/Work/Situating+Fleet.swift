import Fleet
import Planning
import Replacing

extension Situating {
    /// How many there are meant to be and were, and the targets.
    func fleet(_ situation: inout Situation) {
        situation.capacity = state.capacity(settings)
        situation.capacityOfPools = capacityOfPools(present: situation.census?.pools ?? [:])
        situation.fleetMax = fleetMax
        situation.explainedShrink = explainedShrink(max: situation.fleetMax ?? 0, capacity: situation.capacity)
        for (pool, target) in state.targets {
            let seen = sightings.targets[pool].flatMap { $0.image.id == target.image && !stale.contains(.target(pool)) ? $0.image.state : nil }
            situation.targets[pool] = TargetStatus(
                image: target.image, since: target.since, state: seen, isProven: isProven(target.image, in: pool, situation.nodes.values))
        }
    }

    func sources(_ situation: inout Situation) {
        situation.areDependencesKnown = !working.program.ownAddresses.isEmpty && sightings.master != nil
        for (source, known) in state.sources {
            situation.sources[source] = SourceStatus(
                interval: known.interval, readAt: known.lastSuccess, isFresh: known.isFresh(at: now), failure: known.failure?.message)
        }
        situation.groups = state.groups
        situation.launchImages = sightings.launchImages
        situation.plans = settings.makesPlans ? sightings.plans : nil
        situation.terminations = settings.asksForTerminations ? sightings.terminations : nil
    }

    /// - Parameter present: how many nodes there are in each pool.
    func capacityOfPools(present: [PoolName: Int]) -> [PoolName: Int] {
        Dictionary(settings.pools.map { ($0.name, capacity(of: $0, present: present[$0.name] ?? 0)) }, uniquingKeysWith: { $1 })
    }

    private func capacity(of pool: Pool, present: Int) -> Int {
        if let size = pool.size { return size }
        let desired = pool.selector.groups.compactMap { state.groups[$0]?.desired }
        return desired.isEmpty || desired.count < pool.selector.groups.count ? present : desired.reduce(0, +)
    }

    /// One of it came through probation within 30 days, or half of the pool runs it already.
    private func isProven(_ image: ImageID, in pool: PoolName, _ nodes: some Collection<NodeStatus>) -> Bool {
        if work.replacements.values.contains(where: { $0.triedImage == image && $0.outcome?.kind == .done && $0.outcome?.survivedProbation == true }) {
            return true
        }
        var (own, running) = (0, 0)
        let (name, active) = (Reading.text(pool.rawValue), Reading.text(MesosState.active.rawValue))
        for node in nodes where node.facts[.pool] == name && node.facts[.mesosState] == active {
            own += 1
            if node.facts[.imageID] == .text(image.rawValue) { running += 1 }
        }
        return own > 0 && running * 2 >= own
    }

    // MARK: - Whether it has shrunk

    /// The most nodes that there were at any time of the last 24 hours, by when each came and went.
    private var fleetMax: Int {
        let start = now - State.departuresKept
        var count = 0
        var steps: [(at: Timestamp, by: Int)] = []
        let present = state.nodes.values.map { (from: $0.node.firstSeen, until: Timestamp?.none) }
        let gone = state.departures.values.map { (from: $0.firstSeen, until: Timestamp?.some($0.at)) }
        for span in present + gone {
            if span.from <= start { count += 1 } else { steps.append((span.from, 1)) }
            if let until = span.until { steps.append((until, -1)) }
        }
        var most = count
        // Who leaves as another comes was not there together with it.
        for step in steps.sorted(by: { ($0.at, $0.by) < ($1.at, $1.by) }) {
            count += step.by
            most = max(most, count)
        }
        return most
    }

    /// How many of those are missing for a reason that is known: the greater of what is meant to be fewer and of what was seen to be ended, for both may
    /// speak of the same nodes.
    private func explainedShrink(max most: Int, capacity: Int) -> Int {
        let isMeant = settings.pools.allSatisfy { pool in
            pool.size != nil || (!pool.selector.groups.isEmpty && pool.selector.groups.allSatisfy { state.groups[$0] != nil })
        }
        let lowered = isMeant ? max(0, most - capacity) : 0
        let ours = Set(work.replacements.values.filter { $0.hasAskedToTerminate || $0.order == .departed }.map(\.node))
        let ended = state.departures.count { $0.value.isExplained || ours.contains($0.key) }
        return max(lowered, ended)
    }
}
