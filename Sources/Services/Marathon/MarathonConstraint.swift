/// One constraint of an app: `["hostname", "LIKE", "10\\.0\\.1\\.5"]`.
struct MarathonConstraint: Hashable, Sendable {
    let field: String
    let operation: String
    /// Empty where it has none.
    let value: String

    /// Whether one host only can fulfil it. A task with it has nowhere else to go.
    ///
    /// Of attributes nobody knows how many agents have them, so only constraints on the host's name count.
    var pinsToOneHost: Bool {
        guard ["hostname", "@hostname"].contains(field), !value.isEmpty else { return false }
        switch operation.uppercased() {
        case "CLUSTER", "IS": return true
        case "LIKE": return Self.matchesOneTextOnly(value)
        default: return false
        }
    }

    /// Whether a regular expression, which has to match the whole name, can match one name only. Dots are taken for themselves: `10.0.1.5` is
    /// how an address is written here, and no two agents differ in what a dot may stand for.
    private static func matchesOneTextOnly(_ pattern: String) -> Bool {
        var rest = Substring(pattern)
        if rest.hasPrefix("^") { rest.removeFirst() }
        if rest.hasSuffix("$"), !rest.hasSuffix("\\$") { rest.removeLast() }
        while rest.hasPrefix("("), rest.hasSuffix(")"), !rest.hasSuffix("\\)") {
            rest = rest.dropFirst().dropLast()
            if rest.hasPrefix("?:") { rest = rest.dropFirst(2) }
        }
        var isEscaped = false
        for character in rest {
            if isEscaped {
                // `\d`, `\w` and the like stand for many characters; `\.` and `\-` for one.
                if character.isLetter || character.isNumber { return false }
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if "*+?[]{}|()".contains(character) {
                return false
            }
        }
        return !isEscaped
    }
}
