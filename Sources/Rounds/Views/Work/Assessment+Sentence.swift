package import Fleet
package import Planning

extension Assessment {
    /// What the gates come to, in one sentence for people: what is decided, or what holds the node, and the earliest time. Times are UTC.
    ///
    /// The mode is named last: in the dry run it holds everything, and says the least.
    package func sentence(at now: Timestamp) -> String {
        switch outcome {
        case .decided: return "Is replaced: every gate is open"
        case .wouldStart: return "Would be replaced now: only the mode holds it" + (modeReason.map { " (\($0))" } ?? "")
        case .refused:
            guard let first = holding.first else { return "Held" }
            let others = holding.dropFirst().map(\.gate.rawValue)
            let also = others.isEmpty ? "" : "; also by \(others.joined(separator: ", "))"
            return "Held by \(first.gate): \(first.reason)\(also). \(when(at: now))"
        }
    }

    /// The same in a few words, for tables: `would be replaced now`, `held by service, window`.
    package var brief: String {
        switch outcome {
        case .decided: "is replaced"
        case .wouldStart: "would be replaced now"
        case .refused: "held by " + (holding.isEmpty ? shut : holding).map(\.gate.rawValue).joined(separator: ", ")
        }
    }

    /// The gates that hold it, without the mode, which a person sets; those that are shut for good first, then those that nobody can see, in their order.
    package var holding: [GateAnswer] {
        let all = shut
        let others = all.filter { $0.gate != .mode }
        func rank(_ answer: GateAnswer) -> Int {
            switch answer.state {
            case .never: 0
            case .unknown: 1
            case .shut: 2
            case .shutUntil: 3
            case .open, .notEvaluable: 4
            }
        }
        let sorted = (others.isEmpty ? all : others).enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
        return sorted.map(\.element)
    }

    private var modeReason: String? { shut.first { $0.gate == .mode }?.reason }

    /// When it could start, as far as anybody can say.
    package func when(at now: Timestamp) -> String {
        let holding = holding
        if let never = holding.first(where: { $0.state == .never }) { return "Never as things are: a person has to change what \(never.gate) asks for" }
        let times = holding.compactMap(\.opens)
        guard times.count == holding.count, let earliest = times.max() else { return "When it could start nobody can say" }
        return "It could start at \(earliest.text(at: now)) at the earliest, in \(max(.zero, earliest - now).text)"
    }
}
