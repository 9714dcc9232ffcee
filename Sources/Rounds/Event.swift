package import Fleet
package import Rules

/// What wakes a round. Every round looks at the whole state; an event only says what is new.
package enum Event: Sendable {
    /// A poll of the Mesos masters ended.
    case mesos(Result<MesosSighting, SourceFailure>)
    /// A poll of EC2 and the pools' image sources ended.
    case ec2(EC2Sighting)
    /// Other rules from now on.
    case rules(RuleSet)
    /// Nothing new but the time.
    case look
}
