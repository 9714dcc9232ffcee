/// Takes a stream of RecordIO apart: `<length>\n<record>`, again and again. The length is the record's, in bytes, in decimal digits.
///
/// A value without I/O: it is fed what arrives, cut anywhere. Whatever is announced, it never holds more than `keptBytesMax`.
/// (`docs/recordio.md` of Mesos; `3rdparty/libprocess/include/process/…/recordio.hpp`.)
struct RecordIO: Sendable {
    struct Record: Hashable, Sendable {
        /// All of it; of one that is longer than what is kept, its beginning.
        let bytes: [UInt8]
        /// As it was announced.
        let byteCount: Int

        var isWhole: Bool { bytes.count == byteCount }
    }

    struct Limits: Hashable, Sendable {
        /// A longer one ends the stream. 512 MiB by default: the first record of a subscription is the master's whole state.
        var recordBytesMax = 512 << 20
        /// Of a longer one only the beginning is kept. 1 MiB by default: an event about one task or agent was below 6 KB on real clusters.
        var keptBytesMax = 1 << 20
        /// How much of such a one. 256 by default: its type stands there.
        var startBytesMax = 256
    }

    /// Why a stream cannot be read on: where the next record begins is not known any more.
    enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// Where a length should be. `offset` is in bytes from the start of the stream.
        case notALength(offset: Int, start: String)
        case tooLarge(offset: Int, announced: Int, bytesMax: Int)

        var description: String {
            switch self {
            case .notALength(let offset, let start): "the record at byte \(offset) of the stream has no length before it, but \"\(start)\""
            case .tooLarge(let offset, let announced, let bytesMax):
                "the record at byte \(offset) of the stream is announced with \(announced) bytes, and at most \(bytesMax) are taken"
            }
        }
    }

    private enum Place: Sendable {
        case length(digits: [UInt8])
        case record(byteCount: Int, left: Int)
    }

    /// Ten digits are above any bound that could be set.
    private static let digitsMax = 10

    private let limits: Limits
    private var place = Place.length(digits: [])
    private var kept: [UInt8] = []
    private var offset = 0
    /// Where the record began that is being read.
    private var start = 0
    /// What is wrong with the stream; nothing is read after it. Nil: nothing.
    private(set) var problem: Problem?

    init(limits: Limits = Limits()) { self.limits = limits }

    /// Whether an end here would cut nothing off.
    var isBetweenRecords: Bool {
        if case .length(let digits) = place { digits.isEmpty && problem == nil } else { false }
    }

    /// Takes what has arrived and returns the records that are complete by now. Check `problem` after it.
    mutating func take(_ bytes: [UInt8]) -> [Record] {
        var records: [Record] = []
        var index = 0
        while index < bytes.count, problem == nil {
            switch place {
            case .length(var digits):
                let byte = bytes[index]
                index += 1
                offset += 1
                if byte == UInt8(ascii: "\n"), !digits.isEmpty {
                    begin(digits)
                } else {
                    digits.append(byte)
                    place = .length(digits: digits)
                    if !(0x30...0x39).contains(byte) || digits.count > Self.digitsMax { problem = .notALength(offset: start, start: Self.shown(digits)) }
                }
            case .record(let byteCount, let left):
                let taken = min(left, bytes.count - index)
                let room = max(0, keptBytes(of: byteCount) - kept.count)
                kept.append(contentsOf: bytes[index..<(index + min(taken, room))])
                index += taken
                offset += taken
                place = .record(byteCount: byteCount, left: left - taken)
            }
            if case .record(let byteCount, left: 0) = place {
                records.append(Record(bytes: kept, byteCount: byteCount))
                kept = []
                start = offset
                place = .length(digits: [])
            }
        }
        return records
    }

    private mutating func begin(_ digits: [UInt8]) {
        let byteCount = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard byteCount <= limits.recordBytesMax else {
            problem = .tooLarge(offset: start, announced: byteCount, bytesMax: limits.recordBytesMax)
            return
        }
        // No room is made by what was only announced.
        place = .record(byteCount: byteCount, left: byteCount)
    }

    private func keptBytes(of byteCount: Int) -> Int { byteCount <= limits.keptBytesMax ? byteCount : min(limits.startBytesMax, limits.keptBytesMax) }

    private static func shown(_ bytes: [UInt8]) -> String {
        String(bytes.map { (0x20..<0x7F).contains($0) ? Character(Unicode.Scalar($0)) : "?" })
    }
}
