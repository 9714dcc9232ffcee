import Fleet

#if canImport(Glibc)
import Glibc
#endif

/// How a clock goes, in a file that processes of one machine share: seven numbers of 8 bytes each in the machine's order.
///
/// The first and the last are the number of the writing, from 1, so that one which is just being written is told from a whole one. One process writes at a time.
final class ClockFile: Sendable {
    private static let numbers = 7
    private let descriptor: Int32

    /// Makes the file. Nil: it cannot be written.
    init?(making path: String) {
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 { return nil }
    }

    /// Opens it. Nil: there is none, or nothing of the kind in it.
    init?(opening path: String) {
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        if descriptor < 0 { return nil }
        if read() == nil { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Nil: it is just being written.
    func read() -> (writing: Int64, pace: ClockPace)? {
        var numbers = [Int64](repeating: 0, count: Self.numbers)
        let count = numbers.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count == Self.numbers * 8, numbers[0] > 0, numbers[0] == numbers[6], numbers[1] > 0 else { return nil }
        let pace = ClockPace(
            factor: Int(numbers[1]), from: .init(milliseconds: numbers[2]), at: numbers[3], watched: .init(milliseconds: numbers[4]),
            leash: .milliseconds(numbers[5]))
        return (numbers[0], pace)
    }

    /// - Returns: whether it is written. A clock that cannot be told stands still for the others.
    @discardableResult func write(_ pace: ClockPace, number: Int64) -> Bool {
        let numbers = [
            number, Int64(pace.factor), pace.from.milliseconds, pace.at, pace.watched.milliseconds, pace.leash.inMilliseconds, number,
        ]
        return numbers.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) == $0.count }
    }
}
