import Fleet
import Replacing

extension Transition {
    /// What the audit says of it, for people. Nil for what only its replacement's own history tells: how a move goes on, what a call answered.
    var said: (kind: AuditEntry.Kind, details: [String: String])? {
        switch self {
        case .began(let replacement):
            (.replacementBegan, ["asked_by": replacement.askedBy, "reason": replacement.reason, "order": replacement.order.rawValue])
        case .stepped(to: let step): (.replacementStep, ["step": step.rawValue])
        case .reordered(let order, to: let step, let reason): (.replacementStep, ["order": order.rawValue, "step": step.rawValue, "reason": reason])
        case .retried(let attempt, let reason): (.replacementStep, ["attempt": String(attempt), "reason": reason])
        case .intended(let intent): (.replacementAction, ["step": intent.step.rawValue, "action": intent.action.words])
        case .waits(let gates): (.replacementWaits, ["gates": gates.joined(separator: ", ")])
        case .goesOn: (.replacementWaits, ["gates": "open again"])
        case .parked(let why, let reason): (.replacementParked, ["why": why.rawValue, "reason": reason])
        case .unparked(_, let reason): (.replacementParked, ["why": "goes on", "reason": reason])
        case .ended(let outcome): (.replacementEnded, ["outcome": outcome.kind.rawValue, "reason": outcome.reason])
        case .successorSeen(let instance, _): (.replacementStep, ["successor": instance.rawValue])
        case .successorJoined(let agent): (.replacementStep, ["successor_agent": agent.rawValue])
        case .successorLost(let instance): (.replacementStep, ["successor_lost": instance.rawValue])
        case .cancelling(_, let reason): (.replacementStep, ["cancelling": reason])
        case .entrancesSeen(let seen):
            seen.isEmpty ? nil : (.replacementStep, ["entrances": seen.map(\.description).joined(separator: ", ")])
        case .answered, .membersSeen, .moved: nil
        }
    }
}
