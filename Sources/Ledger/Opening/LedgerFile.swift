import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What can be told of a ledger's file without opening it for writing.
///
/// The file is never opened here by other means than SQLite's: closing any descriptor of a file drops all POSIX locks that the process has on it,
/// SQLite's too.
struct LedgerFile {
    let path: String
    let attempting: String

    enum Content: Hashable {
        /// No file, or an empty one, or a database without a table: a ledger may be made of it.
        case nothing
        case ledger(version: Int)
    }

    /// The path as SQLite is given it: a relative one that begins with `file:` would be read as an address.
    var sqlitePath: String { path.hasPrefix("file:") ? "./" + path : path }

    private var directory: String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count < 2 { return "." }
        let directory = parts.dropLast().joined(separator: "/")
        return directory.isEmpty ? "/" : directory
    }

    func error(_ problem: LedgerError.Problem) -> LedgerError { LedgerError(problem, path: path, attempting: attempting) }

    /// Whether something is there; throws when it cannot be what is needed.
    func checkAccess(for purpose: LedgerStore.Purpose) throws(LedgerError) -> Bool {
        guard Self.kind(of: directory) == S_IFDIR else { throw error(.directoryMissing(directory)) }
        guard let kind = Self.kind(of: path) else {
            if purpose == .reading { throw error(.missing) }
            try check(directory, W_OK | X_OK, "the directory \(directory)")
            return false
        }
        guard kind == S_IFREG else { throw error(.notAFile) }
        switch purpose {
        case .daemon:
            try check(path, R_OK | W_OK, "the file")
            try check(directory, W_OK | X_OK, "the directory \(directory)")
        case .reading:
            try check(path, R_OK, "the file")
        }
        return true
    }

    /// Reads what the file says of itself, with a connection that takes no lock, makes no file and looks at no journal.
    ///
    /// The mark and the version are in the main file as soon as it has a table: they are written, and synchronised, before the journal becomes a WAL.
    func content() throws(LedgerError) -> Content {
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: Self.address(of: path) + "?mode=ro&immutable=1", configuration: configuration)
            let content = try queue.read { try contentOf($0) }
            try queue.close()
            return content
        } catch {
            throw LedgerError(error, path: path, attempting: attempting)
        }
    }

    /// What an open database says of itself; an error if it is no ledger of ours, or a newer one.
    func contentOf(_ database: Database) throws -> Content {
        let application = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let table = try String.fetchOne(database, sql: "SELECT name FROM sqlite_master ORDER BY rowid LIMIT 1")
        guard application == Migration.applicationID else {
            if application == 0, table == nil, version == 0 { return .nothing }
            throw error(.foreign(table.map { "it has a table \($0)" } ?? "application id \(application), version \(version)"))
        }
        guard version <= Migration.newest else { throw error(.newer(version: version, known: Migration.newest)) }
        guard version >= 0 else { throw error(.inconsistent("version \(version)")) }
        return version == 0 ? .nothing : .ledger(version: version)
    }

    private func check(_ path: String, _ mode: Int32, _ what: String) throws(LedgerError) {
        if access(path, mode) == 0 { return }
        throw error(errno == EROFS ? .readOnly : .notPermitted(what))
    }

    /// The type bits of what is at a path, behind links; nil when there is nothing.
    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// A `file:` address for SQLite: what has a meaning in one is escaped.
    private static func address(of path: String) -> String {
        let special: [Character: String] = ["%": "%25", "?": "%3f", "#": "%23"]
        let escaped = path.map { special[$0] ?? String($0) }.joined()
        return "file:" + (path.hasPrefix("/") ? "//" : "./") + escaped
    }
}
