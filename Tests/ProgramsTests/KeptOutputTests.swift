import Programs
import Testing

@Suite struct `What is kept of an output` {
    private func kept(_ text: String, by piece: Int, first: Int, last: Int) -> KeptOutput {
        var kept = KeptOutput(first: first, last: last)
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) { kept.take(bytes[start..<min(start + piece, bytes.count)]) }
        return kept
    }

    @Test(arguments: [1, 2, 3, 7, 100]) func `is its first bytes and its last, however it comes`(piece: Int) {
        let text = "abcdefghijklmnopqrstuvwxyz"
        let both = kept(text, by: piece, first: 3, last: 4)
        #expect(both.bytes == Array("abcwxyz".utf8) && both.isCut)
        let last = kept(text, by: piece, first: 0, last: 5)
        #expect(last.bytes == Array("vwxyz".utf8) && last.isCut)
        let first = kept(text, by: piece, first: 5, last: 0)
        #expect(first.bytes == Array("abcde".utf8) && first.isCut)
        let all = kept(text, by: piece, first: 20, last: 6)
        #expect(all.bytes == Array(text.utf8) && !all.isCut)
    }
}
