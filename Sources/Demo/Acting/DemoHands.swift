package import Fleet
package import Replacing
internal import Simulation

/// What the invented servers do when they are told to: changes of the world, and what SSM keeps besides.
struct DemoHands: Sendable {
    /// Does it in the world, now.
    let carryOut: @Sendable (Action) -> CallOutcome
    /// What the group is told besides, now.
    let tellGroup: @Sendable (GroupCall) -> CallOutcome
    let shelf: ParameterShelf
    let desk: CommandDesk

    /// A call of Auto Scaling's that is no action by itself.
    enum GroupCall: Sendable, Hashable {
        case heartbeat(String, InstanceID)
        case complete(String, InstanceID)
        case attach(InstanceID)
    }

    /// A refusal as the world words it: `400: Unknown agent`, `503 RequestLimitExceeded: Request limit exceeded.`
    struct Refusal: Sendable, Hashable {
        let status: Int
        /// AWS' code; empty elsewhere.
        let code: String
        let text: String
    }

    /// Nil when it was done.
    func refusal(of action: Action) -> Refusal? { Self.refusal(carryOut(action)) }
    func refusal(of call: GroupCall) -> Refusal? { Self.refusal(tellGroup(call)) }

    private static func refusal(_ outcome: CallOutcome) -> Refusal? {
        switch outcome {
        case .accepted, .launched: nil
        case .refused(let words), .unanswered(let words): Refusal(words)
        }
    }
}

extension DemoHands.Refusal {
    init(_ words: String) {
        let parts = words.split(separator: ":", maxSplits: 1).map(String.init)
        let head = (parts.first ?? "").split(separator: " ").map(String.init)
        status = head.first.flatMap { Int($0) } ?? 500
        code = head.dropFirst().joined(separator: " ")
        text = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : words
    }
}

extension DemoCluster {
    /// A call that somebody made to change something, and what it came to.
    package struct MadeCall: Hashable, Sendable {
        package let at: Timestamp
        package let action: Action
        package let outcome: CallOutcome
    }
}
