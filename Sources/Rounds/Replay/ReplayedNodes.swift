import Fleet
import Planning
import Replacing

/// The nodes as gates see them in a replay, from one question to the next: gone through are those of which something is other than it was, and no more.
///
/// A node that is well has no time in it, and what a status rests on besides is not recorded, so it is the same in all rounds until something else is told
/// of it. One that is not well is looked at each time.
struct ReplayedNodes {
    private(set) var statuses: [NodeID: NodeStatus] = [:]
    /// Since when those that have become unhealthy are.
    private(set) var failures: [NodeID: Timestamp] = [:]
    private(set) var census = Census()
    /// Those that members live on.
    private(set) var homes: Set<NodeID> = []
    private var images: [NodeID: Images] = [:]
    private var targetsKnown: [PoolName: ToldTarget]?
    /// Those of which something was told since they were looked at.
    private var touched: Set<NodeID> = []
    /// Those that were not well, or were being replaced.
    private var unsettled: Set<NodeID> = []
    /// By what they were looked at.
    private var keeps: [NodeID: NodeStatus.Keeps] = [:]
    private var stale: Set<Source> = []
    private var readsServices = false
    private var lookedAt = Timestamp(milliseconds: .min)
    private let remembers: Bool

    /// The image that the nodes of a pool were told to run.
    struct ToldTarget {
        let image: ImageID
        /// Since the first of them was told so.
        let since: Timestamp?
        /// Whether half of them run it.
        let isRunByHalf: Bool
    }

    /// Which image a node has and is to have, and since when it is told so.
    private struct Images: Equatable {
        let pool: PoolName
        let image: ImageID?
        let target: ImageID?
        let since: Timestamp?
    }

    /// - Parameter remembers: whether what was seen of a node is remembered. It is not only in tests, which compare.
    init(remembers: Bool) { self.remembers = remembers }

    /// Notes what is other than in the round before.
    mutating func note(_ fleet: FleetChanges) {
        touched.formUnion(fleet.changed)
        touched.formUnion(fleet.departed)
    }

    /// - Parameters:
    ///   - atWork: nodes that were really being replaced then.
    ///   - begun: nodes that would have been replaced.
    mutating func look(_ situating: Situating, atWork: Set<NodeID>, begun: Set<NodeID>) {
        let readsServices = situating.settings.servicesInterval != nil
        let isSame = stale == situating.stale && readsServices == self.readsServices && situating.now >= lookedAt
        (stale, self.readsServices, lookedAt) = (situating.stale, readsServices, situating.now)
        let ties = situating.ties
        let special = atWork.union(begun).union(ties.failing)
        var due = touched.union(unsettled).union(special)
        if keeps != situating.keeps {
            for id in Set(keeps.keys).union(situating.keeps.keys) where keeps[id] != situating.keeps[id] { due.insert(id) }
            keeps = situating.keeps
        }
        if !isSame || !remembers { due = Set(statuses.keys).union(situating.state.nodes.keys) }
        (touched, unsettled) = ([], [])
        for id in due {
            guard let known = situating.state.nodes[id] else {
                forget(id)
                continue
            }
            let judged = situating.status(of: known, ties)
            put(Self.status(judged.status, isAtWork: atWork.contains(id), hasBegun: begun.contains(id)), of: known)
            failures[id] = judged.failure(of: known.node)
            if special.contains(id) || !judged.isTimeless || situating.isStarting(known, facts: known.told) { unsettled.insert(id) }
        }
    }

    private mutating func put(_ status: NodeStatus, of known: State.NodeState) {
        let id = status.id
        if let old = statuses.updateValue(status, forKey: id) { census.remove(old) }
        census.add(status)
        if status.members?.isEmpty ?? true { homes.remove(id) } else { homes.insert(id) }
        let now = status.pool.map { pool in
            Images(pool: pool, image: status.image, target: status.facts.text(.targetImageID).map { ImageID($0) }, since: Self.targetSince(known))
        }
        if images[id] != now { targetsKnown = nil }
        images[id] = now
    }

    private mutating func forget(_ id: NodeID) {
        if let old = statuses.removeValue(forKey: id) { census.remove(old) }
        failures[id] = nil
        homes.remove(id)
        if images.removeValue(forKey: id) != nil { targetsKnown = nil }
    }

    /// By pool; of pools whose nodes were told different ones, none.
    mutating func targets() -> [PoolName: ToldTarget] {
        if let targetsKnown { return targetsKnown }
        var targets: [PoolName: ToldTarget] = [:]
        for (pool, nodes) in Dictionary(grouping: images.values, by: \.pool) {
            let told = nodes.filter { $0.target != nil }
            guard let image = told.first?.target, told.allSatisfy({ $0.target == image }) else { continue }
            targets[pool] = ToldTarget(
                image: image, since: told.compactMap(\.since).min(), isRunByHalf: nodes.count { $0.image == image } * 2 >= nodes.count)
        }
        targetsKnown = targets
        return targets
    }

    /// Since when a node was told its target image. One that it had when it was first seen may have stood for as long as one likes, and counts as settled.
    private static func targetSince(_ known: State.NodeState) -> Timestamp? {
        guard let since = known.since(.targetImageID) else { return nil }
        return since <= known.node.firstSeen ? since - Target.settling : since
    }

    /// A node by its recorded facts. In its group it counts as in service: what the group said is not recorded.
    ///
    /// - Parameter isAtWork: whether it was really being replaced then: that it took no more tasks was nobody else's doing.
    private static func status(_ known: NodeStatus, isAtWork: Bool, hasBegun: Bool) -> NodeStatus {
        var facts = known.facts
        if isAtWork, let state = facts.text(.mesosState), ours.contains(state) { facts[.mesosState] = .text(MesosState.active.rawValue) }
        let instance = facts.text(.instanceID).map { InstanceID($0) }
        return NodeStatus(
            node: Node(id: known.id, instance: instance, agent: facts.text(.agentID).map { AgentID($0) }, firstSeen: known.node.firstSeen), facts: facts,
            vital: known.vital, vitalReason: known.vitalReason, isUnhealthy: known.isUnhealthy && !hasBegun, members: known.members,
            resources: nil, isJoined: true, dependence: nil, canDeactivate: nil,
            inGroup: instance.map { AutoScalingGroup.GroupInstance(id: $0, lifecycle: "InService", isProtected: false) },
            replacements: known.replacements, slot: known.slot, keeps: known.keeps)
    }

    private static let ours = Set([MesosState.deactivated, .draining, .drained].map(\.rawValue))
}

extension Situating.Judged {
    /// Whether no time is in it: nothing is wrong with it, and Mesos has not lost it.
    fileprivate var isTimeless: Bool {
        failingSince == nil && ![MesosState.inactive, .absent, .never].contains { status.facts[.mesosState] == .text($0.rawValue) }
    }
}
