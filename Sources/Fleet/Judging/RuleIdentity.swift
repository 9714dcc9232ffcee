/// What a rule says that is to be done with a node on which it holds.
package enum Verdict: String, Hashable, Sendable, CaseIterable, Codable {
    /// Treat the node as ephemeral.
    case replace
    /// Tell people, no more.
    case notify
    /// This node is not ephemeral: vetoes `replace`, also while it is unknown.
    case keep
}

/// Why a rule's node is replaced: which comes first, and which limits count it.
package enum FindingClass: String, Hashable, Sendable, CaseIterable, Codable {
    case failing
    case outdated
}

/// How far Mayfly may go: the daemon's mode is the upper bound of every rule's.
package enum Mode: String, Hashable, Sendable, CaseIterable, Codable, Comparable {
    /// Say what would be done.
    case alert
    /// Ask a person.
    case propose
    /// Do it.
    case act

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .alert: 0
        case .propose: 1
        case .act: 2
        }
    }
}

/// What a finding has to say of the rule that made it, whatever becomes of the rule file.
package struct RuleIdentity: Hashable, Sendable {
    package let name: RuleName
    package let verdict: Verdict
    package let findingClass: FindingClass
    package let mode: Mode

    package init(name: RuleName, verdict: Verdict, findingClass: FindingClass, mode: Mode) {
        self.name = name
        self.verdict = verdict
        self.findingClass = findingClass
        self.mode = mode
    }
}
