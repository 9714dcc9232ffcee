internal import CSQLite

/// What SQLite's callbacks see and decide: which tables and functions a condition may use, how long it may run, and what time it is.
final class SQLiteWatch {
    /// The round's time, in milliseconds since 1970.
    var nowMilliseconds: Int64 = 0
    /// True while a condition from a rule file is compiled; our own SQL is not asked.
    var isGuarding = false
    /// What the guarded condition used: columns by table, functions in lower case.
    private(set) var columns: [String: Set<String>] = [:]
    private(set) var functions: Set<String> = []
    /// The first thing that was refused.
    private(set) var refusal: Refusal?
    /// How many more steps of SQLite's virtual machine the running condition has; nil: no bound.
    private(set) var stepsLeft: Int?
    private var memoryMax: Int64 = .max

    enum Refusal: Hashable {
        case column(table: String, name: String)
        case table(String)
        case function(String)
        case action
    }

    /// Small, for between two checks a condition may make many values of a megabyte each.
    static let stepsPerCheck = 100
    /// What a running condition may allocate beyond what was in use at its start: far more than any sensible one needs.
    private static let memoryBytesMax: Int64 = 128 << 20

    func guarded<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        isGuarding = true
        columns = [:]
        functions = []
        refusal = nil
        defer { isGuarding = false }
        return try body()
    }

    /// Runs with a budget of steps: a count and no time, so that the same condition ends the same way on every machine.
    func bounded<Value>(steps: Int, _ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        stepsLeft = steps
        memoryMax = sqlite3_memory_used() + Self.memoryBytesMax
        defer { stepsLeft = nil }
        return try body()
    }

    private func isOverBudget() -> Bool {
        guard let left = stepsLeft else { return false }
        stepsLeft = left - Self.stepsPerCheck
        return left <= 0 || sqlite3_memory_used() > memoryMax
    }

    private func refuse(_ reason: Refusal) -> Int32 {
        if refusal == nil { refusal = reason }
        return SQLITE_DENY
    }

    private func authorize(_ action: Int32, _ first: String, _ second: String) -> Int32 {
        guard isGuarding else { return SQLITE_OK }
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE:
            return SQLITE_OK
        case SQLITE_READ:
            return authorizeRead(table: first.lowercased(), column: second.lowercased())
        case SQLITE_FUNCTION:
            let name = second.lowercased()
            guard ConditionFunctions.allowed.contains(name) else { return refuse(.function(name)) }
            functions.insert(name)
            return SQLITE_OK
        default:
            return refuse(.action)
        }
    }

    private func authorizeRead(table: String, column: String) -> Int32 {
        if ConditionFunctions.tableValued.contains(table) { return SQLITE_OK }
        guard let known = FactTable.named(table) else {
            // An empty column stands for a table as a whole, as in count(*); the table may then be one that the condition makes itself, by WITH.
            return column.isEmpty && !table.hasPrefix("sqlite_") && !table.hasPrefix("pragma_") ? SQLITE_OK : refuse(.table(table))
        }
        guard column.isEmpty || known.columns.contains(where: { $0.name == column }) else { return refuse(.column(table: table, name: column)) }
        columns[table, default: []].insert(column)
        return SQLITE_OK
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> SQLiteWatch? {
        context.map { Unmanaged<SQLiteWatch>.fromOpaque($0).takeUnretainedValue() }
    }

    static let now: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void = { context, _, _ in
        sqlite3_result_int64(context, SQLiteWatch.of(sqlite3_user_data(context))?.nowMilliseconds ?? 0)
    }

    static let authorize:
        @convention(c) (UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Int32 =
            {
                context, action, first, second, _, _ in
                SQLiteWatch.of(context)?.authorize(action, first.map { String(cString: $0) } ?? "", second.map { String(cString: $0) } ?? "") ?? SQLITE_DENY
            }

    static let progress: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { context in
        SQLiteWatch.of(context)?.isOverBudget() == true ? 1 : 0
    }
}
