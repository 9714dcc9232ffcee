import Captures
import Testing

@testable import Mesos

@Suite struct `A stream of records` {
    /// All records of some bytes that arrive in pieces of these sizes, again and again.
    private func records(_ bytes: [UInt8], inPiecesOf size: Int) -> [RecordIO.Record] {
        var stream = RecordIO()
        var records: [RecordIO.Record] = []
        var index = 0
        while index < bytes.count {
            let end = min(bytes.count, index + size)
            records += stream.take(Array(bytes[index..<end]))
            index = end
        }
        return stream.problem == nil && stream.isBetweenRecords ? records : []
    }

    private func problem(_ text: String) -> String? {
        var stream = RecordIO()
        _ = stream.take(Array(text.utf8))
        return stream.problem?.description
    }

    @Test func `is the recorded one, whole and as its recorder counted it`() throws {
        let capture = try StreamCapture()
        let whole = records(capture.bytes, inPiecesOf: capture.bytes.count)
        #expect(whole.count == 65 && whole.allSatisfy(\.isWhole))
        let lengths = zip(capture.boundaries, capture.boundaries.dropFirst()).map { $1 - $0 }
        #expect(zip(whole, lengths).allSatisfy { record, length in length == "\(record.byteCount)".utf8.count + 1 + record.byteCount })
    }

    @Test func `gives the same records in pieces of 1 to 4,096 bytes and of primes above`() async throws {
        let capture = try StreamCapture()
        let whole = records(capture.bytes, inPiecesOf: capture.bytes.count)
        for size in 1...4096 {
            #expect(records(capture.bytes, inPiecesOf: size) == whole, "pieces of \(size)")
            if size.isMultiple(of: 64) { await Task.yield() }
        }
        let primes = (4097..<capture.bytes.count).lazy.filter { number in !(2...).lazy.prefix { $0 * $0 <= number }.contains { number.isMultiple(of: $0) } }
        for size in primes.prefix(300) { #expect(records(capture.bytes, inPiecesOf: size) == whole, "pieces of \(size)") }
    }

    @Test func `gives the same records when it is cut at a boundary, just before it and just after`() throws {
        let capture = try StreamCapture()
        let whole = records(capture.bytes, inPiecesOf: capture.bytes.count)
        for boundary in capture.boundaries {
            for place in [boundary - 1, boundary, boundary + 1] where (0...capture.bytes.count).contains(place) {
                var stream = RecordIO()
                let found = stream.take(Array(capture.bytes[..<place])) + stream.take(Array(capture.bytes[place...]))
                #expect(found == whole, "cut at \(place)")
            }
        }
    }

    @Test func `that ends after any record has given those before, and says whether it was cut`() throws {
        let capture = try StreamCapture()
        let whole = records(capture.bytes, inPiecesOf: capture.bytes.count)
        for (count, boundary) in capture.boundaries.enumerated() {
            var clean = RecordIO()
            #expect(clean.take(Array(capture.bytes[..<boundary])) == Array(whole.prefix(count)) && clean.isBetweenRecords)
            guard boundary > 0 else { continue }
            var cut = RecordIO()
            #expect(cut.take(Array(capture.bytes[..<(boundary - 1)])) == Array(whole.prefix(count - 1)) && !cut.isBetweenRecords)
        }
    }

    @Test func `whose lengths lie is given up where that shows, and keeps what came before`() {
        var stream = RecordIO()
        #expect(stream.take(Array("2\nab4\nabcd5\nabc2\nde".utf8)).map { String(decoding: $0.bytes, as: UTF8.self) } == ["ab", "abcd", "abc2\n"])
        #expect(stream.problem == .notALength(offset: 17, start: "d"))
        #expect(stream.take(Array("2\nab".utf8)).isEmpty, "nothing is read after that")
        #expect(stream.problem?.description == "the record at byte 17 of the stream has no length before it, but \"d\"")
        for text in ["\n", "-1\nx", " 1\nx", "0x2\nab", "1 \nx", "12345678901\n", "<html>", "{\"type\":\"HEARTBEAT\"}", "3\r\nabc"] {
            #expect(problem(text)?.hasPrefix("the record at byte 0 of the stream has no length before it, but") == true, "\(text)")
        }
        #expect(problem("007\nabcdefg") == nil && problem("0\n0\n") == nil)
    }

    @Test func `announces what it likes, and no more is kept than the bound`() {
        #expect(
            problem("2\nab1073741824\n")
                == "the record at byte 4 of the stream is announced with 1073741824 bytes, and at most 536870912 are taken")
        var limits = RecordIO.Limits()
        (limits.keptBytesMax, limits.startBytesMax) = (100, 10)
        var stream = RecordIO(limits: limits)
        var records = stream.take(Array("1000000\n".utf8))
        for _ in 0..<1000 { records += stream.take(Array(repeating: UInt8(ascii: "x"), count: 1000)) }
        records += stream.take(Array("100\n".utf8) + Array(repeating: UInt8(ascii: "y"), count: 100))
        #expect(records.map(\.byteCount) == [1_000_000, 100] && records.map(\.bytes.count) == [10, 100] && records.map(\.isWhole) == [false, true])
    }
}
