/// Rounds as bytes: for each the milliseconds since the one before (a varint, seven bits a byte, the lowest first; 0 for the first of a row), and a
/// bit for each source that was read whole in it, the row's first source in the lowest bit of the first byte.
///
/// Four bytes or so for a round: 30 days of five rounds a minute are below a megabyte.
struct RoundSteps {
    private(set) var bytes: [UInt8]
    private let sourceCount: Int

    struct Step: Hashable {
        let milliseconds: Int64
        /// Positions in the row's list of sources, ascending.
        let read: [Int]
    }

    init(_ bytes: [UInt8] = [], sourceCount: Int) {
        self.bytes = bytes
        self.sourceCount = sourceCount
    }

    /// - Parameter milliseconds: since the round before; not negative.
    mutating func append(milliseconds: Int64, read: [Int]) {
        precondition(milliseconds >= 0, "a round \(milliseconds) ms after the one before")
        var rest = UInt64(milliseconds)
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
        var mask = [UInt8](repeating: 0, count: maskBytes)
        for position in read { mask[position / 8] |= 1 << UInt8(position % 8) }
        bytes += mask
    }

    private var maskBytes: Int { (sourceCount + 7) / 8 }

    /// All steps; throws where the bytes are none.
    func steps() throws -> [Step] {
        var steps: [Step] = []
        var place = 0
        while place < bytes.count {
            var milliseconds: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                guard place < bytes.count, shift < 63 else { throw LedgerContradiction("column steps of table round_log does not hold rounds") }
                let byte = bytes[place]
                place += 1
                milliseconds |= UInt64(byte & 0x7F) << shift
                shift += 7
                if byte & 0x80 == 0 { break }
            }
            // A thousand years between two rounds is damage, and would overflow when added up.
            guard place + maskBytes <= bytes.count, let time = Int64(exactly: milliseconds), time < 1 << 45 else {
                throw LedgerContradiction("column steps of table round_log does not hold rounds")
            }
            let read = (0..<sourceCount).filter { bytes[place + $0 / 8] & (1 << UInt8($0 % 8)) != 0 }
            steps.append(Step(milliseconds: time, read: read))
            place += maskBytes
        }
        return steps
    }
}
