/// What one look at the leading master's agents alone brought: of a `MesosSighting` what changes when an agent is lost.
package struct AgentsSighting: Sendable {
    package let master: MesosSighting.Master
    package let timeouts: MesosSighting.Timeouts
    package let agents: [Agent]
    package let recovered: [RecoveredAgent]
    package let counts: Result<MesosSighting.Counts, SourceFailure>

    package init(
        master: MesosSighting.Master, timeouts: MesosSighting.Timeouts = MesosSighting.Timeouts(), agents: [Agent], recovered: [RecoveredAgent] = [],
        counts: Result<MesosSighting.Counts, SourceFailure> = .success(MesosSighting.Counts(disconnected: 0, unreachable: 0))
    ) {
        self.master = master
        self.timeouts = timeouts
        self.agents = agents
        self.recovered = recovered
        self.counts = counts
    }
}

extension MesosSighting {
    /// Its agents without tasks and maintenance.
    package var agentsAlone: AgentsSighting {
        AgentsSighting(master: master, timeouts: timeouts, agents: agents, recovered: recovered, counts: counts)
    }
}
