/// What the ledger could not do: what was being attempted, what was wrong, and what helps.
package struct LedgerError: Error, Sendable, CustomStringConvertible {
    package enum Problem: Hashable, Sendable {
        /// The directory that the file is to be in does not exist.
        case directoryMissing(String)
        /// The path names something that is no file: a directory, a socket.
        case notAFile
        /// Nobody has written a ledger there yet, and a reader makes none.
        case missing
        /// The file, or the directory that its journal has to be written in, may not be read or written.
        case notPermitted(String)
        /// The file system is mounted read-only, or the file is marked so.
        case readOnly
        /// The file is no SQLite database: its first bytes say something else.
        case notADatabase
        /// A SQLite database of another program.
        case foreign(String)
        /// A newer Mayfly wrote it: its schema's version, and the newest that this program knows.
        case newer(version: Int, known: Int)
        /// Another process holds it.
        case held
        /// The disk, or the space allowed to the database, is full. Nothing of what was being written is kept.
        case full
        /// SQLite found the file damaged.
        case corrupt(String)
        /// What stands in the file breaks a rule of the schema: a bug, or a file changed by hand.
        case inconsistent(String)
        /// Reading and writing the medium failed.
        case inputOutput(String)
        /// Anything else that SQLite said.
        case sqlite(code: Int32, message: String)
    }

    package let problem: Problem
    /// The file, as it was named to us.
    package let path: String
    /// What was being attempted, as a phrase that follows "while".
    package let attempting: String

    package init(_ problem: Problem, path: String, attempting: String) {
        self.problem = problem
        self.path = path
        self.attempting = attempting
    }

    /// One line for people: file, problem, and what to do.
    package var description: String { "\(path): \(problem.text) (while \(attempting))" }
}

extension LedgerError.Problem {
    var text: String {
        switch self {
        case .directoryMissing(let directory): "the directory \(directory) does not exist; create it, or change ledger.path"
        case .notAFile: "this is not a file; name a file in ledger.path"
        case .missing: "there is no ledger here yet; the daemon makes it in its first round"
        case .notPermitted(let what): "\(what) may not be read and written by this user; change its owner or its mode"
        case .readOnly: "the ledger cannot be written: the file or its file system is read-only"
        case .notADatabase: "this is not a SQLite database; move it away, or change ledger.path"
        case .foreign(let what): "this is a database of another program (\(what)); change ledger.path"
        case .newer(let version, let known):
            "a newer Mayfly wrote this ledger: its schema is version \(version), this program knows up to \(known); use the newer program"
        case .held: "another mayfly is running on this ledger and has it for itself; stop that one first, or name a copy"
        case .full: "the disk is full; nothing of this was written, what was recorded before is kept"
        case .corrupt(let message): "the ledger is damaged (\(message)); restore it from a backup, or move it away to begin anew"
        case .inconsistent(let message): "the ledger contradicts itself: \(message)"
        case .inputOutput(let message): "the disk failed: \(message)"
        case .sqlite(let code, let message): "SQLite error \(code): \(message)"
        }
    }
}
