/// What a person tells Mayfly to do or to leave alone. Each is stored with who and why in the round that takes it in.
package struct Command: Hashable, Sendable, Codable {
    /// The user, as the kernel told it of the caller; never empty.
    package let who: String
    /// Never empty.
    package let reason: String
    package let kind: Kind

    package enum Kind: Hashable, Sendable, Codable {
        /// The kill switch. Until nil: until `resume`.
        case pause(until: Timestamp?)
        case resume
        /// Opens a refresh, where outdated nodes wait for one; one that is open already gets this end.
        case refresh(until: Timestamp)
        case endRefresh
        /// Exempts a node.
        case hold(NodeID, until: Timestamp)
        case release(NodeID)
        /// Approves what was proposed for a node: bound to the evidence that it was given for.
        case approve(NodeID, until: Timestamp)
        /// Asks for a node to be replaced, through the same gates.
        case replace(NodeID)
        case cancel(ReplacementID)
        /// Lets a parked replacement go on from the step that it was parked in.
        case retry(ReplacementID)
        /// Releases a latch.
        case accept(LatchName)
        /// Claims a cluster that another ledger has claimed.
        case takeOver
    }

    package init(who: String, reason: String, kind: Kind) {
        self.who = who
        self.reason = reason
        self.kind = kind
    }
}
