import Fleet
import Replacing

/// All that is told of one node in a round: of this, of `HostWords`, of `FleetWords` and of what it was before it is derived, and of nothing else.
///
/// Few nodes have the time in them as well (`FleetTimes`). Any other is what it was as long as all of this is: so its words are compared with those before.
struct NodeWords: Equatable {
    /// Its agent, unless that has come back on another instance.
    var agentHere: AgentID?
    /// The same as the master lists it. Nil: it does not.
    var agent: Agent?
    /// The same as the master knows it from before its failover.
    var recovered: RecoveredAgent?
    /// Whether it is not clear which agent runs on its instance.
    var isAmbiguous = false
    /// What the tasks on its agent come to. Nil without an agent here.
    var tally: TaskTally?
    /// As the sweep has it. Nil: it has not.
    var instance: Instance?
    var status: InstanceStatus?
    /// When its image was made. Nil: not known.
    var imageTime: Timestamp?
    var ping: SSMPing?
    /// What AWS has said of the spot instance that it is.
    var warning: SpotWarning?
    /// When EC2 last said what its instance is, where a warning is to be compared with it.
    var readAt: Timestamp?
    /// Whether its group is about to end it.
    var isLeavingGroup = false
    /// Whether we have asked for its end ourselves, in work that is not over.
    var isEndedByUs = false
    /// Who lives on its agent.
    var home: Residence.Home?
    /// Moves that are done, away from its agent.
    var movesDone: [MemberMove] = []
    /// How often its slot was replaced within 30 days.
    var replacements = 0
    /// Whether a person has asked for its replacement.
    var isRequested = false
    /// Whether a replacement of it has come to its end.
    var isReplaced = false
}

/// What is told of the hosts, by the address that they have.
struct HostWords {
    let health: [Address: NodeHealth]?
    let probe: ProbeSighting?

    struct Word: Equatable {
        var health: NodeHealth?
        var answer: ProbeSighting.Answer?
    }

    /// Of the address that a node was last told to have.
    func word(of told: NodeFacts) -> Word {
        if health == nil && probe == nil { return Word() }
        guard case .text(let ip) = told[.privateIP], let address = Address(ip) else { return Word() }
        return Word(health: health?[address], answer: probe?.hosts[address])
    }
}
