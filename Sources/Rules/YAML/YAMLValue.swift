internal import Fleet
internal import Yams

/// One value in a file, with its place. Its getters note a problem and return nil when it is something else.
package struct YAMLValue {
    let node: Yams.Node
    package let reader: YAMLReader
    /// The key that it stands under, or that its list stands under; for messages.
    package let key: String

    init(node: Yams.Node, reader: YAMLReader, key: String) {
        self.node = node
        self.reader = reader
        self.key = key
    }

    /// From 1.
    package var line: Int { node.mark?.line ?? 0 }
    package var column: Int { node.mark?.column ?? 0 }

    /// Notes a problem at this value's place.
    package func note(_ message: String) { reader.note(message, line: line, column: column) }

    /// Whether the text is a block of its own lines (`|` or `>`), which start on the line after the value's place.
    package var isBlock: Bool {
        guard case .scalar(let scalar) = node else { return false }
        return scalar.style == .literal || scalar.style == .folded
    }

    /// Whether it is a `|` block, whose lines are the file's.
    package var isLiteralBlock: Bool {
        guard case .scalar(let scalar) = node else { return false }
        return scalar.style == .literal
    }

    /// The value under a key when this is a mapping that has it; notes nothing.
    func entry(_ key: String) -> YAMLValue? {
        guard case .mapping(let mapping) = node, let found = mapping.first(where: { $0.key.scalar?.string == key }) else { return nil }
        return YAMLValue(node: found.value, reader: reader, key: key)
    }

    package var isMapping: Bool { if case .mapping = node { true } else { false } }
    package var isList: Bool { if case .sequence = node { true } else { false } }

    /// The text when this is one; notes nothing.
    var plainText: String? { node.scalar?.string }

    /// Nothing, `~` or `null`, unquoted.
    package var isNull: Bool {
        guard case .scalar(let scalar) = node else { return false }
        return scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    package func mapping() -> YAMLMapping? {
        guard case .mapping(let mapping) = node else { return expected("a mapping (key: value)") }
        return YAMLMapping(mapping, value: self)
    }

    package func list() -> [YAMLValue]? {
        guard case .sequence(let sequence) = node else { return expected("a list ([a, b], or lines starting with -)") }
        return sequence.map { YAMLValue(node: $0, reader: reader, key: key) }
    }

    /// Text, quoted or not; never empty.
    package func string() -> String? {
        guard case .scalar(let scalar) = node, !isNull else { return expected("text") }
        guard !scalar.string.isEmpty else { return expected("text that is not empty") }
        return scalar.string
    }

    package func strings() -> [String]? {
        guard let list = list() else { return nil }
        let strings = list.compactMap { $0.string() }
        return strings.count == list.count ? strings : nil
    }

    package func integer(in range: ClosedRange<Int>) -> Int? {
        let wanted = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard case .scalar(let scalar) = node, scalar.style == .plain, let number = Int(scalar.string), range.contains(number) else { return expected(wanted) }
        return number
    }

    package func boolean() -> Bool? {
        guard case .scalar(let scalar) = node, scalar.style == .plain, scalar.string == "true" || scalar.string == "false" else {
            return expected("true or false")
        }
        return scalar.string == "true"
    }

    package func duration(in range: ClosedRange<Duration> = .zero ... .seconds(315_360_000)) -> Duration? {
        guard case .scalar(let scalar) = node, let duration = Duration(text: scalar.string) else { return expected("a duration such as 90s, 10m or 1h30m") }
        guard range.contains(duration) else { return expected("a duration from \(range.lowerBound.text) to \(range.upperBound.text)") }
        return duration
    }

    /// `20%`, 1 to 100.
    package func percent() -> Int? {
        guard case .scalar(let scalar) = node, scalar.string.hasSuffix("%"), let percent = Int(scalar.string.dropLast()), (1...100).contains(percent) else {
            return expected("a share from 1% to 100%")
        }
        return percent
    }

    /// One of a fixed list of words.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type = Choice.self) -> Choice? {
        let words = Choice.allCases.map(\.rawValue)
        guard case .scalar(let scalar) = node, !isNull else { return expected("one of " + words.joined(separator: ", ")) }
        if let choice = Choice(rawValue: scalar.string) { return choice }
        let near = Spelling.nearest(to: scalar.string, among: words).map { "; did you mean \($0)?" } ?? ""
        note("\(name) is one of \(words.joined(separator: ", ")), not '\(scalar.string.prefix(60))'\(near)")
        return nil
    }

    private var name: String { key.isEmpty ? "the value" : key }

    private func expected<Value>(_ wanted: String) -> Value? {
        note("\(name) must be \(wanted), not \(written)")
        return nil
    }

    private var written: String {
        switch node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar(let scalar): isNull ? "nothing" : "'\(scalar.string.prefix(60))'"
        }
    }
}
