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
        case .successorSeen(let instance): (.replacementStep, ["successor": instance.rawValue])
        case .successorJoined(let agent): (.replacementStep, ["successor_agent": agent.rawValue])
        case .successorLost(let instance): (.replacementStep, ["successor_lost": instance.rawValue])
        case .cancelling(_, let reason): (.replacementStep, ["cancelling": reason])
        case .answered, .membersSeen, .moved: nil
        }
    }
}

extension Action {
    /// What it does, in words.
    var words: String {
        switch self {
        case .look: "look"
        case .deactivate(let agent): "deactivate agent \(agent)"
        case .reactivate(let agent): "reactivate agent \(agent)"
        case .drain(let agent): "drain agent \(agent)"
        case .markGone(let agent): "mark agent \(agent) gone"
        case .replaceMember(let member, let task, _): "replace \(member)" + (task.map { ", task \($0)" } ?? "")
        case .restartAgent(let node): "restart the agent of \(node)"
        case .stopHost(let node): "stop Docker and the agent of \(node)"
        case .drainHost(let node): "run the drain commands on \(node)"
        case .startHost(let node): "start Docker and the agent of \(node)"
        case .leave(let node): "take the agent of \(node) out of the cluster"
        case .beforeDrain(let node): "run the hook before the drain on \(node)"
        case .detach(let instance): "take \(instance) out of its load balancers"
        case .attach(let instance, like: let old): "put \(instance) into the load balancers of \(old)"
        case .keepConsole(let instance): "keep the console output of \(instance)"
        case .terminate(let instance, let group): "terminate \(instance)" + (group.map { " in group \($0)" } ?? "")
        case .retire(let instance, let group): "terminate \(instance) and make group \(group) smaller"
        case .launch(let pool, let image, _, let token): "launch one for pool \(pool)" + (image.map { " from \($0)" } ?? "") + ", token \(token)"
        case .ready(let node): "run the hook that makes \(node) ready"
        }
    }
}
