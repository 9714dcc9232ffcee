import Fleet
import GRDB

/// The numbers under which the names of facts stand in this file: a name of 15 letters in each of 300,000 rows would be most of the ledger.
struct FactNames: Sendable {
    private let numbers: [Fact: Int64]
    private let facts: [Int64: Fact]

    /// As they are stored. Names that this program does not know are left out: a newer one wrote them, and its rows are passed over.
    init(storedIn database: Database) throws {
        try self.init(Self.stored(in: database))
    }

    /// Adds the names that are missing first.
    init(storingInto database: Database) throws {
        let stored = try Self.stored(in: database)
        let missing = Fact.allCases.filter { $0.isRecorded && stored[$0] == nil }
        if !missing.isEmpty {
            try database.inTransaction(.immediate) {
                for fact in missing { try database.execute(sql: "INSERT INTO fact (name) VALUES (?)", arguments: [fact.rawValue]) }
                return .commit
            }
        }
        try self.init(storedIn: database)
    }

    private init(_ numbers: [Fact: Int64]) {
        self.numbers = numbers
        facts = Dictionary(uniqueKeysWithValues: numbers.map { ($0.value, $0.key) })
    }

    private static func stored(in database: Database) throws -> [Fact: Int64] {
        var numbers: [Fact: Int64] = [:]
        let rows = try Row.fetchCursor(database, sql: "SELECT id, name FROM fact ORDER BY id")
        while let row = try rows.next() {
            let columns = Columns(row, table: "fact")
            if let fact = Fact(rawValue: try columns.text(1)) { numbers[fact] = try columns.integer(0) }
        }
        return numbers
    }

    /// Nil for a fact that is not recorded.
    func number(of fact: Fact) -> Int64? { numbers[fact] }

    /// Nil for one that this program does not know.
    func fact(_ number: Int64) -> Fact? { facts[number] }

    /// For `fact IN (…)`: numbers only, sorted.
    func list(_ facts: [Fact]) -> String { facts.compactMap { numbers[$0] }.sorted().map(String.init).joined(separator: ", ") }
}
