internal import CSQLite

/// A prepared statement; finalized with its last reference.
final class SQLiteStatement {
    private let handle: OpaquePointer
    private let connection: SQLiteConnection

    init(_ handle: OpaquePointer, of connection: SQLiteConnection) {
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    /// Whether there is a row. After a throw the statement is reset.
    func step() throws(SQLiteError) -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        do { try connection.check(code) } catch {
            sqlite3_reset(handle)
            throw error
        }
        sqlite3_reset(handle)
        return false
    }

    /// Runs a statement that has no rows.
    func run() throws(SQLiteError) { while try step() {} }

    func reset() { sqlite3_reset(handle) }

    func bind(_ value: Int64?, at index: Int32) throws(SQLiteError) {
        try connection.check(value.map { sqlite3_bind_int64(handle, index, $0) } ?? sqlite3_bind_null(handle, index))
    }

    func bind(_ value: String?, at index: Int32) throws(SQLiteError) {
        guard let value else { return try connection.check(sqlite3_bind_null(handle, index)) }
        guard let count = Int32(exactly: value.utf8.count) else { return try connection.check(SQLITE_TOOBIG) }
        let code = value.withCString { mayfly_sqlite3_bind_text(handle, index, $0, count) }
        try connection.check(code)
    }

    func integer(at column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func isNull(at column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    func isInteger(at column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_INTEGER }

    func text(at column: Int32) -> String {
        guard let bytes = sqlite3_column_text(handle, column) else { return "" }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, column))), as: UTF8.self)
    }
}
