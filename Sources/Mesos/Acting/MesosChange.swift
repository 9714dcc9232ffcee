package import Fleet
internal import Wire

/// What Mayfly asks a master to change, always about one agent. Each is safe to repeat.
package enum MesosChange: Hashable, Sendable {
    /// No more offers of it; its tasks run on. Since Mesos 1.9.
    case deactivate(AgentID)
    /// Offers again. Since Mesos 1.9.
    case reactivate(AgentID)
    /// No more offers, and every task is asked to end, within its own grace period and this one. Since Mesos 1.9.
    case drain(AgentID, grace: Duration)
    /// It never comes back: its tasks are over, and its id is refused from then on. Since Mesos 1.5.
    case markGone(AgentID)

    /// As the v1 operator API names it.
    package var call: String {
        switch self {
        case .deactivate: "DEACTIVATE_AGENT"
        case .reactivate: "REACTIVATE_AGENT"
        case .drain: "DRAIN_AGENT"
        case .markGone: "MARK_AGENT_GONE"
        }
    }

    package var agent: AgentID {
        switch self {
        case .deactivate(let agent), .reactivate(let agent), .drain(let agent, _), .markGone(let agent): agent
        }
    }

    /// The first version that has it (`include/mesos/v1/master/master.proto` of each tag).
    var since: MesosVersion {
        switch self {
        case .markGone: MesosVersion(major: 1, minor: 5)
        case .deactivate, .reactivate, .drain: MesosVersion(major: 1, minor: 9)
        }
    }

    /// The request. A grace period is a `google.protobuf.Duration`, which this API takes as an object of seconds and in no other way: what it does not know
    /// in such an object it takes for zero, and zero kills at once.
    var body: [UInt8] {
        let agentID = #""agent_id":{"value":\#(JSONText.quoted(agent.rawValue))}"#
        let message =
            switch self {
            case .deactivate: #""deactivate_agent":{\#(agentID)}"#
            case .reactivate: #""reactivate_agent":{\#(agentID)}"#
            case .drain(_, let grace): #""drain_agent":{\#(agentID),"max_grace_period":{"seconds":\#(max(1, grace.components.seconds))}}"#
            case .markGone: #""mark_agent_gone":{\#(agentID)}"#
            }
        return Array(#"{"type":"\#(call)",\#(message)}"#.utf8)
    }
}
