/// What is kept of an instance's console: plain text, and the last of it.
enum KeptConsole {
    /// As much as is kept, in bytes. The end of a boot or of a kernel's panic takes some hundred lines; EC2 itself has 64 KiB.
    static let bytesMax = 16_384

    /// Nil where nothing is left.
    ///
    /// Consoles write colours and cursor movements for terminals, and returns before line feeds: whoever reads it later has it in a terminal or in JSON, which both take
    /// harm. Of an escape sequence by ECMA-48 its parameters go with it; of other control characters only line feeds and tabs stay.
    static func text(_ output: String) -> String? {
        var kept = String.UnicodeScalarView()
        var scalars = output.unicodeScalars.makeIterator()
        var last: Unicode.Scalar?
        while let scalar = scalars.next() {
            if scalar.value == 0x1B {
                skipSequence(&scalars)
                continue
            }
            let isKept = scalar == "\n" || scalar == "\t" || (scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar != "\u{FFFD}")
            // An empty line that follows another one says nothing.
            if isKept, !(scalar == "\n" && last == "\n") { (last, _) = (scalar, kept.append(scalar)) }
        }
        var text = String(kept)
        if text.utf8.count > bytesMax {
            text = String(decoding: text.utf8.suffix(bytesMax), as: UTF8.self)
            // The first line is mostly half of one.
            if let start = text.firstIndex(of: "\n") { text = String(text[text.index(after: start)...]) }
        }
        return text.allSatisfy(\.isWhitespace) ? nil : text
    }

    /// After an escape: `[`, parameters and a final byte from `@` to `~`; else one character.
    private static func skipSequence(_ scalars: inout String.UnicodeScalarView.Iterator) {
        guard scalars.next() == "[" else { return }
        while let next = scalars.next(), !(0x40...0x7E).contains(next.value) {}
    }
}
