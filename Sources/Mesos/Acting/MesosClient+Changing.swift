package import Fleet
internal import Wire

extension MesosClient {
    /// Asks the leading master for a change. What has come of it is only seen by looking.
    ///
    /// Before it asks, it looks who leads and of which version: what a version lacks is refused without trying. An agent is reactivated only while the master
    /// lists it, and before Mesos 1.11 only where it is certain to be connected: with one that is not, this call has crashed masters (MESOS-10116).
    package func change(_ change: MesosChange) async -> CallOutcome {
        let asking: MesosAsking
        let leader: (master: MasterAnswer, url: String)
        do throws(SourceFailure) {
            asking = try self.asking()
            leader = try await findLeader(asking)
        } catch {
            return .refused(String("nothing was asked: \(error)".prefix(CallOutcome.wordsMax)))
        }
        let version = MesosVersion(leader.master.version)
        guard version >= change.since else {
            return .refused("Mesos \(leader.master.version) has no \(change.call); it came with \(change.since.major).\(change.since.minor)")
        }
        if case .reactivate(let agent) = change, let why = await whyNotReactivated(agent, version, at: leader.url, asking) { return .refused(why) }
        return await asking.change(change, at: leader.url)
    }

    /// The first version without MESOS-10116.
    private static let survivesReactivation = MesosVersion(major: 1, minor: 11)

    /// Nil when it may be asked for.
    private func whyNotReactivated(_ agent: AgentID, _ version: MesosVersion, at url: String, _ asking: MesosAsking) async -> String? {
        do throws(MesosError) {
            let list = try await asking.ask(.agents, at: url) { (bytes) throws(JSONProblem) in try AgentsAnswer(bytes, version: version) }.answer
            guard let listed = list.agents.first(where: { $0.id == agent }) else {
                return "agent \(agent) is not listed, and only one that is may be reactivated"
            }
            if listed.drain == .draining { return "agent \(agent) is still draining, and can be reactivated only when that has ended" }
            // Of one that is deactivated `active` is false whether it is connected or not: only the count of all that are disconnected tells.
            let counts = try await asking.ask(.metrics, at: url) { (bytes) throws(JSONProblem) in try MetricsAnswer(bytes) }.answer.counts
            let explained = list.agents.count { !$0.isActive && !$0.isDeactivated }
            guard version < Self.survivesReactivation, counts.disconnected > explained else { return nil }
            return
                "\(counts.disconnected) agents are disconnected, and \(agent) may be one of them: reactivating such a one has crashed masters before Mesos 1.11"
        } catch {
            return "nothing was asked: \(error.words)"
        }
    }
}
