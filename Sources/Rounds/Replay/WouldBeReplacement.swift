package import Fleet
package import Planning

/// A replacement that the gates would have let begin, in a back-test.
package struct WouldBeReplacement: Hashable, Sendable {
    package let node: NodeID
    package let rule: RuleName
    package let findingClass: FindingClass
    /// When it would have begun.
    package let at: Timestamp
    /// Until when it would have held its slots: for as long as those of its pool did, else as one is expected to take.
    package let until: Timestamp

    package init(node: NodeID, rule: RuleName, findingClass: FindingClass, at: Timestamp, until: Timestamp) {
        self.node = node
        self.rule = rule
        self.findingClass = findingClass
        self.at = at
        self.until = until
    }
}

/// What the gates would have made of a `replace` finding that fired.
package struct GatedFinding: Hashable, Sendable {
    package let node: NodeID
    package let rule: RuleName
    /// Since when it fires.
    package let firingSince: Timestamp
    /// When the node would have been replaced, for this finding or for another of the node. Nil: it would not have been.
    package internal(set) var replacedAt: Timestamp?
    /// For how long each gate was shut meanwhile, in the order of the gates.
    package internal(set) var held: [Hold] = []

    package struct Hold: Hashable, Sendable {
        package let gate: Gate.Name
        package internal(set) var took: Duration
        /// Whether it was shut, at least at times, for what it asks was not known.
        package internal(set) var wasUnknown: Bool
        /// What it said last, in words.
        package internal(set) var reason: String
    }

    /// By which a finding is found again.
    package struct Key: Hashable, Sendable {
        package let rule: RuleName
        package let node: NodeID
        package let firingSince: Timestamp?
    }

    package var key: Key { Key(rule: rule, node: node, firingSince: firingSince) }

    init(_ finding: Finding, firingSince: Timestamp) {
        node = finding.node
        rule = finding.rule.name
        self.firingSince = firingSince
    }

    /// Notes gates that were shut for a while.
    mutating func note(_ shut: [GateAnswer], for took: Duration) {
        for answer in shut {
            if let place = held.firstIndex(where: { $0.gate == answer.gate }) {
                held[place].took += took
                held[place].wasUnknown = held[place].wasUnknown || answer.state == .unknown
                held[place].reason = answer.reason
            } else {
                held.append(Hold(gate: answer.gate, took: took, wasUnknown: answer.state == .unknown, reason: answer.reason))
            }
        }
        held.sort { Gate.Name.place(of: $0.gate) < Gate.Name.place(of: $1.gate) }
    }
}

extension Finding {
    package var gateKey: GatedFinding.Key { GatedFinding.Key(rule: rule.name, node: node, firingSince: firingSince) }
}

extension Gate.Name {
    fileprivate static func place(of gate: Self) -> Int { allCases.firstIndex(of: gate) ?? 0 }
}
