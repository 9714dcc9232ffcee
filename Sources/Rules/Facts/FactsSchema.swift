internal import Fleet

/// The tables as SQLite has them, made from the catalogue: published columns, and hidden ones beside them that conditions cannot name.
enum FactsSchema {
    /// The columns of `node` that are stored, in the order in which they are bound after `seq`.
    static let stored = Fact.allCases.filter { if case .age = $0.origin { false } else if case .ageOfValue = $0.origin { false } else { true } }
    static let ages = Fact.allCases.filter { !stored.contains($0) }

    /// `seq` numbers the rows for us. `mesos_state_time` is when `mesos_state` became what it is. `unknown_mask` has a bit for each unknown fact.
    ///
    /// Ages are generated when read, over the round's time, so that an idle row never has to be written again.
    static let script = """
        CREATE TABLE node (
          seq INTEGER PRIMARY KEY,
          \(stored.map { "\"\($0.rawValue)\" \($0.type.rawValue)" + ($0 == .id ? " NOT NULL UNIQUE" : "") }.joined(separator: ",\n  ")),
          mesos_state_time INTEGER,
          unknown_mask INTEGER NOT NULL,
          \(ages.map { "\"\($0.rawValue)\" INTEGER GENERATED ALWAYS AS (\(formula($0))) VIRTUAL" }.joined(separator: ",\n  "))
        ) STRICT;
        CREATE TABLE task (
          seq INTEGER PRIMARY KEY, node_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, framework TEXT NOT NULL, state TEXT NOT NULL,
          at INTEGER, reason TEXT, healthy INTEGER, age INTEGER GENERATED ALWAYS AS ((mayfly_now() - at) / 1000) VIRTUAL
        ) STRICT;
        CREATE INDEX task_node ON task (node_id);
        CREATE TABLE member (seq INTEGER PRIMARY KEY, service TEXT NOT NULL, id TEXT NOT NULL, node_id TEXT, in_sync INTEGER) STRICT;
        CREATE INDEX member_node ON member (node_id);
        CREATE TABLE service (seq INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, size INTEGER) STRICT;
        CREATE TABLE change (
          seq INTEGER PRIMARY KEY, node_id TEXT NOT NULL, fact TEXT NOT NULL, old TEXT, new TEXT, at INTEGER NOT NULL,
          age INTEGER GENERATED ALWAYS AS ((mayfly_now() - at) / 1000) VIRTUAL
        ) STRICT;
        CREATE INDEX change_node ON change (node_id, seq);
        CREATE INDEX change_at ON change (at);
        CREATE TABLE replacement (
          seq INTEGER PRIMARY KEY, node_id TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL,
          age INTEGER GENERATED ALWAYS AS ((mayfly_now() - at) / 1000) VIRTUAL
        ) STRICT;
        CREATE INDEX replacement_node ON replacement (node_id);
        """

    private static func formula(_ age: Fact) -> String {
        switch age.origin {
        case .age(.scheduledEventTime): "(\(timeColumn(of: age)) - mayfly_now()) / 1000"
        default: "(mayfly_now() - \(timeColumn(of: age))) / 1000"
        }
    }

    /// The column with the time that an age is counted from.
    static func timeColumn(of age: Fact) -> String {
        switch age.origin {
        case .age(let time): time.rawValue
        case .ageOfValue(let fact): "\(fact.rawValue)_time"
        case .observed, .derived: preconditionFailure("\(age.rawValue) is no age")
        }
    }

    static let put =
        "INSERT OR REPLACE INTO node (seq, \(stored.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")), mesos_state_time, unknown_mask) VALUES ("
        + Array(repeating: "?", count: stored.count + 3).joined(separator: ", ") + ")"

    /// A node's mask with the bits of its ages: an age is unknown when what it is counted from is.
    static func unknownMask(of facts: NodeFacts, stateSince: Timestamp?) -> UInt64 {
        var mask = facts.unknownMask
        for age in ages {
            let isUnknown =
                switch age.origin {
                case .age(let time): facts[time].isUnknown
                case .ageOfValue(let fact): facts[fact].isUnknown || (stateSince == nil && facts[fact] != .none)
                case .observed, .derived: false
                }
            if isUnknown { mask |= age.bit } else { mask &= ~age.bit }
        }
        return mask
    }
}

extension Fact {
    /// This fact's bit in a mask.
    var bit: UInt64 { 1 << UInt64(ordinal) }
}
