import Fleet
import Planning

/// Which gates a back-test asks, and what it takes for granted.
struct ReplayedGatesView: Encodable {
    private enum CodingKeys: String, CodingKey {
        case asked, assumed
        case notAsked = "not_asked"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(GateReplay.asked.map(\.name.rawValue), forKey: .asked)
        try container.encode(GateReplay.notAsked.map(\.rawValue), forKey: .notAsked)
        try container.encode(GateReplay.assumed, forKey: .assumed)
    }
}

/// For how long a gate was shut for a finding.
struct GateHoldView: Encodable {
    let gate: String
    let seconds: Int64
    let wasUnknown: Bool
    let reason: String

    private enum CodingKeys: String, CodingKey {
        case gate, seconds, reason
        case wasUnknown = "was_unknown"
    }

    init(_ hold: GatedFinding.Hold) {
        gate = hold.gate.rawValue
        seconds = hold.took.inSeconds
        wasUnknown = hold.wasUnknown
        reason = hold.reason
    }
}

/// A replacement that would have begun.
struct WouldBeReplacementView: Encodable {
    let node: String
    let rule: String
    let findingClass: String
    let at: String

    private enum CodingKeys: String, CodingKey {
        case node, rule, at
        case findingClass = "class"
    }

    init(_ replacement: WouldBeReplacement) {
        node = replacement.node.rawValue
        rule = replacement.rule.rawValue
        findingClass = replacement.findingClass.rawValue
        at = replacement.at.description
    }
}

/// What would have been replaced otherwise.
struct ReplacementDifferenceView: Encodable {
    let difference: String
    let node: String
    let before: WouldBeReplacementView?
    let after: WouldBeReplacementView?

    init(_ item: ReplacementsDifference.Item) {
        difference = item.kind.rawValue
        node = item.node.rawValue
        before = item.before.map(WouldBeReplacementView.init)
        after = item.after.map(WouldBeReplacementView.init)
    }
}
