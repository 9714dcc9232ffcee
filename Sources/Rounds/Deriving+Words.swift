import Fleet
import Replacing

extension Deriving {
    /// All that is told in a round, in the forms in which it is looked up by node. Made once.
    struct Words {
        let join: Join
        let tallies: [AgentID: TaskTally]
        /// Instances that their groups are about to end, by Auto Scaling's own states.
        let leavingGroups: Set<InstanceID>
        /// Instances of open replacements that have asked for their end.
        let endedByUs: Set<InstanceID>
        /// Nodes with a replacement that is done.
        let replaced: Set<NodeID>
        /// By the agent that the member has gone from.
        let movesDone: [AgentID: [MemberMove]]
        let sweptAt: Timestamp?

        init(_ state: State, _ sightings: Sightings, join: Join, tallies: [AgentID: TaskTally]) {
            self.join = join
            self.tallies = tallies
            leavingGroups = Set(state.groups.values.flatMap { group in group.instances.filter { $0.lifecycle.hasPrefix("Terminating") }.map(\.id) })
            let replacements = state.work.replacements.values
            endedByUs = Set(replacements.filter { $0.isOpen && $0.hasAskedToTerminate }.compactMap(\.instance))
            replaced = Set(replacements.filter { $0.outcome?.kind == .done }.map(\.node))
            var movesDone: [AgentID: [MemberMove]] = [:]
            for replacement in state.work.replacements.sorted(by: { $0.key < $1.key }).map(\.value) {
                guard let agent = replacement.agent else { continue }
                let moves = replacement.moves.filter(\.isDone)
                if !moves.isEmpty { movesDone[agent, default: []] += moves }
            }
            self.movesDone = movesDone
            sweptAt = state.sources[.instances]?.lastSuccess
        }
    }

    func words(of node: Node, _ all: Words) -> NodeWords {
        var words = NodeWords()
        if let id = node.instance {
            words.instance = sightings.swept[id]
            words.isAmbiguous = all.join.ambiguousInstances.contains(id)
            words.status = sightings.statuses?[id]
            words.ping = sightings.pings?[id]
            words.isLeavingGroup = all.leavingGroups.contains(id)
            words.isEndedByUs = all.endedByUs.contains(id)
            words.warning = sightings.warnings[id]
            if words.warning != nil { words.readAt = [sightings.lookedAt[id], all.sweptAt].compactMap { $0 }.max() }
            if let image = words.instance?.image { words.imageTime = sightings.images?[image]?.creationTime }
        }
        // An agent may have come back on another instance than the one that had it.
        if let agent = node.agent, all.join.instances[agent].map({ $0 == node.instance }) ?? true {
            words.agentHere = agent
            words.agent = sightings.listed[agent]
            words.recovered = sightings.known[agent]
            words.tally = all.tallies[agent] ?? TaskTally()
            words.home = sightings.residence?.homes[agent]
            words.movesDone = all.movesDone[agent] ?? []
        }
        words.replacements = state.replacements[node.id] ?? 0
        words.isRequested = state.work.requests[node.id] != nil
        words.isReplaced = all.replaced.contains(node.id)
        return words
    }
}
