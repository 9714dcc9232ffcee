/// One token of a SQL expression, as far as checking a condition needs to tell them apart.
struct SQLToken: Hashable {
    enum Kind: Hashable {
        /// A keyword, column, table or function, as written.
        case word(String)
        /// A name in double quotes, brackets or backticks.
        case quotedWord(String)
        case string(String)
        case integer
        case real
        case blob
        case symbol(String)
        case parameter
        case comment
        /// Text or a name without its closing quote.
        case unterminated
        case unknown
    }

    let kind: Kind
    let text: String

    /// The word in lower case; nil for anything else.
    var keyword: String? { if case .word(let word) = kind { word.lowercased() } else { nil } }
    /// The name that it could be of a column or table, in lower case.
    var name: String? {
        switch kind {
        case .word(let word), .quotedWord(let word): word.lowercased()
        default: nil
        }
    }
    func isSymbol(_ symbol: String) -> Bool { kind == .symbol(symbol) }
}

/// Cuts a SQL expression into tokens, as SQLite does; never fails.
struct SQLTokenizer {
    private let bytes: [UInt8]
    private var place = 0

    private init(_ text: String) { bytes = Array(text.utf8) }

    static func tokens(of text: String) -> [SQLToken] {
        var tokenizer = SQLTokenizer(text)
        var tokens: [SQLToken] = []
        while let token = tokenizer.next() { tokens.append(token) }
        return tokens
    }

    private mutating func next() -> SQLToken? {
        while place < bytes.count, [9, 10, 11, 12, 13, 32].contains(bytes[place]) { place += 1 }
        guard place < bytes.count else { return nil }
        let start = place
        let kind = take()
        return SQLToken(kind: kind, text: String(decoding: bytes[start..<place], as: UTF8.self))
    }

    private func peek(_ ahead: Int = 0) -> UInt8 { place + ahead < bytes.count ? bytes[place + ahead] : 0 }

    private mutating func take() -> SQLToken.Kind {
        let byte = peek()
        switch byte {
        case UInt8(ascii: "'"): return quoted(until: byte).map(SQLToken.Kind.string) ?? .unterminated
        case UInt8(ascii: "\""), UInt8(ascii: "`"): return quoted(until: byte).map(SQLToken.Kind.quotedWord) ?? .unterminated
        case UInt8(ascii: "["): return quoted(until: UInt8(ascii: "]")).map(SQLToken.Kind.quotedWord) ?? .unterminated
        case UInt8(ascii: "-") where peek(1) == byte, UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
            place = bytes.count
            return .comment
        case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "$"), UInt8(ascii: "#"):
            place += 1
            while Self.isWordByte(peek()) { place += 1 }
            return .parameter
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            guard peek(1) == UInt8(ascii: "'") else { return word() }
            place += 1
            return quoted(until: UInt8(ascii: "'")) == nil ? .unterminated : .blob
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        case UInt8(ascii: ".") where Self.isDigit(peek(1)): return number()
        default: return Self.isWordByte(byte) ? word() : symbol()
        }
    }

    private mutating func quoted(until end: UInt8) -> String? {
        place += 1
        var content: [UInt8] = []
        while place < bytes.count {
            if bytes[place] == end {
                if end != UInt8(ascii: "]"), peek(1) == end {
                    place += 1
                } else {
                    place += 1
                    return String(decoding: content, as: UTF8.self)
                }
            }
            content.append(bytes[place])
            place += 1
        }
        return nil
    }

    private mutating func word() -> SQLToken.Kind {
        let start = place
        while Self.isWordByte(peek()) { place += 1 }
        return .word(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    /// Whatever follows a digit without a break belongs to the number; SQLite refuses what is none.
    private mutating func number() -> SQLToken.Kind {
        let start = place
        while Self.isWordByte(peek()) || peek() == UInt8(ascii: ".")
            || ((peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-")) && (bytes[place - 1] | 32) == UInt8(ascii: "e") && place > start
                && bytes[start..<place].allSatisfy(Self.isRealByte))
        { place += 1 }
        let text = bytes[start..<place]
        let isHex = text.count > 1 && text[text.startIndex] == UInt8(ascii: "0") && (text[text.startIndex + 1] | 32) == UInt8(ascii: "x")
        return isHex || text.allSatisfy(Self.isDigit) ? .integer : .real
    }

    private mutating func symbol() -> SQLToken.Kind {
        for symbol in Self.symbols where bytes[place...].starts(with: symbol.utf8) {
            place += symbol.utf8.count
            return .symbol(symbol)
        }
        place += 1
        return .unknown
    }

    private static let symbols = [
        "->>", "->", "||", "<>", "<=", ">=", "<<", ">>", "==", "!=", "(", ")", ",", ".", ";", "=", "<", ">", "+", "-", "*", "/", "%", "&", "|", "~",
    ]

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isRealByte(_ byte: UInt8) -> Bool { isDigit(byte) || byte == UInt8(ascii: ".") || (byte | 32) == UInt8(ascii: "e") }
    private static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_") || byte >= 128
    }
}
