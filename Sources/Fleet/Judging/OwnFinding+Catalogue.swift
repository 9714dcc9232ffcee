extension OwnFinding.Kind {
    /// How long it must be so before it counts. A source asks for six of its own intervals instead: three to be stale, three more to stay away.
    package var holdFor: Duration {
        switch self {
        case .alertsFailing: .seconds(600)  // A restart of the receiver fits in.
        case .claimUnconfirmed: .seconds(600)  // The place of the claim may be away for a while.
        case .agentsUnmatched: .seconds(600)  // An agent may register before EC2 is swept again.
        case .joinAmbiguous: .seconds(300)  // While one agent follows another, both may be listed.
        case .roundsFailing: .seconds(60)  // Four rounds; a backup of the disk fits in.
        case .ruleUnknown: .seconds(3600)  // And three of EC2's intervals: so long is a new target image none yet.
        case .targetUnresolved: .seconds(3600)  // As long as a new target must be stable anyway.
        case .replacementStuck: .seconds(3600)
        case .nodesRefused: .seconds(86_400)  // A window that opens once a day fits in.
        case .alertTest, .claimForeign, .latchTripped, .poolIrreplaceable, .replacementParked, .windowTooShort, .alertsLost, .nodesUnpooled, .poolsOverlap,
            .ruleFailed,
            .ruleLimited, .rulesRefused, .sourceStale, .windowUnreachable:
            .zero
        }
    }

    /// How long it must be over before it ends, so that what comes and goes is one finding and not many.
    package var keepFor: Duration {
        switch self {
        case .alertsFailing, .agentsUnmatched, .joinAmbiguous, .nodesRefused, .nodesUnpooled, .poolIrreplaceable, .poolsOverlap, .roundsFailing, .ruleUnknown:
            .seconds(300)
        case .ruleLimited, .ruleFailed: .seconds(600)
        case .sourceStale: .seconds(120)
        case .alertTest, .alertsLost, .claimForeign, .claimUnconfirmed, .latchTripped, .replacementParked, .replacementStuck, .rulesRefused, .targetUnresolved,
            .windowTooShort,
            .windowUnreachable:
            .zero
        }
    }

    /// `critical` where Mayfly no longer does what it is there for.
    package var severity: Alert.Severity {
        switch self {
        case .roundsFailing, .sourceStale, .alertsFailing, .alertsLost, .claimForeign, .claimUnconfirmed: .critical
        case .agentsUnmatched, .joinAmbiguous, .latchTripped, .nodesRefused, .nodesUnpooled, .poolIrreplaceable, .poolsOverlap, .replacementParked,
            .replacementStuck, .ruleFailed, .ruleLimited, .ruleUnknown, .rulesRefused, .targetUnresolved,
            .windowTooShort, .windowUnreachable:
            .warning
        case .alertTest: .info
        }
    }

    /// What to do about it: one or two sentences for whoever is on call.
    package var remedy: String {
        switch self {
        case .alertTest: "Nothing: it shows that alerts arrive here, without which nothing is replaced."
        case .alertsFailing: "See that the target is up and that its URL, token and CA file under alerts are right; what is queued goes out by itself then."
        case .alertsLost: "Look at findings with mayfly run's log or mayfly history for what the target was not told; make the target answer 2xx."
        case .claimUnconfirmed: "See that the place of the claim can be read and written (mayfly doctor), or, where there is none, name one under claim."
        case .claimForeign: "Stop the other daemon, or run mayfly take-over where this one is to act. Until then this one only reads."
        case .latchTripped: "Look at the nodes in the summary; when they are well it releases after its cool-down, or mayfly accept lets work go on."
        case .nodesRefused: "Look at mayfly explain of the nodes: it names the gate that holds each, and when it could open."
        case .poolIrreplaceable: "Name a way under provision of the pool, or write the rule so that it leaves the pool out."
        case .replacementParked: "Look at mayfly replacements with its number, put right what it names, then mayfly retry or mayfly cancel."
        case .replacementStuck: "Look at mayfly replacements with its number: the gate that it names is shut. It goes on by itself when that opens."
        case .windowTooShort: "Make the rule's time interval longer: nothing starts that would not end before it closes."
        case .agentsUnmatched: "See that the pools' tags and the AWS region and account take in the instances of these agents."
        case .joinAmbiguous: "Look at the addresses in the summary: remove the agent or the instance that should not be there."
        case .nodesUnpooled: "Add the nodes to a pool under pools, or write the rule so that it leaves them out."
        case .poolsOverlap: "Make the pools' selections exclude each other: a node that several select counts for none."
        case .roundsFailing: "Look at the log: the disk may be full or read-only. Nothing is found and nothing fires until the ledger can be written."
        case .ruleFailed: "Correct the rule's condition; its file and line are shown by mayfly check."
        case .ruleLimited: "Either very much is wrong with the fleet, or with the rule: look at the nodes, then correct the rule or raise its limit."
        case .ruleUnknown: "Look at mayfly explain of the nodes: a source that they need is stale, or does not tell of them."
        case .rulesRefused: "Correct the rule files; mayfly rules check shows what is wrong. The last good set is in use until then."
        case .sourceStale: "Look at the failure in the summary. What the source tells is unknown until it can be read, and rules that need it do not fire."
        case .targetUnresolved: "See that the pool's image source names an image that exists and is available; nobody in the pool is outdated until then."
        case .windowUnreachable: "Correct the rule's time interval, or remove it: its nodes would never be worked on."
        }
    }
}
