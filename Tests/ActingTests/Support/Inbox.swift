import Logging
import Synchronization

@testable import Daemon

/// What rounds have handed out, and nobody has carried out yet.
final class Inbox: Sendable {
    private let entries = Mutex<[ErrandBook.Entry]>([])

    func put(_ fresh: [ErrandBook.Entry]) { entries.withLock { $0 += fresh } }

    func take() -> ErrandBook.Entry? { entries.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}

/// What the daemon has logged, line by line.
final class LogBook: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func logger() -> Logger {
        Logger(label: "test") { _ in LogOutput(format: .text, level: .info) { line in self.lines.withLock { $0.append(line) } } }
    }
}
