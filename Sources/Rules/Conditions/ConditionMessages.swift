internal import CSQLite
internal import Fleet

/// SQLite's refusals in an operator's words, each with a remedy.
enum ConditionMessages {
    static func message(_ refusal: SQLiteWatch.Refusal) -> String {
        switch refusal {
        case .column(let table, let name): noColumn(name, in: table)
        case .table(let name): noTable(name)
        case .function(let name): "a condition cannot call \(name)(); \(ConditionFunctions.remedy(for: name))"
        case .action: "a condition only reads the tables of facts; write an expression that is true or false"
        }
    }

    static func message(_ sqlite: String, in text: String) -> String {
        func rest(after prefix: String) -> String? { sqlite.hasPrefix(prefix) ? String(sqlite.dropFirst(prefix.count)) : nil }
        if let name = rest(after: "no such column: ") {
            if text.contains("\"\(name)\"") { return "no such column: \(name); double quotes name a column, text stands in single quotes: '\(name)'" }
            return noColumn(name, in: nil)
        }
        if let name = rest(after: "no such table: ") { return noTable(name) }
        if let name = rest(after: "no such function: ") { return "no such function: \(name)(); \(ConditionFunctions.remedy(for: name.lowercased()))" }
        if sqlite.contains("misuse of aggregate") {
            return "\(sqlite); a condition looks at one node at a time: count in a subquery, as in (SELECT count(*) FROM task WHERE node_id = node.id)"
        }
        if sqlite.contains("misuse of window") || sqlite.contains("window function") { return "\(sqlite); a condition looks at one node at a time" }
        if sqlite.contains("sub-select returns") || sqlite.contains("row value misused") { return "\(sqlite); a condition is one value that is true or false" }
        if sqlite.contains("too large") || sqlite.contains("too many") || sqlite.contains("maximum depth") || sqlite.contains("stack overflow") {
            return "\(sqlite); split the rule"
        }
        return "\(sqlite); a condition is one SQL expression over a row of node"
    }

    /// A condition that compiled and failed when it ran.
    static func failure(_ error: SQLiteError) -> String {
        switch error.code & 0xff {
        case SQLITE_INTERRUPT: "the condition takes too long or too much memory, and was ended; bound its subqueries"
        case SQLITE_TOOBIG: "the condition makes a value larger than 1 MB; make it smaller"
        default: "the condition fails when it is run: \(error.message); make it hold for every row"
        }
    }

    private static func noColumn(_ written: String, in table: String?) -> String {
        let name = written.split(separator: ".").last.map { String($0).lowercased() } ?? written
        if let hidden = Fact(rawValue: name), !hidden.isPublished, let age = Fact.allCases.first(where: { $0.origin == .age(of: hidden) }) {
            return "no such column: \(written); a condition reads ages: \(age.rawValue)"
        }
        let names = table.flatMap(FactTable.named)?.columns.map(\.name) ?? FactTable.all.flatMap { $0.columns.map(\.name) }
        if let near = Spelling.nearest(to: name, among: names), near != name { return "no such column: \(written); did you mean \(near)?" }
        let known = table.flatMap(FactTable.named) ?? FactTable.node
        return "no such column: \(written); \(known.name) has \(known.columns.map(\.name).joined(separator: ", "))"
    }

    private static func noTable(_ name: String) -> String {
        let tables = FactTable.all.map(\.name)
        return "no such table: \(name); "
            + (Spelling.nearest(to: name, among: tables).map { "did you mean \($0)?" } ?? "there are \(tables.joined(separator: ", "))")
    }
}
