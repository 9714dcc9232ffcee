import Fleet
import Planning
import Replacing

extension Working {
    /// How long after the round an action may still be begun: what allowed it was seen just before.
    static let errandBegunWithin = Duration.seconds(10)

    /// Looks after every open replacement, by id; what one comes to counts for the next.
    mutating func advance(_ situation: inout Situation) {
        // Two at work on one cluster do harm, and a deadline that runs while nothing may be done means nothing.
        guard case .ours(let confirmedAt) = work.claim, work.claim.allowsActing(at: now) else { return }
        let notAfter = min(now + Self.errandBegunWithin, confirmedAt + ClaimStanding.confirmedWithin)
        let homes = Homes(self)
        work.held = work.held.filter { work.replacements[$0.key]?.isOpen == true }
        for before in work.open {
            guard let replacement = work.replacements[before.id] else { continue }
            let looking = Looking(working: self, situation: situation, homes: homes, replacement: replacement)
            let node = looking.node
            let cause = looking.cause
            let question = situation.inFlight.first { $0.id == replacement.id }
            var answers: [GateAnswer] = []
            let advance = replacement.advance(
                looking.look(),
                refuses: { step, taken in
                    answers = harmRefused(
                        GateQuestion(node: node, cause: cause, moment: .init(step, taken), work: question), in: situation, gates: settings.gates)
                    return answers.map(\.gate.rawValue)
                }, playbook: settings.playbook)
            work.held[replacement.id] = answers.isEmpty ? nil : answers
            for transition in advance.transitions {
                note(transition, of: replacement.id)
                quarantine(by: transition, of: replacement.id, in: &situation)
                guard case .intended(let intent) = transition else { continue }
                report.errands.append(Errand(replacement: replacement.id, intent: intent.number, action: intent.action, notAfter: notAfter))
            }
            let looks = advance.looks.filter(isToBeLookedAt)
            if !looks.isEmpty {
                for scope in looks { work.looks[scope] = now }
                report.errands.append(Errand(replacement: replacement.id, intent: nil, action: .look(looks), notAfter: notAfter))
            }
            situation.inFlight = inFlight
        }
    }

    /// Whether it is to be looked at anew: a look that was asked for is on its way, until it can be begun no more. Each look makes a round, and each round
    /// would ask again.
    private func isToBeLookedAt(_ scope: Action.Scope) -> Bool {
        guard let asked = work.looks[scope], asked <= now else { return true }
        return now - asked >= Self.errandBegunWithin
    }

    /// The work that is not over, each under the name that its node has now.
    var inFlight: [WorkInFlight] { work.open.compactMap { $0.inFlight?.named(currentNode(of: $0)?.node.id ?? $0.node) } }

    /// The node of a replacement by the name that it has now. Nil once it has left the fleet.
    func currentNode(of replacement: Replacement) -> State.NodeState? {
        if let node = state.nodes[replacement.node] { return node }
        // Only an agent's node is ever renamed.
        guard replacement.instance == nil else { return nil }
        return state.nodes.values.first { replacement.isOf($0.node) }
    }
}

extension GateQuestion.Moment {
    fileprivate init(_ step: Step, _ taken: Taken?) {
        switch taken {
        case .instance(of: let app)?: self = .instance(of: app)
        case .member(let member)?: self = .harm(step, member: member)
        case nil: self = .harm(step, member: nil)
        }
    }
}
