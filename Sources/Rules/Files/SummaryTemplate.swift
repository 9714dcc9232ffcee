package import Fleet

/// A text with `{{fact}}` in it.
package struct SummaryTemplate: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case text(String)
        case fact(Fact)
    }

    package let parts: [Part]

    package init(parts: [Part]) { self.parts = parts }

    /// A message to note where the text cannot be a template.
    package struct Problem: Error, Hashable, Sendable { package let message: String }

    /// Names are checked here, so that rendering cannot fail.
    package init(text: String) throws(Problem) {
        var parts: [Part] = []
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{") {
            if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}") else { throw Problem(message: "a {{ is not closed; write {{fact}}") }
            let name = rest[..<close.lowerBound].trimmed
            guard let fact = Fact(rawValue: name), fact.isPublished else {
                let near = Spelling.nearest(to: name, among: Fact.published.map(\.rawValue)).map { "did you mean {{\($0)}}?" }
                throw Problem(message: "{{\(name)}} is no column of node; \(near ?? "docs/facts.md lists them")")
            }
            parts.append(.fact(fact))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

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

extension Substring {
    fileprivate var trimmed: String {
        let end = lastIndex { $0 != " " }.map(index(after:)) ?? startIndex
        return String(self[..<end].drop { $0 == " " })
    }

    /// The first place of a text of two bytes.
    fileprivate func firstRange(of pattern: String) -> Range<Index>? {
        var place = startIndex
        while place < endIndex {
            if self[place...].hasPrefix(pattern) { return place..<index(place, offsetBy: pattern.count) }
            place = index(after: place)
        }
        return nil
    }
}
