import Fleet
import Ledger
import Planning
import Replacing

/// Who lives where, in the forms that looks and gates ask for. Made once a round.
struct Homes {
    let nodesOfAgents: [AgentID: NodeID]
    let listed: [AgentID: Agent]
    let recovered: Set<AgentID>
    /// Moves that are done, by the agent that the member has gone from.
    private let done: [AgentID: [MemberMove]]
    private let state: State
    private let sightings: Sightings
    private let stale: Set<Source>
    private let now: Timestamp
    private let servicesInterval: Duration?

    init(_ working: Working) {
        state = working.state
        sightings = working.sightings
        stale = working.stale
        now = working.now
        servicesInterval = working.settings.servicesInterval
        nodesOfAgents = working.deriving.nodesOfAgents
        listed = sightings.listed
        recovered = Set(sightings.known.keys)
        done = Dictionary(grouping: working.work.replacements.values.flatMap(\.moves).filter { $0.isDone && $0.agent != nil }) { $0.agent ?? AgentID("") }
    }

    /// Whether a member's place counts no more: it has gone from there, and is placed and in sync elsewhere.
    func isAbandoned(_ member: ServiceMember, on agent: AgentID?, task: TaskID?) -> Bool {
        guard let agent else { return false }
        return done[agent]?.contains { $0.member == member && (task == nil || task == $0.task) } ?? false
    }

    /// Whether what lies there under no name is all of members that are placed and in sync elsewhere.
    func isRemainder(_ member: ServiceMember, on agent: AgentID?) -> Bool {
        guard member.member == ServiceMember.unnamed, let agent, done[agent] != nil, let home = sightings.residence?.homes[agent] else { return false }
        return state.work.abandoned([member], on: agent, home: home).contains(member)
    }

    /// Who lives on a node, as far as may be believed; empty where nobody asks.
    func members(_ facts: NodeFacts) -> [ServiceMember]? {
        if servicesInterval == nil { return [] }
        return facts.text(.members).flatMap { ServiceMember.list($0) }
    }

    /// Who lives on an agent whose node has left the fleet. Nil: not known.
    func members(of agent: AgentID?) -> [ServiceMember]? {
        if servicesInterval == nil { return [] }
        guard let agent else { return [] }
        guard let residence = sightings.residence, stale.isDisjoint(with: [.agents, .tasks, .services]), !stale.contains(where: \.isService) else { return nil }
        let home = residence.homes[agent]
        guard residence.isComplete(knowing: state.work.placed), home?.isDoubtful != true else { return nil }
        let members = home?.members ?? []
        return members.subtracting(state.work.abandoned(members, on: agent, home: home)).sorted()
    }

    /// The brokers among these members that are registered with their cluster from this agent. Nil: not known of one of them.
    func registered(_ members: [ServiceMember]?, on agent: AgentID?) -> [ServiceMember]? {
        guard let members else { return nil }
        var registered: [ServiceMember] = []
        for member in members {
            guard let memory = state.services[member.service] else { return nil }
            let places = memory.members.values.map(\.member).filter { $0.key.member == member }
            let runsElsewhere = places.contains { $0.key.agent != agent && $0.state == "RUNNING" }
            if !memory.hasBrokers, isFresh(sightings.services?[member.service]?.members?.at) { continue }
            guard let word = sightings.services?[member.service]?.registered, isFresh(word.at), !stale.contains(.service(member.service)) else { return nil }
            if member.member == ServiceMember.unnamed {
                // Nobody's, as long as every registered broker is seen to run elsewhere.
                let elsewhere = Set(memory.members.values.map(\.member).filter { $0.key.agent != agent && $0.state == "RUNNING" }.compactMap(\.broker))
                guard word.value.allSatisfy(elsewhere.contains) else { return nil }
                continue
            }
            guard let broker = places.lazy.compactMap(\.broker).first else { return nil }
            if word.value.contains(broker), !runsElsewhere { registered.append(member) }
        }
        return registered.sorted()
    }

    /// Whether what a scheduler said then may be believed.
    func isFresh(_ at: Timestamp?) -> Bool {
        guard let at, let servicesInterval else { return false }
        return now - at <= servicesInterval * 3
    }
}
