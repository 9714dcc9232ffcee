import Fleet

/// Decides for every candidate: all gates are asked and answered, in the order of work, each start counting for those after it.
///
/// Pure. `failing` before `outdated`; `outdated` zone by zone, where work is going on first, and there those of a service that waits for nobody yet before
/// those that would wait behind others of their service; then fewest members, then oldest. One that is blocked yields its place to the next. Which broker is its service's controller is told by no scheduler that is read, so it has no place in the order.
package func plan(_ candidates: [Candidate], in situation: Situation, gates: [Gate]) -> Plan {
    var situation = situation
    var plan = Plan()
    if situation.census == nil { situation.census = Census(situation.nodes) }
    situation.latches = latches(in: situation)
    plan.latches = situation.latches
    if !candidates.isEmpty, gates.contains(where: { $0.name == .capacity }) { situation.tally = Tally(situation.nodes) }
    for candidate in inOrder(candidates, situation) {
        guard let node = situation.nodes[candidate.node] else { continue }
        let question = GateQuestion(node: node, cause: candidate.cause, moment: .start)
        let answers = gates.filter(\.isAskedAtStart).map { $0.answer(question, situation) }
        let assessment = Assessment(
            node: node.id, rule: candidate.cause.rule, findingClass: candidate.cause.findingClass, answers: answers, outcome: outcome(answers))
        plan.assessments.append(assessment)
        if assessment.outcome == .decided { situation.begin(question) }
    }
    return plan
}

/// What the gates that are asked before harm, and at its turn those that are asked then, say to one harmful call of work in flight: the answers that are not open.
package func harmRefused(_ question: GateQuestion, in situation: Situation, gates: [Gate]) -> [GateAnswer] {
    var situation = situation
    situation.refreshObserverLatches()
    let isTurn = question.isTurn
    return gates.filter { $0.isAskedBeforeHarm || (isTurn && $0.isAskedAtTurn) }.map { $0.answer(question, situation) }.filter { !$0.isOpen }
}

extension Gate {
    /// Every gate, in the order in which they are asked.
    package static let all: [Gate] = [
        pause, mode, hold, identity, fresh, breaker, image, window, rate, inFlight, successor, capacity, service,
    ]
}

private func outcome(_ answers: [GateAnswer]) -> Assessment.Outcome {
    let shut = answers.filter { !$0.isOpen }
    if shut.isEmpty { return .decided }
    return shut.allSatisfy { $0.gate == .mode } ? .wouldStart : .refused
}

/// The order of work.
private func inOrder(_ candidates: [Candidate], _ situation: Situation) -> [Candidate] {
    let zonesAtWork = Set(situation.inFlight.filter { $0.findingClass == .outdated }.compactMap(\.zone))
    struct Place: Comparable {
        let isOutdated: Bool
        let zone: String
        /// How many would have their members of the same service moved first: those in flight, and those that come before it.
        var turn: Int
        let members: Int
        let since: Timestamp
        let node: NodeID
        let rule: String

        static func < (left: Self, right: Self) -> Bool {
            if left.isOutdated != right.isOutdated { return right.isOutdated }
            if (left.zone, left.turn) != (right.zone, right.turn) { return (left.zone, left.turn) < (right.zone, right.turn) }
            return (left.members, left.since, left.node, left.rule) < (right.members, right.since, right.node, right.rule)
        }
    }
    func place(_ candidate: Candidate) -> Place {
        let node = situation.nodes[candidate.node]
        let isOutdated = candidate.cause.findingClass == .outdated
        let zone = node?.zone ?? ""
        return Place(
            isOutdated: isOutdated, zone: isOutdated ? (zonesAtWork.contains(zone) ? "0" : "1") + zone : "", turn: 0, members: node?.members?.count ?? .max,
            since: candidate.cause.since, node: candidate.node, rule: candidate.cause.rule?.rawValue ?? "")
    }
    var placed = candidates.map { (candidate: $0, place: place($0)) }.sorted { $0.place < $1.place }
    var busy = situation.inFlight.reduce(into: [ServiceName: Int]()) { busy, work in
        for service in Set(work.members.map(\.service)) { busy[service, default: 0] += 1 }
    }
    var seen: Set<NodeID> = []
    for index in placed.indices where placed[index].place.isOutdated && seen.insert(placed[index].candidate.node).inserted {
        let services = Set((situation.nodes[placed[index].candidate.node]?.members ?? []).map(\.service))
        placed[index].place.turn = services.map { busy[$0, default: 0] }.max() ?? 0
        for service in services { busy[service, default: 0] += 1 }
    }
    return placed.sorted { $0.place < $1.place }.map(\.candidate)
}

extension Situation {
    /// Takes a start that was decided into account. What it takes over is over; it has no number yet, and gets one below zero.
    fileprivate mutating func begin(_ question: GateQuestion) {
        let node = question.node
        if let own = question.own(in: self) { inFlight.removeAll { $0.id == own.id } }
        let order: Order =
            switch node.vital {
            case .living where node.facts.announcedEnd != nil: .living
            case .living, .undecided: pool(node.pool)?.isLaunchFirst == true ? .launchFirst : .living
            case .dead: .dead
            case .stray: .stray
            case .departed: .departed
            }
        let id = ReplacementID(min(0, inFlight.map(\.id.number).min() ?? 0) - 1)
        inFlight.append(
            WorkInFlight(
                id: id, node: node.id, instance: node.node.instance, agent: node.node.agent, slot: node.slot, pool: node.pool, zone: node.zone,
                findingClass: question.cause.findingClass, startedAt: now, targetImage: question.target(in: self)?.image, order: order, step: .validate,
                members: node.members ?? []))
        starts.append(now)
        starts.sort()
        approvals[node.id] = nil
    }
}
