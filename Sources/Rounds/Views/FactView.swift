package import Fleet

/// One fact as `--json` shows it: its reading, since when, whose word it is, and how old that word is.
package struct FactView: Encodable, Sendable, Hashable {
    package let fact: Fact
    package let reading: Reading
    /// Since when it has had this reading. Nil for what is counted anew in each round.
    package let since: Timestamp?
    /// Nil for what the node is by definition.
    package let source: Source?
    /// When that source was last read whole; nil: never.
    package let readAt: Timestamp?
    /// How long before the look that was.
    package let age: Duration?

    private enum Key: String, CodingKey { case fact, reading, value, since, source, readAt = "read_at", ageSeconds = "age_seconds" }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(fact.rawValue, forKey: .fact)
        switch reading {
        case .text(let text):
            try container.encode("value", forKey: .reading)
            try container.encode(text, forKey: .value)
        case .integer(let number):
            try container.encode("value", forKey: .reading)
            if fact.unit == "boolean" { try container.encode(number != 0, forKey: .value) } else { try container.encode(number, forKey: .value) }
        case .none: try container.encode("none", forKey: .reading)
        case .unknown: try container.encode("unknown", forKey: .reading)
        }
        try container.encodeIfPresent(since?.description, forKey: .since)
        try container.encodeIfPresent(source?.description, forKey: .source)
        try container.encodeIfPresent(readAt?.description, forKey: .readAt)
        try container.encodeIfPresent(age?.inSeconds, forKey: .ageSeconds)
    }
}

extension Evidence {
    package func view(at now: Timestamp) -> FactView {
        FactView(fact: fact, reading: reading, since: since, source: source, readAt: readAt, age: readAt.map { now - $0 })
    }
}
