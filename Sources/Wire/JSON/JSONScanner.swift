/// Goes over JSON text byte by byte, once, and checks all of it: what is passed over is held to the same rules as what is kept.
///
/// It makes nothing and remembers nothing but its place, so that passing over a value costs no allocation. Errors carry an offset;
/// whoever catches them finds the path (`JSONPath`).
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    /// The keys of all objects that are open, for finding one that comes twice. Those after `keyCount` are left from objects before.
    private var keys: [Text] = []
    private var keyCount = 0
    /// How many keys there were before each object or list that is open.
    private var outer: [Int] = []

    /// Deeper nesting is no answer of Mesos' or a scheduler's: their deepest are about fifteen.
    static let depthMax = 64
    /// More members in one object are no answer: Mesos has below fifty, an app of Marathon's a variable of its environment each. A key is compared
    /// with all before it.
    static let membersMax = 1024

    /// What stands between two double quotes.
    struct Text {
        let start: Int
        let end: Int
        /// Whether it holds escapes, which have been checked.
        let isEscaped: Bool
    }

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    @inline(__always)
    mutating func skipSpace() {
        while position < bytes.count, bytes[position] <= 0x20, Self.isSpace(bytes[position]) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    @inline(__always)
    mutating func accept(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        position += 1
        return true
    }

    // MARK: Structure

    /// Goes into an object or a list, of which the bracket says which.
    mutating func enter(_ bracket: UInt8) throws(JSONProblem) {
        skipSpace()
        guard peek == bracket else { throw broken(bracket == 0x7B ? "an object" : "a list") }
        position += 1
        guard outer.count < Self.depthMax else { throw problem("is nested more than \(Self.depthMax) deep") }
        outer.append(keyCount)
    }

    /// Goes over the next key of the object and its colon. Nil past the object's end.
    mutating func nextKey(isFirst: Bool) throws(JSONProblem) -> Text? {
        if isFirst ? accept(0x7D) : !accept(0x2C) {
            guard isFirst || accept(0x7D) else { throw broken("a comma or the end of the object") }
            leave()
            return nil
        }
        skipSpace()
        guard peek == 0x22 else { throw broken("a key in double quotes") }
        let key = try text()
        try note(key)
        guard accept(0x3A) else { throw broken("a colon") }
        return key
    }

    /// Goes to the next element of the list. False past the list's end.
    mutating func nextElement(isFirst: Bool) throws(JSONProblem) -> Bool {
        if isFirst ? accept(0x5D) : !accept(0x2C) {
            guard isFirst || accept(0x5D) else { throw broken("a comma or the end of the list") }
            leave()
            return false
        }
        return true
    }

    private mutating func leave() { keyCount = outer.popLast() ?? 0 }

    /// Goes over a value of any kind.
    mutating func skip() throws(JSONProblem) {
        skipSpace()
        var isFirst = true
        switch peek {
        case 0x7B:
            try enter(0x7B)
            while try nextKey(isFirst: isFirst) != nil {
                try skip()
                isFirst = false
            }
        case 0x5B:
            try enter(0x5B)
            while try nextElement(isFirst: isFirst) {
                try skip()
                isFirst = false
            }
        case 0x22: _ = try text()
        case 0x74: try word("true")
        case 0x66: try word("false")
        case 0x6E: try word("null")
        default: try number()
        }
    }

    private mutating func note(_ key: Text) throws(JSONProblem) {
        let start = outer.last ?? 0
        for index in start..<keyCount where isSame(keys[index], key) {
            throw problem("has the key `\(String(decoding: unescaped(key).prefix(100), as: UTF8.self))` twice")
        }
        guard keyCount - start < Self.membersMax else { throw problem("has more than \(Self.membersMax) keys") }
        if keyCount < keys.count { keys[keyCount] = key } else { keys.append(key) }
        keyCount += 1
    }

    private func isSame(_ left: Text, _ right: Text) -> Bool {
        if left.isEscaped || right.isEscaped { return unescaped(left) == unescaped(right) }
        let count = left.end - left.start
        guard count == right.end - right.start else { return false }
        for index in 0..<count where bytes[left.start + index] != bytes[right.start + index] { return false }
        return true
    }

    // MARK: Scalars

    mutating func word(_ text: StaticString) throws(JSONProblem) {
        for index in 0..<text.utf8CodeUnitCount {
            guard peek == text.utf8Start[index] else { throw broken("a value") }
            position += 1
        }
    }

    mutating func number() throws(JSONProblem) {
        if peek == 0x2D { position += 1 }
        guard isAtDigit else { throw broken("a value") }
        if peek == 0x30 { position += 1 } else { skipDigits() }
        if peek == 0x2E {
            position += 1
            guard isAtDigit else { throw broken("a digit") }
            skipDigits()
        }
        if peek == 0x65 || peek == 0x45 {
            position += 1
            if peek == 0x2B || peek == 0x2D { position += 1 }
            guard isAtDigit else { throw broken("a digit") }
            skipDigits()
        }
    }

    private var isAtDigit: Bool { position < bytes.count && bytes[position] &- 0x30 < 10 }
    private mutating func skipDigits() { while isAtDigit { position += 1 } }

    /// Goes over a string, whose opening quote is next.
    mutating func text() throws(JSONProblem) -> Text {
        position += 1
        let start = position
        var isEscaped = false
        var isASCII = true
        while true {
            skipPlain()
            guard position < bytes.count else { break }
            let byte = bytes[position]
            if byte == 0x22 {
                let text = Text(start: start, end: position, isEscaped: isEscaped)
                if !isASCII { try checkUTF8(text) }
                position += 1
                return text
            }
            guard byte >= 0x20 else { break }
            position += 1
            if byte == 0x5C {
                isEscaped = true
                try escape()
            } else {
                isASCII = false
            }
        }
        throw broken("the end of the string")
    }

    /// Goes to the next quote, backslash, control character or byte outside of ASCII: eight bytes at a time, then one by one.
    @inline(__always)
    private mutating func skipPlain() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops = ones << 7
        while bytes.count - position >= 8 {
            let eight = UInt64(littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let quote = eight ^ (ones &* 0x22)
            let backslash = eight ^ (ones &* 0x5C)
            // A byte's top bit is set where it is below what is subtracted, or where it was set before. What a borrow adds stands above the first hit.
            let found = ((quote &- ones) | (backslash &- ones) | (eight &- ones &* 0x20) | eight) & tops
            guard found != 0 else {
                position += 8
                continue
            }
            position += found.trailingZeroBitCount / 8
            return
        }
        while position < bytes.count, bytes[position] >= 0x20, bytes[position] < 0x80, bytes[position] != 0x22, bytes[position] != 0x5C { position += 1 }
    }

    private func checkUTF8(_ text: Text) throws(JSONProblem) {
        guard String(validating: bytes[text.start..<text.end], as: UTF8.self) != nil else { throw problem("is not UTF-8") }
    }

    /// Goes over what follows a backslash.
    private mutating func escape() throws(JSONProblem) {
        guard let byte = peek else { throw broken("the end of the string") }
        position += 1
        switch byte {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return
        case 0x75:
            let code = try codeUnit()
            if (0xDC00..<0xE000).contains(code) { throw broken("a character") }
            guard (0xD800..<0xDC00).contains(code) else { return }
            guard position + 1 < bytes.count, bytes[position] == 0x5C, bytes[position + 1] == 0x75 else { throw broken("the second half of a surrogate pair") }
            position += 2
            guard (0xDC00..<0xE000).contains(try codeUnit()) else { throw broken("the second half of a surrogate pair") }
        default: throw broken("an escape")
        }
    }

    private mutating func codeUnit() throws(JSONProblem) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = peek.flatMap(Self.hexadecimal) else { throw broken("four hexadecimal digits") }
            code = code << 4 | digit
            position += 1
        }
        return code
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x41 + 10)
        case 0x61...0x66: UInt32(byte - 0x61 + 10)
        default: nil
        }
    }

    /// What a string that was gone over says.
    func unescaped(_ text: Text) -> [UInt8] {
        guard text.isEscaped else { return Array(bytes[text.start..<text.end]) }
        var plain: [UInt8] = []
        plain.reserveCapacity(text.end - text.start)
        var place = text.start
        func code() -> UInt32 {
            defer { place += 6 }
            return (place + 2..<place + 6).reduce(0) { $0 << 4 | (Self.hexadecimal(bytes[$1]) ?? 0) }
        }
        while place < text.end {
            guard bytes[place] == 0x5C else {
                plain.append(bytes[place])
                place += 1
                continue
            }
            guard bytes[place + 1] == 0x75 else {
                plain.append(Self.meaning(ofEscape: bytes[place + 1]))
                place += 2
                continue
            }
            var value = code()
            if (0xD800..<0xDC00).contains(value) { value = 0x10000 + (value - 0xD800) << 10 + (code() - 0xDC00) }
            plain.append(contentsOf: Unicode.Scalar(value).map { Array(String(Character($0)).utf8) } ?? [])
        }
        return plain
    }

    private static func meaning(ofEscape byte: UInt8) -> UInt8 {
        switch byte {
        case 0x62: 0x08
        case 0x66: 0x0C
        case 0x6E: 0x0A
        case 0x72: 0x0D
        case 0x74: 0x09
        default: byte
        }
    }

    // MARK: Errors

    /// The text itself is wrong here.
    func broken(_ expected: String) -> JSONProblem {
        problem(position >= bytes.count ? "ends where \(expected) should be" : "has something else where \(expected) should be")
    }

    /// Without a path, which only whoever reads knows.
    func problem(_ what: String) -> JSONProblem { JSONProblem(path: "", what: what, offset: position) }
}
