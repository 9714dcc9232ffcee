/// Reads JSON strictly and once through, element by element.
///
/// A list of tasks can be 90 MB long. A decoder that first maps the whole text and then builds all of it would need several times
/// that. This one keeps one element at a time, and of that only the keys that are asked for; everything else is still checked.
/// Numbers stay text until somebody says what they are, so that nanoseconds above 2^53 lose nothing.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0
    private var kept = 0
    /// Where we are, for errors.
    private var path: [Place] = []

    private enum Place {
        case key(String)
        case index(Int)
    }

    /// Deeper nesting is no answer of Mesos', whose deepest is about fifteen.
    private static let depthMax = 64
    /// More keys in one object are no answer of Mesos', which has below fifty; each is compared with all before it.
    private static let keysMax = 256
    /// More values to keep at a time are no agent's and no task's. A byte of text can cost thirty of memory, so this must not grow with the body.
    private static let keptMax = 100_000

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Reads an object, handing each key to `body`, which must read or skip its value.
    mutating func object(_ body: (inout JSONReader, String) throws(JSONProblem) -> Void) throws(JSONProblem) {
        try open(0x7B, "an object")
        var keys: [String] = []
        if !accept(0x7D) {
            repeat {
                skipSpace()
                guard peek == 0x22 else { throw broken("a key in double quotes") }
                let key = try string()
                guard !keys.contains(key) else { throw JSONProblem(path: shownPath, what: "has the key `\(key)` twice", offset: position) }
                keys.append(key)
                guard keys.count <= Self.keysMax else { throw JSONProblem(path: shownPath, what: "has more than \(Self.keysMax) keys", offset: position) }
                guard accept(0x3A) else { throw broken("a colon") }
                path.append(.key(key))
                try body(&self, key)
                path.removeLast()
            } while accept(0x2C)
            guard accept(0x7D) else { throw broken("a comma or the end of the object") }
        }
        depth -= 1
    }

    /// Reads an array, handing each element's place to `body`, which must read or skip it.
    mutating func array(_ body: (inout JSONReader, Int) throws(JSONProblem) -> Void) throws(JSONProblem) {
        try open(0x5B, "a list")
        var index = 0
        if !accept(0x5D) {
            repeat {
                path.append(.index(index))
                try body(&self, index)
                path.removeLast()
                index += 1
            } while accept(0x2C)
            guard accept(0x5D) else { throw broken("a comma or the end of the list") }
        }
        depth -= 1
    }

    /// Reads any value whole, with only those members of its objects whose key is in `keys`.
    mutating func node(keeping keys: Set<String>) throws(JSONProblem) -> JSONNode {
        kept = 0
        return JSONNode(value: try value(keeping: keys), path: shownPath)
    }

    /// Reads past any value. It is checked as strictly as one that is kept.
    mutating func skip() throws(JSONProblem) {
        skipSpace()
        switch peek {
        case 0x7B: try object { (reader, _) throws(JSONProblem) in try reader.skip() }
        case 0x5B: try array { (reader, _) throws(JSONProblem) in try reader.skip() }
        case 0x22: _ = try string()
        case 0x74: _ = try word("true", .null)
        case 0x66: _ = try word("false", .null)
        case 0x6E: _ = try word("null", .null)
        default: _ = try number()
        }
    }

    /// Nothing but white space may follow.
    mutating func end() throws(JSONProblem) {
        skipSpace()
        guard position == bytes.count else { throw broken("the end") }
    }

    /// A string value.
    mutating func text() throws(JSONProblem) -> String {
        skipSpace()
        guard peek == 0x22 else { throw peek == nil ? broken("a string") : JSONProblem(path: shownPath, what: "is not a string", offset: nil) }
        return try string()
    }

    private mutating func value(keeping keys: Set<String>) throws(JSONProblem) -> JSONNode.Value {
        kept += 1
        guard kept <= Self.keptMax else { throw JSONProblem(path: shownPath, what: "is one of more than \(Self.keptMax) values", offset: position) }
        skipSpace()
        switch peek {
        case 0x7B:
            var members: [(key: String, value: JSONNode.Value)] = []
            try object { (reader, key) throws(JSONProblem) in
                if keys.contains(key) { members.append((key, try reader.value(keeping: keys))) } else { try reader.skip() }
            }
            return .object(members)
        case 0x5B:
            var elements: [JSONNode.Value] = []
            try array { (reader, _) throws(JSONProblem) in
                elements.append(try reader.value(keeping: keys))
            }
            return .array(elements)
        case 0x22: return .string(try string())
        case 0x74: return try word("true", .bool(true))
        case 0x66: return try word("false", .bool(false))
        case 0x6E: return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func open(_ bracket: UInt8, _ what: String) throws(JSONProblem) {
        skipSpace()
        guard peek == bracket else {
            throw peek == nil || path.isEmpty ? broken(what) : JSONProblem(path: shownPath, what: "is not \(what)", offset: nil)
        }
        position += 1
        depth += 1
        guard depth <= Self.depthMax else { throw JSONProblem(path: shownPath, what: "is nested more than \(Self.depthMax) deep", offset: position) }
    }

    private mutating func word(_ text: StaticString, _ value: JSONNode.Value) throws(JSONProblem) -> JSONNode.Value {
        for index in 0..<text.utf8CodeUnitCount {
            guard peek == text.utf8Start[index] else { throw broken("a value") }
            position += 1
        }
        return value
    }

    private mutating func number() throws(JSONProblem) -> String {
        let start = position
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
        if peek == 0x2D { position += 1 }
        guard isDigit(peek) else { throw broken("a value") }
        if peek == 0x30 { position += 1 } else { while isDigit(peek) { position += 1 } }
        if peek == 0x2E {
            position += 1
            guard isDigit(peek) else { throw broken("a digit") }
            while isDigit(peek) { position += 1 }
        }
        if peek == 0x65 || peek == 0x45 {
            position += 1
            if peek == 0x2B || peek == 0x2D { position += 1 }
            guard isDigit(peek) else { throw broken("a digit") }
            while isDigit(peek) { position += 1 }
        }
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    }

    private mutating func string() throws(JSONProblem) -> String {
        position += 1
        let start = position
        let plain = plainBytes()
        if peek == 0x22 { return try closed(UnsafeBufferPointer(rebasing: bytes[start..<position]), isASCII: plain) }
        var unescaped = Array(UnsafeBufferPointer(rebasing: bytes[start..<position]))
        while peek == 0x5C {
            position += 1
            try escape(into: &unescaped)
            let next = position
            _ = plainBytes()
            unescaped.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[next..<position]))
        }
        guard peek == 0x22 else { throw broken("the end of the string") }
        position += 1
        return try valid(String(validating: unescaped, as: UTF8.self))
    }

    /// Moves on to the next quote, backslash or control character; true when all that was passed is ASCII.
    private mutating func plainBytes() -> Bool {
        guard let base = bytes.baseAddress else { return true }
        let count = bytes.count
        var place = position
        var all: UInt8 = 0
        while place < count {
            let byte = base[place]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
            all |= byte
            place += 1
        }
        position = place
        return all < 0x80
    }

    private mutating func closed(_ text: UnsafeBufferPointer<UInt8>, isASCII: Bool) throws(JSONProblem) -> String {
        guard peek == 0x22 else { throw broken("the end of the string") }
        position += 1
        return try isASCII ? String(decoding: text, as: UTF8.self) : valid(String(validating: text, as: UTF8.self))
    }

    private func valid(_ text: String?) throws(JSONProblem) -> String {
        guard let text else { throw JSONProblem(path: shownPath, what: "is not UTF-8", offset: position) }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONProblem) {
        guard let byte = peek else { throw broken("the end of the string") }
        position += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case 0x62: text.append(0x08)
        case 0x66: text.append(0x0C)
        case 0x6E: text.append(0x0A)
        case 0x72: text.append(0x0D)
        case 0x74: text.append(0x09)
        case 0x75:
            var code = UInt32(try codeUnit())
            if (0xD800..<0xDC00).contains(code) {
                guard peek == 0x5C, position + 1 < bytes.count, bytes[position + 1] == 0x75 else { throw broken("the second half of a surrogate pair") }
                position += 2
                let low = UInt32(try codeUnit())
                guard (0xDC00..<0xE000).contains(low) else { throw broken("the second half of a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw broken("a character") }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw broken("an escape")
        }
    }

    private mutating func codeUnit() throws(JSONProblem) -> UInt16 {
        guard position + 4 <= bytes.count, let code = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16),
            bytes[position] != 0x2B
        else { throw broken("four hexadecimal digits") }
        position += 4
        return code
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func accept(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private var shownPath: String {
        path.reduce(into: "") { text, place in
            switch place {
            case .key(let key): text += text.isEmpty ? key : "." + key
            case .index(let index): text += "[\(index)]"
            }
        }
    }

    private func broken(_ expected: String) -> JSONProblem {
        let what = position >= bytes.count ? "ends where \(expected) should be" : "has something else where \(expected) should be"
        return JSONProblem(path: shownPath, what: what, offset: position)
    }
}
