internal import Fleet

extension Transition {
    /// What has changed, in a few words for people.
    package var words: String {
        switch self {
        case .began(let replacement): "begins, for \(replacement.reason)"
        case .stepped(let step): "goes on to \(step.rawValue)"
        case .reordered(let order, let step, let reason): "goes on as \(order.rawValue) with \(step.rawValue): \(reason)"
        case .retried(let attempt, let reason): "tries the step again, attempt \(attempt): \(reason)"
        case .intended(let intent): "is about to \(intent.action.words)"
        case .answered(let number, let answer): "call \(number): \(answer.outcome.words)"
        case .membersSeen(let moves): moves.isEmpty ? "has no members to move" : "has to move \(moves.map { "\($0.member)" }.joined(separator: ", "))"
        case .moved(let move): "\(move.member) \(move.words)"
        case .entrancesSeen(let entrances): "notes what leads to the node: \(entrances.count)"
        case .waits(let gates): "waits for \(gates.joined(separator: ", "))"
        case .goesOn: "waits no more"
        case .parked(let reason, let words): "is parked, \(reason.rawValue): \(words)"
        case .unparked(let who, let reason): "goes on, by \(who): \(reason)"
        case .successorSeen(let instance, let image): "its successor is \(instance)" + (image.map { " with \($0)" } ?? "")
        case .successorJoined(let agent): "its successor has joined as agent \(agent)"
        case .successorLost(let instance): "its successor \(instance) is no more"
        case .cancelling(let who, let reason): "is to be ended, by \(who): \(reason)"
        case .ended(let outcome): "has ended, \(outcome.kind.rawValue): \(outcome.reason)"
        }
    }

    /// Whether it belongs to what somebody follows who reads only the main points: not each call, member and look.
    package var isMainPoint: Bool {
        switch self {
        case .began, .stepped, .reordered, .retried, .waits, .parked, .unparked, .successorSeen, .successorJoined, .successorLost, .cancelling, .ended: true
        case .intended, .answered, .membersSeen, .moved, .entrancesSeen, .goesOn: false
        }
    }
}

extension MemberMove {
    fileprivate var words: String {
        if isDone { return "is in sync elsewhere" }
        if recoveredAt != nil { return "is in place elsewhere" + (behind.map { ", behind in \($0) partitions" } ?? "") }
        if placedAt != nil { return "runs on another agent" }
        return askedAt == nil ? "is to go" : "was asked to go"
    }
}
