import Glibc

/// Receives what stands in an XML document, in order.
protocol XMLHandler {
    /// Whether the text of the innermost element is wanted; text that is not is passed over unread.
    var wantsText: Bool { get }
    /// - Parameter name: without a prefix.
    mutating func start(_ name: ArraySlice<UInt8>) throws(MalformedAnswer)
    mutating func text(_ text: String)
    mutating func end() throws(MalformedAnswer)
}

/// Reads XML from front to back: elements, text, CDATA, character references. Attributes are passed over; document types are refused.
///
/// Foundation's `XMLParser` is not used, because a damaged answer can end the whole program: it traps on start tags whose names or
/// attributes are broken in certain ways (found by flipping bits of recorded answers, Swift 6.3.1). This reader checks every index.
/// What it accepts is well-formed as far as AWS' answers go: every end tag matches, there is one root, and nothing stands after it.
struct XMLScanner<Handler: XMLHandler> {
    private let bytes: [UInt8]
    private var position = 0
    /// The names of the open elements, as ranges of `bytes`, prefixes included.
    private var open: [Range<Int>] = []
    private var handler: Handler

    /// AWS' answers are about a dozen deep.
    private static var depthMax: Int { 256 }

    private init(_ bytes: [UInt8], _ handler: Handler) {
        self.bytes = bytes
        self.handler = handler
    }

    /// Reads a whole document into the handler. After an error the handler holds what came before it.
    static func scan(_ bytes: [UInt8], into handler: inout Handler) throws(MalformedAnswer) {
        var scanner = XMLScanner(bytes, handler)
        defer { handler = scanner.handler }
        try scanner.document()
    }

    private mutating func document() throws(MalformedAnswer) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        var hasRoot = false
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<") {
                if open.isEmpty, hasRoot, !isNext("<!--"), !isNext("<?") { throw broken("an element after the end of the answer") }
                try markup()
                hasRoot = hasRoot || !open.isEmpty || isEmptyRoot
            } else if open.isEmpty {
                guard Self.isSpace(bytes[position]) else { throw broken("text outside of all elements") }
                position += 1
            } else {
                try text()
            }
        }
        guard hasRoot, open.isEmpty else { throw broken("the answer ends too early") }
    }

    /// Set by a root that ends in its own start tag.
    private var isEmptyRoot = false

    private mutating func markup() throws(MalformedAnswer) {
        if isNext("</") { return try endTag() }
        if isNext("<?") { return try skip(past: "?>", from: position + 2) }
        if isNext("<!--") { return try skip(past: "-->", from: position + 4) }
        if isNext("<![CDATA[") {
            guard !open.isEmpty else { throw broken("text outside of all elements") }
            let start = position + 9
            try skip(past: "]]>", from: start)
            if handler.wantsText { handler.text(try decoded(start..<(position - 3))) }
            return
        }
        if isNext("<!") { throw broken("a document type, which no answer of AWS has") }
        try startTag()
    }

    private mutating func startTag() throws(MalformedAnswer) {
        position += 1
        let name = try self.name()
        while true {
            let hasSpace = skipSpaces()
            guard position < bytes.count else { throw broken("a start tag without an end") }
            switch bytes[position] {
            case UInt8(ascii: ">"):
                position += 1
                guard open.count < Self.depthMax else { throw broken("elements more than \(Self.depthMax) deep") }
                open.append(name)
                return try handler.start(local(name))
            case UInt8(ascii: "/"):
                guard isNext("/>") else { throw broken("a slash inside a start tag") }
                position += 2
                isEmptyRoot = isEmptyRoot || open.isEmpty
                try handler.start(local(name))
                return try handler.end()
            default:
                guard hasSpace else { throw broken("a name that cannot be one") }
                try attribute()
            }
        }
    }

    private mutating func attribute() throws(MalformedAnswer) {
        _ = try name()
        _ = skipSpaces()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { throw broken("an attribute without a value") }
        position += 1
        _ = skipSpaces()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'"),
            let end = index(of: bytes[position], from: position + 1)
        else { throw broken("an attribute without a quoted value") }
        guard index(of: UInt8(ascii: "<"), from: position + 1, to: end) == nil else { throw broken("a < inside an attribute") }
        position = end + 1
    }

    private mutating func endTag() throws(MalformedAnswer) {
        position += 2
        let name = try self.name()
        _ = skipSpaces()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else { throw broken("an end tag without an end") }
        guard let start = open.popLast(), bytes[start].elementsEqual(bytes[name]) else { throw broken("an end tag that matches no start tag") }
        position += 1
        try handler.end()
    }

    /// Text up to the next tag, references resolved.
    private mutating func text() throws(MalformedAnswer) {
        let end = index(of: UInt8(ascii: "<"), from: position) ?? bytes.count
        guard handler.wantsText else {
            position = end
            return
        }
        while position < end {
            let reference = index(of: UInt8(ascii: "&"), from: position, to: end)
            if reference != position { handler.text(try decoded(position..<(reference ?? end))) }
            position = reference ?? end
            if reference != nil { handler.text(try self.reference(before: end)) }
        }
    }

    /// `&amp;`, `&#38;`, `&#x26;`
    private mutating func reference(before end: Int) throws(MalformedAnswer) -> String {
        guard let semicolon = index(of: UInt8(ascii: ";"), from: position, to: min(end, position + 12)) else { throw broken("an & that is no reference") }
        let name = String(decoding: bytes[(position + 1)..<semicolon], as: UTF8.self)
        position = semicolon + 1
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        let number = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst(1)) : nil
        guard let scalar = number.flatMap(Unicode.Scalar.init), scalar.value >= 0x20 || [0x09, 0x0A, 0x0D].contains(scalar.value) else {
            throw broken("an & that is no reference")
        }
        return String(Character(scalar))
    }

    private mutating func name() throws(MalformedAnswer) -> Range<Int> {
        let start = position
        while position < bytes.count, Self.isName(bytes[position]) { position += 1 }
        guard position > start, !(0x2D...0x39).contains(bytes[start]) else { throw broken("a name that cannot be one") }
        return start..<position
    }

    private func local(_ name: Range<Int>) -> ArraySlice<UInt8> {
        guard let colon = index(of: UInt8(ascii: ":"), from: name.lowerBound, to: name.upperBound) else { return bytes[name] }
        return bytes[(colon + 1)..<name.upperBound]
    }

    private func decoded(_ range: Range<Int>) throws(MalformedAnswer) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else { throw broken("text that is not UTF-8") }
        for byte in text.utf8 where byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D { throw broken("a control character") }
        return text
    }

    private mutating func skip(past mark: StaticString, from start: Int) throws(MalformedAnswer) {
        let first = mark.utf8Start.pointee
        var from = start
        while let candidate = index(of: first, from: from) {
            position = candidate
            if isNext(mark) {
                position = candidate + mark.utf8CodeUnitCount
                return
            }
            from = candidate + 1
        }
        throw broken("markup without an end")
    }

    /// Whether there was any.
    private mutating func skipSpaces() -> Bool {
        let start = position
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
        return position > start
    }

    private func isNext(_ mark: StaticString) -> Bool {
        let count = mark.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        for offset in 0..<count where bytes[position + offset] != mark.utf8Start[offset] { return false }
        return true
    }

    /// `memchr`, within bounds.
    private func index(of byte: UInt8, from start: Int, to end: Int? = nil) -> Int? {
        let end = min(end ?? bytes.count, bytes.count)
        guard start < end else { return nil }
        return bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, let found = memchr(base + start, Int32(byte), end - start) else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// Letters, digits, `-`, `.`, `_`, `:` and everything outside of ASCII.
    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x3A, 0x2D, 0x2E, 0x5F, 0x80...0xFF: true
        default: false
        }
    }

    private func broken(_ what: String) -> MalformedAnswer {
        MalformedAnswer("not well-formed XML: \(what), at byte \(min(position, bytes.count)) of \(bytes.count)")
    }
}
