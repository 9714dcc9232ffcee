package import Fleet
import GRDB

extension LedgerStore {
    /// Opens the ledger, making or migrating it if that is what it takes.
    ///
    /// The file is looked at first, without a lock and without a write: what is not ours, or newer than this program, is left byte for byte as it
    /// was. There is one connection, and it holds the file alone: `locking_mode=EXCLUSIVE`, taken before the first look at the journal, keeps the
    /// WAL's index in this process' memory instead of a shared file, so that no other connection can write or checkpoint. SQLite before 3.51.3
    /// can corrupt a WAL database that two connections write and checkpoint at the same instant; with one there is no such instant.
    ///
    /// `synchronous=FULL`: what was committed survives a power cut. A daemon that is already there is told of at once, not waited for.
    /// - Throws: what is wrong with the file, and what to do about it.
    package static func open(path: String, purpose: Purpose, now: Timestamp) throws(LedgerError) -> LedgerStore {
        let file = LedgerFile(path: path, attempting: "opening the ledger")
        let exists = try file.checkAccess(for: purpose)
        let content = exists ? try file.content() : .nothing
        do {
            switch purpose {
            case .daemon:
                return try openForDaemon(file, content: content, now: now)
            case .reading:
                guard content != .nothing else { throw file.error(.missing) }
                return try openForReading(file, now: now)
            }
        } catch {
            throw LedgerError(error, path: path, attempting: file.attempting)
        }
    }

    /// Puts the WAL back into the file, leaves it as a plain database that can be read without writing, and lets go of it.
    ///
    /// Nothing is lost if this is never called: the next opening reads the WAL.
    package func close() throws(LedgerError) {
        do {
            defer { try? queue.close() }
            if purpose == .daemon {
                try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            }
        } catch {
            throw LedgerError(error, path: path, attempting: "closing the ledger")
        }
    }

    private static func openForDaemon(_ file: LedgerFile, content: LedgerFile.Content, now: Timestamp) throws -> LedgerStore {
        let queue = try DatabaseQueue(
            path: file.sqlitePath,
            configuration: configuration { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                // A first round of 10,000 nodes leaves a WAL of 30 MB; what is above this is given back at the next checkpoint.
                try database.execute(sql: "PRAGMA journal_size_limit = 8388608")
            })
        do {
            let facts = try queue.writeWithoutTransaction { database in
                // Takes the lock, which in this locking mode stays until the connection is closed.
                try database.execute(sql: "BEGIN EXCLUSIVE; COMMIT")
                // Once more: a WAL that was not yet part of the file may say more than the file did.
                _ = try file.contentOf(database)
                if try Int64.fetchOne(database, sql: "PRAGMA application_id") != Migration.applicationID {
                    try database.execute(sql: "PRAGMA application_id = \(Migration.applicationID)")
                }
                let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
                guard mode == "wal" else { throw file.error(.inconsistent("SQLite refuses a WAL here and keeps journal mode \(mode ?? "unknown")")) }
                try migrate(database, now: now)
                return try FactNames(storingInto: database)
            }
            return LedgerStore(path: file.path, purpose: .daemon, queue: queue, facts: facts, openedAt: now)
        } catch {
            try? queue.close()
            throw error
        }
    }

    /// A ledger that was closed is a plain database: any number of readers may share it, and need no permission to write.
    ///
    /// One whose daemon was killed still has its WAL, which only somebody who may write can read; the content stays as it is.
    private static func openForReading(_ file: LedgerFile, now: Timestamp) throws -> LedgerStore {
        var plain = configuration()
        plain.readonly = true
        do {
            return try reader(file, plain, now: now)
        } catch let error as DatabaseError where [.SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) {
            // A WAL cannot be read alone without the right to write, for SQLite's lock fails; nor can a journal be taken back.
            _ = try LedgerFile(path: file.path, attempting: "reading what a daemon that was killed has left").checkAccess(for: .daemon)
            return try reader(file, configuration(), now: now)
        }
    }

    private static func reader(_ file: LedgerFile, _ configuration: Configuration, now: Timestamp) throws -> LedgerStore {
        let queue = try DatabaseQueue(path: file.sqlitePath, configuration: configuration)
        do {
            let facts = try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA query_only = ON")
                guard try file.contentOf(database) != .nothing else { throw file.error(.missing) }
                // From here on a plain ledger is locked only while a query runs: somebody who looks does not keep a daemon from starting.
                if try String.fetchOne(database, sql: "PRAGMA journal_mode") != "wal" { try database.execute(sql: "PRAGMA locking_mode = NORMAL") }
                return try FactNames(storedIn: database)
            }
            return LedgerStore(path: file.path, purpose: .reading, queue: queue, facts: facts, openedAt: now)
        } catch {
            try? queue.close()
            throw error
        }
    }

    /// What every connection is set to before it looks at the file.
    private static func configuration(_ more: @escaping @Sendable (Database) throws -> Void = { _ in }) -> Configuration {
        var configuration = Configuration()
        configuration.label = "ledger"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .immediateError
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            try more(database)
        }
        return configuration
    }

    /// All steps that are missing, in one transaction.
    private static func migrate(_ database: Database, now: Timestamp) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version < Migration.newest else { return }
        try database.inTransaction(.immediate) {
            for migration in Migration.all.dropFirst(version) { try database.execute(sql: migration.sql) }
            if version == 0 {
                var generator = SystemRandomNumberGenerator()
                try database.execute(
                    sql: "INSERT INTO meta (id, ledger_id, created_at) VALUES (1, ?, ?)", arguments: [makeID(using: &generator), now.milliseconds])
            }
            try database.execute(sql: "PRAGMA user_version = \(Migration.newest)")
            return .commit
        }
        // Into the main file at once, so that whoever looks at it without the WAL knows what it is.
        try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// 128 random bits as 32 hexadecimal digits.
    private static func makeID(using generator: inout some RandomNumberGenerator) -> String {
        (0..<16).map { _ in
            let byte = String(UInt8.random(in: .min ... .max, using: &generator), radix: 16)
            return byte.count == 1 ? "0" + byte : byte
        }.joined()
    }
}
