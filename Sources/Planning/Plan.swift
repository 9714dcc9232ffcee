package import Fleet

/// What asks for a node to be replaced, before any gate has been asked.
package struct Candidate: Sendable {
    package let node: NodeID
    package let cause: GateQuestion.Cause

    package init(node: NodeID, cause: GateQuestion.Cause) {
        self.node = node
        self.cause = cause
    }
}

/// What came of one candidate: every gate's answer, in order.
package struct Assessment: Hashable, Sendable {
    package let node: NodeID
    package let rule: RuleName?
    package let findingClass: FindingClass
    package let answers: [GateAnswer]
    package let outcome: Outcome

    package enum Outcome: String, Hashable, Sendable, CaseIterable, Codable {
        /// Every gate is open: it starts now.
        case decided
        /// Every gate but `mode` is open: what the dry run says. `propose` asks for an approval.
        case wouldStart = "would_start"
        /// At least one further gate is shut.
        case refused
    }

    package init(node: NodeID, rule: RuleName?, findingClass: FindingClass, answers: [GateAnswer], outcome: Outcome) {
        self.node = node
        self.rule = rule
        self.findingClass = findingClass
        self.answers = answers
        self.outcome = outcome
    }

    /// The gates that are shut, in order.
    package var shut: [GateAnswer] { answers.filter { !$0.isOpen } }

    /// The earliest time at which all could be open: the latest of those that are shut until a time. Nil: never, or nobody can say.
    package var earliest: Timestamp? {
        let shut = shut
        let times = shut.compactMap(\.opens)
        return times.count == shut.count ? times.max() : nil
    }

    package var isNever: Bool { shut.contains { $0.state == .never } }
}

/// What one round decides: assessments in the order of work. Those `decided` start now.
package struct Plan: Hashable, Sendable {
    package var assessments: [Assessment] = []
    /// Latches that tripped, went on or released by themselves, as they are now.
    package var latches: [LatchName: Latch] = [:]

    package init() {}

    package subscript(node: NodeID) -> Assessment? { assessments.first { $0.node == node } }
}
