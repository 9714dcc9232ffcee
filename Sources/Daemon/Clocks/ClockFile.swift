package import Fleet
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A clock that one process keeps and others of the same machine read: six numbers in a file, of 8 bytes each in the machine's order.
///
/// The first and the last are the number of the writing, from 1, so that one which is just being written is told from a whole one.
package final class ClockFile: Sendable {
    private static let length = 48
    private let descriptor: Int32
    private let writings = Mutex<Int64>(0)
    /// The last that was read whole.
    private let last: Mutex<ClockPace>

    /// Makes the file, for a clock that is kept here. Nil: it cannot be written.
    package init?(writing path: String) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
        last = Mutex(ClockPace(factor: 1, from: Timestamp(milliseconds: 0), at: 0, limit: Timestamp(milliseconds: 0)))
    }

    /// Opens the file of a clock that another process keeps. Nil: there is none.
    package init?(reading path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        guard let pace = Self.read(descriptor) else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        last = Mutex(pace)
    }

    deinit { close(descriptor) }

    package func write(_ pace: ClockPace) {
        writings.withLock { count in
            count += 1
            let numbers = [count, Int64(pace.factor), pace.from.milliseconds, pace.at, pace.limit.milliseconds, count]
            // A clock that cannot be told stands still for those who read it, which they say in their own words.
            _ = numbers.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        }
    }

    package func now() -> Timestamp {
        last.withLock { last in
            if let read = Self.read(descriptor) { last = read }
            return last.time(at: ClockPace.real())
        }
    }

    /// For loops and rounds.
    package var time: Time {
        Time(
            now: { self.now() },
            sleep: { duration in
                let end = self.now() + duration
                while case let rest = end - self.now(), rest > .zero {
                    let factor = self.last.withLock { $0.factor }
                    try await Task.sleep(for: max(rest / factor, .milliseconds(1)))
                }
            })
    }

    private static func read(_ descriptor: Int32) -> ClockPace? {
        var numbers = [Int64](repeating: 0, count: length / 8)
        let count = numbers.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count == length, numbers[0] > 0, numbers[0] == numbers[5], numbers[1] > 0 else { return nil }
        return ClockPace(
            factor: Int(numbers[1]), from: Timestamp(milliseconds: numbers[2]), at: numbers[3], limit: Timestamp(milliseconds: numbers[4]))
    }
}
