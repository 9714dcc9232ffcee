package import Fleet
package import Ledger
package import Planning
package import Replacing

/// The work and the brakes, as the last round left them.
package struct Work: Sendable {
    /// Open ones, and those begun within the last 30 days.
    package internal(set) var replacements: [ReplacementID: Replacement] = [:]
    package internal(set) var pause: Pause?
    package internal(set) var refresh: Refresh?
    package internal(set) var holds: [NodeID: Hold] = [:]
    package internal(set) var approvals: [NodeID: Approval] = [:]
    package internal(set) var requests: [NodeID: Request] = [:]
    package internal(set) var latches: [LatchName: Latch] = [:]
    package internal(set) var assessments: [NodeID: RecordedAssessment] = [:]
    /// How the claim on the cluster stands; not kept over a restart.
    package internal(set) var claim = ClaimStanding.none
    /// When a look at each of these was last asked for; not kept over a restart.
    var looks: [Action.Scope: Timestamp] = [:]
    /// What the gates say that keep open replacements from going on; not kept over a restart.
    package internal(set) var held: [ReplacementID: [GateAnswer]] = [:]
    /// The highest number that a replacement has had.
    var last = ReplacementID(0)
    /// The latches as the ledger has them: that one goes on is written once a minute.
    var storedLatches: [LatchName: Latch] = [:]

    package init() {}

    package init(_ remembered: RememberedWork) {
        replacements = Dictionary(remembered.replacements.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        last = max(remembered.lastReplacement ?? last, replacements.keys.max() ?? last)
        pause = remembered.pause
        refresh = remembered.refresh
        holds = Dictionary(remembered.holds.map { ($0.node, $0) }, uniquingKeysWith: { $1 })
        approvals = Dictionary(remembered.approvals.map { ($0.node, $0) }, uniquingKeysWith: { $1 })
        requests = Dictionary(remembered.requests.map { ($0.node, $0) }, uniquingKeysWith: { $1 })
        latches = Dictionary(remembered.latches.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        storedLatches = latches
        assessments = Dictionary(remembered.assessments.map { ($0.node, $0) }, uniquingKeysWith: { $1 })
    }

    /// Those that are not over, by id.
    package var open: [Replacement] { replacements.values.filter(\.isOpen).sorted { $0.id < $1.id } }
}
