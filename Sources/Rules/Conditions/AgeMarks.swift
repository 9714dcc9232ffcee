package import Fleet

/// At which ages the outcome of a condition can change by the passing of time alone.
package enum AgeMarks {
    /// The numbers that each age of `node` is compared with; nil where the text does not show that comparing is all that is done with it.
    ///
    /// By the tokens, and on the safe side: an age must stand alone beside `<`, `<=`, `=`, … and a whole number, with nothing around the two that binds
    /// as closely.
    package static func of(_ rule: Rule) -> [Fact: Set<Int64>]? {
        // Tables have ages of their own, and lose rows as time goes by.
        guard rule.readsTables.isEmpty else { return nil }
        let ages = Set(rule.reads.filter { FactsSchema.ages.contains($0) })
        if ages.isEmpty { return [:] }
        return of(SQLTokenizer.tokens(of: rule.condition), ages: ages)
    }

    private static let comparisons: Set<String> = ["=", "==", "<>", "!=", "<", ">", "<=", ">="]
    /// Words and signs beside a comparison that leave it whole.
    private static let neighbours: Set<String> = ["and", "or", "not", "when", "then", "else", "end", "(", ")", ","]

    private static func of(_ tokens: [SQLToken], ages: Set<Fact>) -> [Fact: Set<Int64>]? {
        if tokens.contains(where: { ["between", "is", "escape", "collate"].contains($0.keyword ?? "") }) { return nil }
        func sign(_ place: Int) -> String? {
            guard tokens.indices.contains(place) else { return "(" }
            if case .symbol(let symbol) = tokens[place].kind { return symbol }
            return tokens[place].keyword
        }
        func isNeighbour(_ place: Int) -> Bool { sign(place).map(neighbours.contains) ?? false }
        func number(_ place: Int) -> Int64? {
            guard tokens.indices.contains(place), tokens[place].kind == .integer else { return nil }
            return Int64(tokens[place].text)
        }
        var marks: [Fact: Set<Int64>] = [:]
        for (place, token) in tokens.enumerated() {
            guard let name = token.name, let fact = Fact(rawValue: name), ages.contains(fact) else { continue }
            if let compared = sign(place + 1), comparisons.contains(compared), let mark = number(place + 2), isNeighbour(place - 1), isNeighbour(place + 3) {
                marks[fact, default: []].insert(mark)
            } else if let compared = sign(place - 1), comparisons.contains(compared), let mark = number(place - 2), isNeighbour(place + 1),
                isNeighbour(place - 3)
            {
                marks[fact, default: []].insert(mark)
            } else {
                return nil
            }
        }
        // A column that was read by another name than its own.
        return ages.isSubset(of: marks.keys) ? marks : nil
    }
}
