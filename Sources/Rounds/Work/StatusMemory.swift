import Fleet
import Planning
import Replacing

/// The nodes as gates saw them in the last round: looked at again are those of which anything may be other than it was.
///
/// Owned by the round. A node that is well and of which the same is told as before has no time in it; the rest that its status follows from is compared.
struct StatusMemory {
    private(set) var statuses: [NodeID: NodeStatus] = [:]
    /// When those failed that have become unhealthy.
    private(set) var failures: [NodeID: Timestamp] = [:]
    private(set) var census = Census()
    /// By what those were looked at that would look the same again.
    private var settled: [NodeID: Ground] = [:]
    private var common: FleetGround?

    /// What a status follows from beside what is told of its node.
    private struct Ground: Equatable {
        let keeps: NodeStatus.Keeps?
        let slot: NodeID
        let replacements: Int
        /// The node that its agent is on.
        let home: NodeID?
    }

    /// What the statuses of all nodes follow from.
    private struct FleetGround: Equatable {
        let stale: Set<Source>
        let master: MesosSighting.Master?
        let groups: [String: AutoScalingGroup]
        let ownAddresses: Set<String>
        let dependedOn: Set<String>
    }

    /// Of these something else was told, or they came or went.
    mutating func forget(_ nodes: Set<NodeID>) {
        for id in nodes { settled[id] = nil }
    }

    mutating func look(_ situating: Situating) {
        let state = situating.state
        let common = FleetGround(
            stale: situating.stale, master: situating.sightings.master, groups: state.groups, ownAddresses: situating.working.program.ownAddresses,
            dependedOn: situating.working.program.dependedOn)
        if self.common != common { settled.removeAll(keepingCapacity: true) }
        self.common = common
        for id in statuses.keys where state.nodes[id] == nil { remove(id) }
        let ties = situating.ties
        for (id, known) in state.nodes {
            let ground = Ground(
                keeps: situating.keeps[id], slot: situating.slots.slot(of: known.node), replacements: state.replacements[id] ?? 0,
                home: known.node.agent.flatMap { situating.homes.nodesOfAgents[$0] })
            let isTied = ties.holds(known.node)
            if !isTied, settled[id] == ground { continue }
            let judged = situating.status(of: known, ties)
            put(judged, of: known.node)
            settled[id] = isTied || !judged.isTimeless ? nil : ground
        }
    }

    private mutating func put(_ judged: Situating.Judged, of node: Node) {
        if let old = statuses.updateValue(judged.status, forKey: node.id) { census.remove(old) }
        census.add(judged.status)
        failures[node.id] = judged.failure(of: node)
    }

    private mutating func remove(_ id: NodeID) {
        if let old = statuses.removeValue(forKey: id) { census.remove(old) }
        failures[id] = nil
        settled[id] = nil
    }
}

extension Situating.Judged {
    /// Whether no time is in it: Mesos has it, and nothing is wrong with it.
    fileprivate var isTimeless: Bool { failingSince == nil && status.facts[.mesosState] == .text(MesosState.active.rawValue) }
}

extension Situating.Ties {
    fileprivate func holds(_ node: Node) -> Bool {
        work[node.id] != nil || failing.contains(node.id) || (node.instance.map(successors.contains) ?? false)
    }
}
