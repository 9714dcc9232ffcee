/// Which agent runs on which instance, by private IP; and what could not be told.
///
/// An agent that matches two instances, and an instance that two agents match, is *ambiguous*: nothing is concluded about either.
package struct Join: Hashable, Sendable {
    /// The agent of each instance that has exactly one.
    package private(set) var agents: [InstanceID: AgentID] = [:]
    /// The instance of each agent that has exactly one.
    package private(set) var instances: [AgentID: InstanceID] = [:]
    /// Instances of which it is not clear which agent runs on them.
    package private(set) var ambiguousInstances: Set<InstanceID> = []
    /// Agents that could be on more than one instance, or share theirs with another.
    package private(set) var ambiguousAgents: Set<AgentID> = []
    /// Recovered agents whose instance has a listed one by now: they will not come back as themselves.
    package private(set) var superseded: Set<AgentID> = []
    /// Why, in words, for people. Sorted.
    package private(set) var ambiguities: [String] = []

    /// What an instance brings to the join. One that is terminated brings nothing: its address may be another's by now.
    package struct Host: Hashable, Sendable {
        package let instance: InstanceID
        package let address: Address
        /// The agent that was last joined with it, by which a recovered agent is known.
        package let lastAgent: AgentID?

        package init(instance: InstanceID, address: Address, lastAgent: AgentID?) {
            self.instance = instance
            self.address = address
            self.lastAgent = lastAgent
        }
    }

    /// Joins listed and recovered agents with hosts. A recovered agent yields to a listed one on the same instance.
    package init(agents listed: [Agent], recovered: [RecoveredAgent], hosts: [Host]) {
        let byAddress = Dictionary(grouping: hosts, by: \.address)
        let byLastAgent = Dictionary(hosts.compactMap { host in host.lastAgent.map { ($0, host.instance) } }, uniquingKeysWith: { first, _ in first })
        var found: [InstanceID: [AgentID]] = [:]
        func match(_ agent: AgentID, _ candidates: Set<InstanceID>) {
            if candidates.count == 1, let only = candidates.first {
                found[only, default: []].append(agent)
            } else if candidates.count > 1 {
                markAmbiguous(agents: [agent], instances: candidates, "agent \(agent) matches instances")
            }
        }
        for agent in listed {
            // The hostname decides; a pid that points at yet another instance contradicts it.
            let address = agent.address
            let other = Address(pid: agent.pid)
            let hosts = (address.flatMap { byAddress[$0] } ?? []) + (other == address ? [] : other.flatMap { byAddress[$0] } ?? [])
            if hosts.count == 1 { found[hosts[0].instance, default: []].append(agent.id) } else { match(agent.id, Set(hosts.map(\.instance))) }
        }
        for (instance, agents) in found where agents.count > 1 {
            markAmbiguous(
                agents: Set(agents), instances: [instance],
                "instance \(instance) is matched by agents \(agents.sorted().map(\.rawValue).joined(separator: ", ")) and is")
        }
        let taken = Set(found.keys)
        for agent in recovered {
            let known = Set(byLastAgent[agent.id].map { [$0] } ?? Address(hostname: agent.hostname).flatMap { byAddress[$0] }?.map(\.instance) ?? [])
            if !known.isEmpty, known.isSubset(of: taken) { superseded.insert(agent.id) }
            match(agent.id, known.subtracting(taken))
        }
        for (instance, agents) in found where agents.count > 1 && !taken.contains(instance) {
            markAmbiguous(
                agents: Set(agents), instances: [instance], "recovered agents \(agents.sorted().map(\.rawValue).joined(separator: ", ")) match instance")
        }
        for (instance, agents) in found where agents.count == 1 && !ambiguousInstances.contains(instance) && !ambiguousAgents.contains(agents[0]) {
            self.agents[instance] = agents[0]
            instances[agents[0]] = instance
        }
        ambiguities.sort()
    }

    private mutating func markAmbiguous(agents: Set<AgentID>, instances: Set<InstanceID>, _ why: String) {
        ambiguousAgents.formUnion(agents)
        ambiguousInstances.formUnion(instances)
        ambiguities.append("\(why) \(instances.sorted().map(\.rawValue).joined(separator: ", "))")
    }
}
