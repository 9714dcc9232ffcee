internal import Fleet

/// Finds comparisons of a column with a literal that it can never equal: SQLite would silently say false.
///
/// Looks at neighbours only: `column operator literal`, the reverse, `IN` and `BETWEEN`. What stands in a longer expression is left alone.
struct LiteralCheck {
    private let tokens: [SQLToken]

    static func check(_ tokens: [SQLToken]) throws(ConditionProblem) {
        let check = LiteralCheck(tokens: tokens)
        for place in tokens.indices { try check.check(at: place) }
    }

    private struct Literal {
        enum Kind { case text(String), number, blob, null }
        let kind: Kind
        let written: String
        /// The place after it.
        let end: Int
    }

    private struct Column {
        let name: String
        let type: Fact.ColumnType
        /// The places before and after it, its qualifier included.
        let before: Int
        let end: Int
    }

    /// Checks the comparison whose operator stands at a place, if one does.
    private func check(at place: Int) throws(ConditionProblem) {
        if case .symbol(let symbol) = tokens[place].kind, Self.comparisons.contains(symbol) {
            try checkSides(left: place - 1, right: place + 1, isEquality: !Self.orders.contains(symbol))
            return
        }
        switch tokens[place].keyword {
        case "is":
            let next = place + 1
            let right = keyword(at: next) == "not" ? next + 1 : next
            if keyword(at: right) != "null" { try checkSides(left: place - 1, right: right, isEquality: true) }
        case "in": try checkList(at: place)
        case "between":
            let left = keyword(at: place - 1) == "not" ? place - 2 : place - 1
            guard let column = column(endingAt: left), isFree(before: column.before) else { return }
            guard let low = literal(at: place + 1) else { return }
            try check(column, low, isEquality: false)
            if keyword(at: low.end) == "and", let high = literal(at: low.end + 1), isFree(after: high.end) { try check(column, high, isEquality: false) }
        default: return
        }
    }

    private func checkSides(left: Int, right: Int, isEquality: Bool) throws(ConditionProblem) {
        if let column = column(endingAt: left), isFree(before: column.before), let literal = literal(at: right), isFree(after: literal.end) {
            try check(column, literal, isEquality: isEquality)
        } else if let literal = literal(endingAt: left), let column = column(startingAt: right), isFree(after: column.end) {
            try check(column, literal, isEquality: isEquality)
        }
    }

    /// `column IN (literal, …)` and `literal IN (column, …)`.
    private func checkList(at place: Int) throws(ConditionProblem) {
        let left = keyword(at: place - 1) == "not" ? place - 2 : place - 1
        guard symbol(at: place + 1) == "(" else { return }
        let column = column(endingAt: left).flatMap { isFree(before: $0.before) ? $0 : nil }
        let literal = column == nil ? self.literal(endingAt: left) : nil
        var item = place + 2
        while item < tokens.count {
            if let column, let member = self.literal(at: item), symbol(at: member.end) == "," || symbol(at: member.end) == ")" {
                try check(column, member, isEquality: true)
                item = member.end
            } else if let literal, let member = self.column(startingAt: item), symbol(at: member.end) == "," || symbol(at: member.end) == ")" {
                try check(member, literal, isEquality: true)
                item = member.end
            } else {
                return
            }
            guard symbol(at: item) == "," else { return }
            item += 1
        }
    }

    private func check(_ column: Column, _ literal: Literal, isEquality: Bool) throws(ConditionProblem) {
        switch (column.type, literal.kind) {
        case (_, .null):
            throw ConditionProblem("\(column.name) compared with NULL is never true; write \(column.name) IS NULL")
        case (.text, .number), (_, .blob):
            throw ConditionProblem("\(column.name) is \(Self.word(column)), and \(literal.written) is not; \(remedy(for: column))")
        case (.integer, .text(let text)):
            throw ConditionProblem("\(column.name) is \(Self.word(column)), and \(literal.written) is text; \(remedy(for: column, text))")
        case (.integer, .number): return
        case (.text, .text(let text)):
            guard isEquality, let values = Fact(rawValue: column.name)?.values, !values.contains(text) else { return }
            let near = Spelling.nearest(to: text, among: values).map { "did you mean '\($0)'?" } ?? "it is one of \(values.joined(separator: ", "))"
            throw ConditionProblem("\(column.name) is never \(literal.written); \(near)")
        }
    }

    private static func word(_ column: Column) -> String {
        switch (column.type, Fact(rawValue: column.name)?.unit) {
        case (.text, _): "text"
        case (.integer, "seconds"): "a number of seconds"
        case (.integer, "boolean"): "0 or 1"
        case (.integer, _): column.name == "age" ? "a number of seconds" : "a number"
        }
    }

    private func remedy(for column: Column, _ text: String = "") -> String {
        if column.type == .text { return "put the value in single quotes" }
        if let duration = Duration(text: text), column.name.hasSuffix("age") || Fact(rawValue: column.name)?.unit == "seconds" {
            return "write \(duration.inSeconds)"
        }
        return "write a number without quotes"
    }

    // MARK: Neighbours

    private static let comparisons: Set<String> = ["=", "==", "<>", "!=", "<", ">", "<=", ">="]
    private static let orders: Set<String> = ["<", ">", "<=", ">="]
    /// Binds closer than a comparison, so that what stands beside it is not the column itself.
    private static let closer: Set<String> = ["||", "+", "-", "*", "/", "%", "->", "->>", "&", "|", "<<", ">>", "~"]

    private func keyword(at place: Int) -> String? { tokens.indices.contains(place) ? tokens[place].keyword : nil }
    private func symbol(at place: Int) -> String? {
        guard tokens.indices.contains(place), case .symbol(let symbol) = tokens[place].kind else { return nil }
        return symbol
    }

    private func isFree(before place: Int) -> Bool { !(symbol(at: place).map(Self.closer.contains) ?? false) && keyword(at: place) != "collate" }
    private func isFree(after place: Int) -> Bool {
        !(symbol(at: place).map { Self.closer.contains($0) || $0 == "(" } ?? false) && keyword(at: place) != "collate"
    }

    private func column(endingAt place: Int) -> Column? {
        guard tokens.indices.contains(place), let name = tokens[place].name, let type = FactTable.types[name] else { return nil }
        return Column(name: name, type: type, before: symbol(at: place - 1) == "." ? place - 3 : place - 1, end: place + 1)
    }

    private func column(startingAt place: Int) -> Column? {
        let last = symbol(at: place + 1) == "." ? place + 2 : place
        guard let column = column(endingAt: last), symbol(at: column.end) != "(" else { return nil }
        return column
    }

    private func literal(at place: Int) -> Literal? {
        let isSigned = symbol(at: place) == "-" || symbol(at: place) == "+"
        let start = isSigned ? place + 1 : place
        guard tokens.indices.contains(start) else { return nil }
        let token = tokens[start]
        let kind: Literal.Kind
        switch token.kind {
        case .integer, .real: kind = .number
        case .string(let text) where !isSigned: kind = .text(text)
        case .blob where !isSigned: kind = .blob
        default:
            switch token.keyword {
            case "true", "false": kind = .number
            case "null": kind = .null
            default: return nil
            }
        }
        return Literal(kind: kind, written: (isSigned ? tokens[place].text : "") + token.text, end: start + 1)
    }

    private func literal(endingAt place: Int) -> Literal? {
        guard let literal = literal(at: place) else { return nil }
        let before = symbol(at: place - 1)
        guard before == nil || !Self.closer.contains(before ?? "") || (before == "-" && !isOperand(place - 2)) else { return nil }
        return literal
    }

    /// Whether a value ends at a place, so that a sign after it subtracts.
    private func isOperand(_ place: Int) -> Bool {
        guard tokens.indices.contains(place) else { return false }
        switch tokens[place].kind {
        case .symbol(let symbol): return symbol == ")"
        case .word(let word): return !["and", "or", "not", "when", "then", "else", "in", "is", "between"].contains(word.lowercased())
        default: return true
        }
    }
}
