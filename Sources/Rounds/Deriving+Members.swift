import Fleet

extension Deriving {
    /// Who of which service lives on the node, and what else there is tied to it.
    ///
    /// - Parameters:
    ///   - agentHere: the node's agent, unless it has come back on another instance.
    ///   - isListed: whether the master lists it now.
    func deriveMembers(_ node: inout State.NodeState, agentHere: AgentID?, isListed: Bool, isAmbiguous: Bool) {
        guard settings.servicesInterval != nil, let residence = sightings.residence else { return }
        guard !isAmbiguous, let agent = agentHere else {
            // Only of a machine that never had an agent is it known that nobody lives there.
            let isEmpty = !isAmbiguous && node.node.agent == nil && node.told[.mesosState] == .text(MesosState.never.rawValue)
            node.told[.members] = isEmpty ? .text(Self.nobody) : .unknown
            node.told[.statefulTasks] = isEmpty ? .integer(0) : .unknown
            return
        }
        let home = residence.homes[agent]
        var members = home?.members ?? []
        let before = (members: node.told[.members], stateful: node.told[.statefulTasks])
        // What lies on an agent is not to be seen while it is not listed: what was seen there last stays.
        if !isListed, case .text(let text) = before.members { members.formUnion(Self.unnamed(in: text)) }
        members.subtract(state.work.abandoned(members, on: agent, home: home))
        let isHidden = isListed ? node.told[.tasks].isUnknown : !residence.isComplete(knowing: state.work.placed)
        let isKnown = !isHidden && home?.isDoubtful != true
        node.told[.members] = isKnown ? .text(members.isEmpty ? Self.nobody : JSONText.list(members.sorted().map(\.description))) : .unknown
        guard sightings.marathon != nil else { return }
        let stateful = Int64(home?.statefulTasks ?? 0)
        if isListed {
            let isCounted = !isHidden && home?.isStateDoubtful != true
            node.told[.statefulTasks] = isCounted || stateful > 0 ? .integer(stateful) : .unknown
        } else if case .integer(let last) = before.stateful {
            node.told[.statefulTasks] = .integer(max(last, stateful))
        } else {
            node.told[.statefulTasks] = stateful > 0 ? .integer(stateful) : .unknown
        }
    }

    private static let nobody = "[]"

    /// The members in a fact's text of which only the service is known.
    private static func unnamed(in text: String) -> [ServiceMember] {
        let end = "/" + ServiceMember.unnamed.rawValue
        return text.split(separator: "\"").filter { $0.hasSuffix(end) }.map {
            ServiceMember(ServiceName(String($0.dropLast(end.count))), ServiceMember.unnamed)
        }
    }

    /// Contradictions in words, and how many agents hide their tasks from us.
    mutating func noteMembers() {
        guard settings.servicesInterval != nil, let residence = sightings.residence else { return }
        notices += residence.notices
        let listed = Set((sightings.agents ?? []).map(\.id))
        let hidden = state.nodes.values.filter { $0.told[.tasks].isUnknown && $0.node.agent.map(listed.contains) ?? false }.map(\.node.id).sorted()
        guard !hidden.isEmpty else { return }
        notices.append("\(TaskTally.unexplained(on: hidden.map(\.rawValue))); may Mayfly see all frameworks and tasks?")
    }
}
