package import Fleet
import Foundation

/// The kill switch that works without the daemon: while the file is there nothing is started and nothing harmful is done.
///
/// It can only make things safer: what cannot be read counts as paused, and what it says is for people alone.
package struct PauseFile: Hashable, Sendable {
    package let path: String

    package static let defaultPath = "/etc/mayfly/pause"
    /// What is read of it; the rest is nobody's reason.
    private static let bytesMax = 1024

    package init(_ path: String) { self.path = path }

    /// Why work is paused, in words. Nil: the file is not there.
    package func read() -> String? {
        // Without waiting: of a FIFO of the name nobody may write to the other end, and the round would stand still.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            return errno == ENOENT ? nil : "\(path) cannot be read: \(Self.why(errno))"
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.bytesMax)
        let count = Foundation.read(descriptor, &bytes, bytes.count)
        // A directory of the name opens, and fails only here.
        guard count >= 0 else { return "\(path) cannot be read: \(Self.why(errno))" }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        let words = text.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ").filter { !$0.unicodeScalars.contains { $0.value < 32 } }
        return words.isEmpty ? "\(path) is there" : "\(path): \(words.prefix(300))"
    }

    /// Pauses. What stands in the file already goes.
    ///
    /// - Throws: in words, what the system said.
    package func write(who: String, reason: String, at now: Timestamp) throws(Problem) {
        do {
            try Data("\(who), since \(now.description): \(reason)\n".utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw Problem(description: "\(path) cannot be written: \(Self.why(error)); pause as a user who may, or start the daemon")
        }
    }

    /// Ends the pause. Returns false when there was none.
    package func remove() throws(Problem) -> Bool {
        if unlink(path) == 0 { return true }
        let code = errno
        if code == ENOENT { return false }
        throw Problem(description: "\(path) cannot be removed: \(Self.why(code)); remove it as a user who may")
    }

    package struct Problem: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    private static func why(_ code: Int32) -> String { String(cString: strerror(code)) }

    private static func why(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        return underlying.map { why(Int32(truncatingIfNeeded: $0.code)) } ?? "\(error)"
    }
}
