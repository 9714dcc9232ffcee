package import Fleet

extension Timestamp {
    /// For people: `09:12` on the same day in UTC, else `2026-11-23T09:12Z`.
    package func text(at now: Timestamp) -> String {
        let text = description.prefix(16)
        return text.prefix(10) == now.description.prefix(10) ? String(text.suffix(5)) : text + "Z"
    }
}

/// `1 node`, `2 nodes`.
func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

/// The first few of a list, and how many more: a reason is one line, however large the fleet.
func listed(_ items: some Sequence<some CustomStringConvertible>, max: Int = 5) -> String {
    let texts = items.map(\.description)
    let more = texts.count - max
    return texts.prefix(max).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
}

extension GateAnswer {
    /// The first of several answers that is shut, where `never` comes before all others and what opens last before what opens sooner; else the first.
    ///
    /// A gate that asks several things thus says what really holds. The others' reasons follow in the same sentence.
    static func worst(_ answers: [GateAnswer]) -> GateAnswer {
        let shut = answers.filter { !$0.isOpen }
        guard let first = shut.min(by: { $0.severity < $1.severity }) else { return answers[0] }
        if shut.count == 1 { return first }
        var values: [String: String] = [:]
        for answer in shut { values.merge(answer.values) { old, _ in old } }
        let others = shut.filter { $0 != first }.map(\.reason)
        return GateAnswer(first.gate, first.state, ([first.reason] + others).joined(separator: "; "), values: values)
    }

    /// `never` first; then what nobody can say; then by time, the latest first.
    private var severity: (Int, Int64) {
        switch state {
        case .never: (0, 0)
        case .unknown: (1, 0)
        case .shut: (2, 0)
        case .shutUntil(let time): (3, -time.milliseconds)
        case .notEvaluable, .open: (4, 0)
        }
    }
}
