/// The keys whose members are kept, made to be looked up by bytes.
package struct JSONKeys: Sendable, ExpressibleByArrayLiteral {
    let names: [String]
    private let texts: [[UInt8]]
    /// The numbers of the keys of each length.
    private let byLength: [[Int]]
    /// By number: a word that a member's text must hold for it to be kept. Nil: it is kept in any case.
    private let words: [[UInt8]?]

    package init(_ names: [String], where words: [String: String] = [:]) {
        self.names = names
        self.words = names.map { words[$0].map { Array($0.utf8) } }
        let texts = names.map { Array($0.utf8) }
        self.texts = texts
        byLength = (0...(texts.map(\.count).max() ?? 0)).map { length in texts.indices.filter { texts[$0].count == length } }
    }

    package init(arrayLiteral names: String...) { self.init(names) }

    /// The number of a key that was gone over; nil when it is not wanted.
    func number(of key: JSONScanner.Text, in scanner: JSONScanner) -> Int? {
        if key.isEscaped { return texts.firstIndex(of: scanner.unescaped(key)) }
        let count = key.end - key.start
        guard count < byLength.count else { return nil }
        candidates: for number in byLength[count] {
            for index in 0..<count where texts[number][index] != scanner.bytes[key.start + index] { continue candidates }
            return number
        }
        return nil
    }

    /// Whether the member with this number is wanted, going by its text: what is of no use is passed over once and costs no memory.
    func wants(_ number: Int, in text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard let word = words[number], let first = word.first else { return true }
        guard text.count >= word.count else { return false }
        places: for place in text.startIndex...(text.endIndex - word.count) where text[place] == first {
            for offset in 1..<word.count where text[place + offset] != word[offset] { continue places }
            return true
        }
        return false
    }

    /// Whether `wants` depends on the text at all.
    func isPicky(_ number: Int) -> Bool { words[number] != nil }
}
