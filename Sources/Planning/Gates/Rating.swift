import Fleet

extension Gate {
    /// Not too many starts within each span, of whatever rule; and not two parked in its pool that nobody has looked at.
    package static let rate = Gate(.rate, beforeHarm: false) { question, situation in
        guard let pool = question.node.pool else { return GateAnswer(.rate, .unknown, "its pool is unknown, and so how many are parked in it") }
        var answers = situation.limits.rate.map { answer($0, situation) }
        if let latch = situation.latches[.parked(pool)], latch.isTripped, !onlyTakesOver(question, latch, situation) {
            answers.append(GateAnswer(.rate, .shut, latch.explained(at: situation.now), values: latch.values))
        }
        guard !answers.isEmpty else { return GateAnswer(.rate, .open, "no limit of starts") }
        let worst = GateAnswer.worst(answers)
        return worst.isOpen ? GateAnswer(.rate, .open, answers.map(\.reason).joined(separator: ", ")) : worst
    }

    /// A failing node whose own parked replacement is one of too many: taking it over makes them fewer.
    private static func onlyTakesOver(_ question: GateQuestion, _ latch: Latch, _ situation: Situation) -> Bool {
        guard let own = question.own(in: situation), latch.nodes.contains(own.node) else { return false }
        return latch.nodes.count - 1 < situation.limits.parkedMax
    }

    private static func answer(_ rate: Limits.Rate, _ situation: Situation) -> GateAnswer {
        let within = situation.starts.filter { $0 > situation.now - rate.span }.sorted()
        let values = ["starts": String(within.count), "max": String(rate.count), "span": rate.span.text]
        let reason = "\(within.count) of \(counted(rate.count, "start")) within \(rate.span.text)"
        guard within.count >= rate.count else { return GateAnswer(.rate, .open, reason, values: values) }
        guard rate.count > 0 else { return GateAnswer(.rate, .never, "no start is allowed within \(rate.span.text)", values: values) }
        // The one that has to be older than the span before there is room for another.
        let opens = within[within.count - rate.count] + rate.span
        return GateAnswer(.rate, .shutUntil(opens), "\(reason), the next at \(opens.text(at: situation.now))", values: values)
    }
}
