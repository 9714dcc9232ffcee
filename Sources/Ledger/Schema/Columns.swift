import Fleet
import FoundationEssentials
import GRDB

/// The columns of one row, by position, each checked for its type: a damaged file is an error here, never a trap.
struct Columns {
    private let row: Row
    private let table: String

    init(_ row: Row, table: String) {
        self.row = row
        self.table = table
    }

    func integer(_ index: Int) throws -> Int64 {
        guard let value = try integerOrNull(index) else { throw mismatch(index, "an integer") }
        return value
    }

    func integerOrNull(_ index: Int) throws -> Int64? {
        switch (row[index] as DatabaseValue).storage {
        case .null: return nil
        case .int64(let value): return value
        case .double, .string, .blob: throw mismatch(index, "an integer")
        }
    }

    func text(_ index: Int) throws -> String {
        guard let value = try textOrNull(index) else { throw mismatch(index, "a text") }
        return value
    }

    func textOrNull(_ index: Int) throws -> String? {
        switch (row[index] as DatabaseValue).storage {
        case .null: return nil
        case .string(let value): return value
        case .int64, .double, .blob: throw mismatch(index, "a text")
        }
    }

    func bytes(_ index: Int) throws -> [UInt8] {
        guard case .blob(let data) = (row[index] as DatabaseValue).storage else { throw mismatch(index, "bytes") }
        return [UInt8](data)
    }

    func time(_ index: Int) throws -> Timestamp { Timestamp(milliseconds: try integer(index)) }
    func timeOrNull(_ index: Int) throws -> Timestamp? { try integerOrNull(index).map(Timestamp.init(milliseconds:)) }
    func duration(_ index: Int) throws -> Duration { .milliseconds(try integer(index)) }

    /// One of a closed list of words.
    func word<Word: RawRepresentable<String>>(_ index: Int) throws -> Word {
        let text = try text(index)
        guard let word = Word(rawValue: text) else { throw mismatch(index, "one of the words that it may hold, but '\(text)'") }
        return word
    }

    /// A reading from its two columns, `kind` and `value`.
    func reading(kind: Int, value: Int) throws -> Reading {
        switch (try text(kind), (row[value] as DatabaseValue).storage) {
        case ("value", .string(let text)): return .text(text)
        case ("value", .int64(let number)): return .integer(number)
        case ("none", .null): return .none
        case ("unknown", .null): return .unknown
        default: throw mismatch(value, "what its kind says")
        }
    }

    func mismatch(_ index: Int, _ expected: String) -> LedgerContradiction {
        let names = Array(row.columnNames)
        let name = index < names.count ? names[index] : "\(index)"
        return LedgerContradiction("column \(name) of table \(table) does not hold \(expected)")
    }
}

/// What stands in the file does not fit together; becomes `LedgerError.Problem.inconsistent`.
struct LedgerContradiction: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension Reading {
    /// The words of the column `kind`.
    var kind: String {
        switch self {
        case .text, .integer: "value"
        case .none: "none"
        case .unknown: "unknown"
        }
    }

    /// What the column `value` holds.
    var databaseValue: DatabaseValue {
        switch self {
        case .text(let text): text.databaseValue
        case .integer(let number): number.databaseValue
        case .none, .unknown: .null
        }
    }
}
