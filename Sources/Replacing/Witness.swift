import Fleet

/// One who can say that a machine is dead, or that it lives. A value in a list.
package struct Witness: Sendable {
    package let name: String
    /// Whether its `alive` is the host's own answer, rather than what somebody else thinks of the machine.
    package let isOfHost: Bool
    package let says: @Sendable (VitalSigns) -> Word

    package enum Word: Hashable, Sendable {
        case dead(String)
        case alive(String)
        case nothing(String)
    }

    package init(_ name: String, isOfHost: Bool = false, says: @escaping @Sendable (VitalSigns) -> Word) {
        self.name = name
        self.isOfHost = isOfHost
        self.says = says
    }
}

extension Witness {
    package static let all = [ec2, ssm, probe]

    /// EC2's two checks of the machine. That they are well is no answer of the host's, but it outweighs one witness who heard nothing from it.
    package static let ec2 = Witness("ec2") { signs in
        let checks = [signs.facts[.systemStatus], signs.facts[.instanceStatus]]
        if checks.contains(.text(InstanceStatus.Check.impaired.rawValue)) { return .dead("EC2 calls it impaired") }
        if checks.allSatisfy({ $0 == .text(InstanceStatus.Check.ok.rawValue) }) { return .alive("EC2 calls it well") }
        return .nothing("EC2's checks say nothing")
    }

    /// SSM's agent on the host: that it is lost means something only where it was online before.
    package static let ssm = Witness("ssm", isOfHost: true) { signs in
        switch signs.facts[.ssmPing] {
        case .text(SSMPing.online.rawValue): .alive("SSM has it online")
        case .text(SSMPing.connectionLost.rawValue) where signs.wasOnlineInSSM == true: .dead("SSM has lost it")
        default: .nothing("SSM says nothing")
        }
    }

    /// What the host itself answers when it is asked.
    package static let probe = Witness("probe", isOfHost: true) { signs in
        switch signs.facts[.probe] {
        case .text(ProbeSighting.Answer.answers.rawValue): .alive("it answers")
        case .text(ProbeSighting.Answer.silent.rawValue): .dead("it does not answer")
        default: .nothing("whether it answers is not known")
        }
    }
}
