package import Fleet

/// A text with `{{fact}}` in it.
package struct SummaryTemplate: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case text(String)
        case fact(Fact)
    }

    package let parts: [Part]

    package init(parts: [Part]) { self.parts = parts }

    /// The facts that it shows, in the catalogue's order.
    package var facts: [Fact] {
        let shown = Set(parts.compactMap { if case .fact(let fact) = $0 { fact } else { nil } })
        return Fact.published.filter(shown.contains)
    }

    /// The text with a node's readings in it: durations for seconds, `unknown` for what is not known, `none` for what there is not.
    package func rendered(_ reading: (Fact) -> Reading) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .fact(let fact): Self.text(of: fact, reading(fact))
            }
        }.joined()
    }

    private static func text(of fact: Fact, _ reading: Reading) -> String {
        if fact.unit == "seconds", case .integer(let seconds) = reading { return Duration.seconds(seconds).text }
        return reading.description
    }
}
