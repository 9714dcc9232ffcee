import Fleet

extension Gate {
    /// There is a free slot in the fleet, the pool and the zone, and nobody works on this node already.
    ///
    /// A replacement of which pool or zone is unknown counts in every one. One that only waits gives its slot up to a failing node, and asks for one again when it
    /// is its turn; a parked one keeps its slot.
    package static let inFlight = Gate(.inFlight, beforeHarm: false, atTurn: true) { question, situation in
        let others = question.others(in: situation)
        if let work = others.first(where: { $0.node == question.node.id || $0.slot == question.node.slot }) {
            return GateAnswer(.inFlight, .shut, "it is in flight already: \(said(work, situation))", values: ["replacement": work.id.description])
        }
        if let instance = question.node.node.instance, let work = others.first(where: { $0.successor == instance }) {
            return GateAnswer(
                .inFlight, .shut, "it is the fresh node of a replacement that is not over: \(said(work, situation))",
                values: ["replacement": work.id.description])
        }
        guard let pool = question.node.pool, let zone = question.node.zone else {
            return GateAnswer(.inFlight, .unknown, "its pool or zone is unknown, and so whose slots it takes")
        }
        let holders = others.filter { $0.holdsSlot && ($0.isParked || !question.goesBefore($0)) }
        let limits = situation.limits.inFlight
        let zoneSize = situation.counts.zones[zone] ?? 0
        let answers = [
            room("the fleet", holders, limits.fleet, of: situation.capacity, situation),
            room("pool \(pool)", holders.filter { $0.pool == pool || $0.pool == nil }, limits.pool, of: situation.capacity(of: pool), situation),
            room("zone \(zone)", holders.filter { $0.zone == zone || $0.zone == nil }, limits.zone, of: zoneSize, situation),
        ]
        let worst = GateAnswer.worst(answers)
        return worst.isOpen ? GateAnswer(.inFlight, .open, answers.map(\.reason).joined(separator: ", ")) : worst
    }

    private static func room(_ whose: String, _ holders: [WorkInFlight], _ bound: Bound, of size: Int, _ situation: Situation) -> GateAnswer {
        let max = bound.count(of: size)
        let values = ["in_flight": String(holders.count), "max": String(max), "of": whose]
        let lead = "\(holders.count) of \(counted(max, "replacement")) of \(whose) are in flight"
        guard holders.count >= max else { return GateAnswer(.inFlight, .open, lead, values: values) }
        return GateAnswer(.inFlight, .shut, "\(lead): \(listed(holders.map { said($0, situation) }))", values: values)
    }

    private static func said(_ work: WorkInFlight, _ situation: Situation) -> String {
        let number = work.id.number > 0 ? "replacement \(work.id), " : ""
        return "\(work.node) (\(number)\(work.isParked ? "parked in " : "")\(work.step)) since \(work.startedAt.text(at: situation.now))"
    }
}
