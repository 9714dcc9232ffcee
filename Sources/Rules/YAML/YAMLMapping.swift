internal import Yams

/// A mapping of which every key must be known.
package struct YAMLMapping {
    /// The mapping's own place.
    package let value: YAMLValue
    private let entries: [(key: YAMLValue, name: String, value: YAMLValue)]

    package var reader: YAMLReader { value.reader }

    init(_ mapping: Yams.Node.Mapping, value: YAMLValue) {
        self.value = value
        var entries: [(key: YAMLValue, name: String, value: YAMLValue)] = []
        for (keyNode, node) in mapping {
            let key = YAMLValue(node: keyNode, reader: value.reader, key: "")
            guard case .scalar(let scalar) = keyNode else {
                key.note("a key must be text; write key: value")
                continue
            }
            if entries.contains(where: { $0.name == scalar.string }) {
                key.note("the key '\(scalar.string)' stands twice in one mapping; remove one")
                continue
            }
            entries.append((key, scalar.string, YAMLValue(node: node, reader: value.reader, key: scalar.string)))
        }
        self.entries = entries
    }

    /// In the file's order.
    package var keys: [String] { entries.map(\.name) }

    /// In the file's order, for mappings whose keys are names that the writer chose.
    package var all: [(key: YAMLValue, name: String, value: YAMLValue)] { entries }

    /// Notes a problem for every key that is not in the list, and not among those that the caller has a word of its own for.
    package func allow(_ known: [String], exceptNoted noted: [String] = []) {
        for entry in entries where !known.contains(entry.name) && !noted.contains(entry.name) {
            let near = Spelling.nearest(to: entry.name, among: known).map { "did you mean '\($0)'?" } ?? "the keys are \(known.joined(separator: ", "))"
            entry.key.note("unknown key '\(entry.name.prefix(60))'; \(near)")
        }
    }

    /// Nil where the key is missing, or has nothing after it.
    package subscript(_ key: String) -> YAMLValue? { entries.first { $0.name == key }?.value }

    /// The value of a key that must be there; notes a problem at the mapping's place when it is not.
    package func required(_ key: String) -> YAMLValue? {
        if let found = self[key] { return found }
        value.note("'\(key)' is missing; add it")
        return nil
    }

    package func has(_ key: String) -> Bool { self[key] != nil }
}
