internal import CSQLite

/// What SQLite answered instead of doing it.
struct SQLiteError: Error {
    let code: Int32
    let message: String
    /// The byte of the SQL at which it was noticed; nil where SQLite does not say.
    let offset: Int?
}

/// An in-memory SQLite database with the limits that conditions need; not Sendable, used by one thread at a time.
final class SQLiteConnection {
    private let handle: OpaquePointer
    /// What the callbacks see; retained by this connection for as long as they can be called.
    let watch = SQLiteWatch()

    /// `->`, `->>` and built-in JSON came with it.
    static let versionMin: Int32 = 3_038_000

    init() throws(SQLiteError) {
        guard sqlite3_libversion_number() >= Self.versionMin else {
            let message = "this SQLite is \(String(cString: sqlite3_libversion())); rules need 3.38 or newer: install a newer libsqlite3-0"
            throw SQLiteError(code: SQLITE_MISUSE, message: message, offset: nil)
        }
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, nil)
        guard code == SQLITE_OK, let opened else {
            if let opened { sqlite3_close_v2(opened) }
            throw SQLiteError(code: code, message: String(cString: sqlite3_errstr(code)), offset: nil)
        }
        handle = opened
        try configure()
    }

    deinit { sqlite3_close_v2(handle) }

    private func configure() throws(SQLiteError) {
        for (limit, value) in Self.limits { sqlite3_limit(handle, limit, value) }
        try check(mayfly_sqlite3_disable_double_quoted_text(handle))
        try check(mayfly_sqlite3_disable_extensions(handle))
        let context = Unmanaged.passUnretained(watch).toOpaque()
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
        // Deterministic within a statement: the time changes only between rounds, and no index stores a value made from it.
        try check(sqlite3_create_function_v2(handle, "mayfly_now", 0, flags, context, SQLiteWatch.now, nil, nil, nil))
        // Sorting and recursion stay in memory, where their use is counted; else a runaway condition would fill the disk.
        try execute("PRAGMA temp_store = MEMORY")
        // SQLite makes these tables when they are first named, by what an authorizer cannot tell from a write.
        for table in ConditionFunctions.tableValued.sorted() { _ = try prepare("SELECT 1 FROM \(table)('[]')") }
        try check(sqlite3_set_authorizer(handle, SQLiteWatch.authorize, context))
        sqlite3_progress_handler(handle, Int32(SQLiteWatch.stepsPerCheck), SQLiteWatch.progress, context)
    }

    /// What the progress handler never sees: one call that makes a large value, an expression that is deep, a pattern that backtracks.
    private static let limits: [(Int32, Int32)] = [
        (SQLITE_LIMIT_LENGTH, 1_000_000), (SQLITE_LIMIT_SQL_LENGTH, 200_000), (SQLITE_LIMIT_EXPR_DEPTH, 100), (SQLITE_LIMIT_COMPOUND_SELECT, 10),
        (SQLITE_LIMIT_VDBE_OP, 25_000), (SQLITE_LIMIT_FUNCTION_ARG, 32), (SQLITE_LIMIT_ATTACHED, 0), (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
        (SQLITE_LIMIT_VARIABLE_NUMBER, 100), (SQLITE_LIMIT_COLUMN, 200), (SQLITE_LIMIT_TRIGGER_DEPTH, 1), (SQLITE_LIMIT_WORKER_THREADS, 0),
    ]

    func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil))
        guard let statement else { throw SQLiteError(code: SQLITE_MISUSE, message: "no statement", offset: nil) }
        return SQLiteStatement(statement, of: self)
    }

    func execute(_ sql: String) throws(SQLiteError) {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    func check(_ code: Int32) throws(SQLiteError) {
        if code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE { return }
        let offset = sqlite3_error_offset(handle)
        throw SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)), offset: offset < 0 ? nil : Int(offset))
    }
}
