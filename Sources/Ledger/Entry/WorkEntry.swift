package import Fleet
package import Planning
package import Replacing

/// What a round has decided, and what became of the work in flight: differences only.
package struct WorkEntry: Sendable {
    /// In the order in which they came to be; each is stored, and said in the audit.
    package var transitions: [TransitionEntry] = []
    /// Every replacement that `transitions` are of, as it is after them.
    package var replacements: [Replacement] = []
    package var brakes: [BrakeChange] = []
    /// Assessments that are new, or of which the outcome or the set of shut gates is other than before; each ends the one before it of its node.
    package var assessments: [Assessment] = []
    /// Nodes that are no candidates any more: their open assessment ends.
    package var unassessed: [NodeID] = []

    package init() {}

    package var isEmpty: Bool { transitions.isEmpty && brakes.isEmpty && assessments.isEmpty && unassessed.isEmpty }
}

/// A brake that was put on, changed or taken off.
package enum BrakeChange: Hashable, Sendable {
    case pause(Pause?)
    case refresh(Refresh?)
    case hold(NodeID, Hold?)
    case approval(NodeID, Approval?)
    case request(NodeID, Request?)
    case latch(LatchName, Latch?)
}

/// What the ledger remembers of the work and the brakes.
package struct RememberedWork: Sendable {
    /// Open ones, and those begun within the last 30 days. By id.
    package var replacements: [Replacement] = []
    /// The highest number that was ever used. Nil: none was.
    package var lastReplacement: ReplacementID?
    package var pause: Pause?
    package var refresh: Refresh?
    package var holds: [Hold] = []
    package var approvals: [Approval] = []
    package var requests: [Request] = []
    package var latches: [Latch] = []
    /// The open assessments: node, outcome and shut gates as they were stored.
    package var assessments: [RecordedAssessment] = []

    package init() {}
}

/// An open assessment, as far as the next round compares with it.
package struct RecordedAssessment: Hashable, Sendable {
    package let node: NodeID
    package let rule: RuleName?
    package let from: Timestamp
    package let outcome: Assessment.Outcome
    /// In the order in which they are asked.
    package let shut: [Gate.Name]

    package init(node: NodeID, rule: RuleName?, from: Timestamp, outcome: Assessment.Outcome, shut: [Gate.Name]) {
        self.node = node
        self.rule = rule
        self.from = from
        self.outcome = outcome
        self.shut = shut
    }
}
