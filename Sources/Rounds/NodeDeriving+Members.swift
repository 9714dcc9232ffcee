import Fleet

extension NodeDeriving {
    /// Who of which service lives on the node, and what else there is tied to it.
    mutating func deriveMembers() {
        guard settings.servicesInterval != nil, fleet.hasResidence else { return }
        guard !words.isAmbiguous, words.agentHere != nil else {
            // Only of a machine that never had an agent is it known that nobody lives there.
            let isEmpty = !words.isAmbiguous && node.node.agent == nil && node.told[.mesosState] == .text(MesosState.never.rawValue)
            node.told[.members] = isEmpty ? .text(Self.nobody) : .unknown
            node.told[.statefulTasks] = isEmpty ? .integer(0) : .unknown
            return
        }
        let home = words.home
        let isListed = words.agent != nil
        var members = home?.members ?? []
        let before = (members: node.told[.members], stateful: node.told[.statefulTasks])
        // What lies on an agent is not to be seen while it is not listed: what was seen there last stays.
        if !isListed, case .text(let text) = before.members { members.formUnion(Self.unnamed(in: text)) }
        members.subtract(Work.abandoned(members, by: words.movesDone, home: home))
        let isHidden = isListed ? node.told[.tasks].isUnknown : !fleet.isResidenceComplete
        let isKnown = !isHidden && home?.isDoubtful != true
        node.told[.members] = isKnown ? .text(members.isEmpty ? Self.nobody : JSONText.list(members.sorted().map(\.description))) : .unknown
        guard fleet.hasMarathon else { return }
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
}
