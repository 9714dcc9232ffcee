import GRDB

extension LedgerError {
    /// What SQLite's error means for a ledger.
    init(_ error: any Error, path: String, attempting: String) {
        switch error {
        case let error as LedgerError: self = error
        case let error as DatabaseError: self.init(Problem(error), path: path, attempting: attempting)
        default: self.init(.inconsistent("\(error)"), path: path, attempting: attempting)
        }
    }
}

extension LedgerError.Problem {
    init(_ error: DatabaseError) {
        let message = error.message ?? "no message"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .held
        case .SQLITE_FULL: self = .full
        case .SQLITE_CORRUPT: self = .corrupt(message)
        case .SQLITE_NOTADB: self = .notADatabase
        case .SQLITE_READONLY: self = .readOnly
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: self = .notPermitted("the ledger (\(message))")
        case .SQLITE_IOERR: self = .inputOutput("\(message), extended code \(error.extendedResultCode.rawValue)")
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH: self = .inconsistent(message)
        default: self = .sqlite(code: error.extendedResultCode.rawValue, message: message)
        }
    }
}

extension LedgerStore {
    /// Runs a body and turns whatever it throws into the ledger's own error.
    func attempt<T>(_ attempting: String, _ body: (Database) throws -> T) throws(LedgerError) -> T {
        do {
            return try queue.writeWithoutTransaction(body)
        } catch {
            throw LedgerError(error, path: path, attempting: attempting)
        }
    }

    /// A body that only reads: one transaction, so that all it reads belongs together.
    func reading<T>(_ attempting: String, _ body: (Database) throws -> T) throws(LedgerError) -> T {
        do {
            // GRDB reads a closed connection's state without asking whether there is one, and SQLite then reads from nowhere.
            guard queue.unsafeRead({ $0.sqliteConnection != nil }) else {
                throw LedgerError(.sqlite(code: 21, message: "the ledger has been closed"), path: path, attempting: attempting)
            }
            return try queue.read(body)
        } catch {
            throw LedgerError(error, path: path, attempting: attempting)
        }
    }
}
