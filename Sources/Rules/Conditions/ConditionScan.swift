/// What can be said of a condition from its tokens alone, before SQLite sees it.
enum ConditionScan {
    /// Longer ones are generated, or nobody will understand them.
    static let bytesMax = 10_000

    /// Throws for what SQLite would take but a condition may not be: nothing, several expressions, parameters, comments, statements.
    static func check(_ text: String, _ tokens: [SQLToken]) throws(ConditionProblem) {
        guard text.utf8.count <= bytesMax else { throw ConditionProblem("the condition is longer than \(bytesMax) bytes; split the rule") }
        if text.utf8.contains(0) { throw ConditionProblem("the condition holds a zero byte; write plain text") }
        if tokens.isEmpty { throw ConditionProblem("the condition is empty; write a SQL expression such as mesos_state = 'inactive'") }
        var depth = 0
        for token in tokens {
            switch token.kind {
            case .parameter:
                throw ConditionProblem("\(token.text) is a parameter, and a condition has none; write the value itself, text in single quotes")
            case .comment:
                throw ConditionProblem("a condition holds no SQL comment; write it as a YAML comment above the rule")
            case .unterminated:
                throw ConditionProblem("a quote is not closed: \(token.text.prefix(30)); text stands in single quotes, a quote inside is doubled")
            case .symbol(";"):
                throw ConditionProblem("a condition is one expression, without a semicolon; give the second one a rule of its own")
            case .symbol("("): depth += 1
            case .symbol(")"):
                depth -= 1
                if depth < 0 { throw ConditionProblem("a closing parenthesis has no opening one; balance the parentheses") }
            case .symbol(","):
                if depth == 0 { throw ConditionProblem("a condition is one expression, and this is a list; join the two with AND or OR") }
            case .word(let word):
                if statements.contains(word.lowercased()) {
                    throw ConditionProblem("a condition only reads, so \(word.uppercased()) has no place in it; write an expression that is true or false")
                }
            case .quotedWord, .string, .integer, .real, .blob, .symbol, .unknown: break
            }
        }
        if tokens.contains(where: { $0.keyword == "printf" || $0.keyword == "format" }), tokens.contains(where: hasHugeField) {
            throw ConditionProblem("the condition makes a value larger than 1 MB; make it smaller")
        }
        if depth > 0 { throw ConditionProblem("an opening parenthesis is not closed; balance the parentheses") }
    }

    /// Whether a format asks for a field of a million characters or more: SQLite keeps to its limit, but makes NULL of it without a word.
    private static func hasHugeField(_ token: SQLToken) -> Bool {
        guard case .string(let text) = token.kind else { return false }
        var width = 0
        var isField = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "%"): (width, isField) = (0, true)
            case UInt8(ascii: "1")...UInt8(ascii: "9"): width += 1
            case UInt8(ascii: "0"): width += width > 0 ? 1 : 0
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): isField = false
            default: width = 0
            }
            if isField, width > 6 { return true }
        }
        return false
    }

    private static let statements: Set<String> = [
        "insert", "update", "delete", "drop", "alter", "create", "attach", "detach", "pragma", "vacuum", "reindex", "analyze", "begin", "commit", "rollback",
        "savepoint", "release",
    ]

    /// Whether a construct can turn unknown into an answer: a subquery, a test for NULL, a choice, or a function that takes NULL for a value.
    static func isStrict(_ tokens: [SQLToken]) -> Bool {
        for (place, token) in tokens.enumerated() {
            guard let word = token.keyword else { continue }
            if nullTests.contains(word) { return true }
            if word == "null", place > 0, tokens[place - 1].keyword == "not" { return true }
            if ConditionFunctions.hidingNull.contains(word), place + 1 < tokens.count, tokens[place + 1].isSymbol("(") { return true }
        }
        return false
    }

    private static let nullTests: Set<String> = ["select", "with", "values", "exists", "is", "isnull", "notnull", "case"]

    /// Whether a subquery reads `node` anew, and so looks at other nodes: the table's name stands where no column follows it.
    static func readsOtherNodes(_ tokens: [SQLToken]) -> Bool {
        guard tokens.contains(where: { $0.keyword == "select" }) else { return false }
        return tokens.indices.contains { tokens[$0].name == "node" && !($0 + 1 < tokens.count && tokens[$0 + 1].isSymbol(".")) }
    }
}
