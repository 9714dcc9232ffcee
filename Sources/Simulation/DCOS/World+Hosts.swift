package import Fleet

/// What is heard of hosts besides Mesos and EC2: SSM's agents, and the hosts themselves.
extension World {
    /// How long SSM waits for a sign of life before it calls the connection lost.
    private static let pingPatience = Duration.seconds(300)

    /// A machine's SSM agent as SSM lists it; nil where it never reported, or is forgotten.
    package func ssmPing(_ machine: Machine) -> (ping: SSMPing, lastHeard: Timestamp)? {
        // It reports within a minute of the first boot, and is forgotten with the instance.
        let reportsFrom = machine.launchTime + .seconds(60)
        guard now >= reportsFrom, machine.isListedByEC2 else { return nil }
        let silentSince = [machine.ssmSilentSince, machine.hungSince, machine.shutDownSince].compactMap(\.self).min()
        guard let silentSince else { return (.online, now) }
        return (now - silentSince < Self.pingPatience ? .online : .connectionLost, silentSince)
    }

    /// SSM's agents as values, as `Demo` answers over the wire; what SSM refuses is a failure.
    package func pings() -> Result<[InstanceID: SSMPing], SourceFailure> {
        if isThrottled(.ssm) { return .failure(SourceFailure("the invented SSM answers 400 ThrottlingException: Rate exceeded")) }
        let known = machines.compactMap { machine in ssmPing(machine).map { (machine.instance, $0.ping) } }
        return .success(Dictionary(known, uniquingKeysWith: { first, _ in first }))
    }

    /// What a probe of every listed machine brings at `time`.
    package mutating func probeSighting(at time: Timestamp) -> ProbeSighting {
        advance(to: time)
        let hosts = machines.compactMap { machine in
            machine.terminatedAt == nil ? Address(machine.privateIP).map { ($0, machine.hostAnswers ? ProbeSighting.Answer.answers : .silent) } : nil
        }
        return ProbeSighting(hosts: Dictionary(hosts, uniquingKeysWith: { _, last in last }))
    }
}
