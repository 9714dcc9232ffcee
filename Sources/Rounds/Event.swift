package import Fleet
package import Replacing
package import Rules

/// What wakes a round. Every round looks at the whole state; an event only says what is new.
package enum Event: Sendable {
    /// A poll of the Mesos masters ended.
    case mesos(Result<MesosSighting, SourceFailure>)
    /// A look at the masters' agents alone ended, between two polls.
    case agents(Result<AgentsSighting, SourceFailure>)
    /// Mesos' event stream told of tasks, between two polls.
    case tasks([TaskNews])
    /// A poll of EC2 and the pools' image sources ended.
    case ec2(EC2Sighting)
    /// A look at some instances alone ended, between two polls.
    case instances(InstancesSighting)
    /// A poll of the load balancers and addresses ended.
    case entrances(Result<EntrancesSighting, SourceFailure>)
    /// A poll of DC/OS' system health ended.
    case health(Result<HealthSighting, SourceFailure>)
    /// A poll of Marathon and the services' schedulers ended.
    case services(ServicesSighting)
    /// A round of asking the hosts themselves ended.
    case probe(ProbeSighting)
    /// Something was heard of Terraform: what making a plan came to, or how the application of one stands.
    case terraform(TerraformSighting)
    /// Other rules from now on.
    case rules(RuleSet)
    /// A person tells Mayfly something.
    case command(Command)
    /// What an errand came to, as far as the call told.
    case acted(ReplacementID, intent: Int, Intent.Answer.Outcome)
    /// How the claim on the cluster stands.
    case claim(ClaimStanding)
    /// Nothing new but the time.
    case look

    /// Whether who lives where may be other than before.
    var tellsOfMembers: Bool {
        switch self {
        case .mesos, .services: true
        case .agents, .tasks, .ec2, .instances, .entrances, .health, .probe, .terraform, .rules, .command, .acted, .claim, .look: false
        }
    }
}
