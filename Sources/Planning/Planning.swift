/// Decides for every candidate: all gates are asked and answered, in the order of work, each start counting for those after it.
///
/// Pure. `failing` before `outdated`; then fewest members, then oldest; one zone before the next for `outdated`; a service's controller last where
/// known; one that is blocked yields its place.
package func plan(_ candidates: [Candidate], in situation: Situation, gates: [Gate]) -> Plan {
    var plan = Plan()
    plan.latches = situation.latches
    return plan
}

/// What the gates that are asked before harm say to one harmful call of work in flight: the answers that are not open.
package func harmRefused(_ question: GateQuestion, in situation: Situation, gates: [Gate]) -> [GateAnswer] {
    gates.filter(\.isAskedBeforeHarm).map { $0.answer(question, situation) }.filter { !$0.isOpen }
}

extension Gate {
    /// Every gate, in the order in which they are asked.
    package static let all: [Gate] = []
}
