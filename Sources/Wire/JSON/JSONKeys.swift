/// The keys whose members are kept, made to be looked up by bytes.
package struct JSONKeys: Sendable, ExpressibleByArrayLiteral {
    let names: [String]
    private let texts: [[UInt8]]
    /// The numbers of the keys of each length.
    private let byLength: [[Int]]

    package init(_ names: [String]) {
        self.names = names
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
}
