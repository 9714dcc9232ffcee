/// Reads JSON strictly and once through, element by element.
///
/// A list of tasks can be 90 MB long. A decoder that first maps the whole text and then builds all of it would need several times
/// that. This one keeps one element at a time, and of that only the keys that are asked for; everything else is still checked.
/// Numbers stay text until somebody says what they are, so that nanoseconds above 2^53 lose nothing.
package struct JSONReader {
    private var scanner: JSONScanner
    /// Where we are, for errors.
    private var path = JSONPath()
    /// The size of the last value that was kept: in a list the next one is like it.
    private var last = (entries: 0, texts: 0)

    package init(_ bytes: UnsafeBufferPointer<UInt8>) { scanner = JSONScanner(bytes) }

    /// Reads an object, handing each key to `body`, which must read or skip its value.
    package mutating func object(_ body: (inout JSONReader, String) throws(JSONProblem) -> Void) throws(JSONProblem) {
        try enter(0x7B, "an object")
        var isFirst = true
        while let text = try scan({ (scanner) throws(JSONProblem) in try scanner.nextKey(isFirst: isFirst) }) {
            isFirst = false
            let key = String(decoding: scanner.unescaped(text), as: UTF8.self)
            path.enter(.key(key))
            try body(&self, key)
            path.leave()
        }
    }

    /// Reads an array, handing each element's place to `body`, which must read or skip it.
    package mutating func array(_ body: (inout JSONReader, Int) throws(JSONProblem) -> Void) throws(JSONProblem) {
        try enter(0x5B, "a list")
        var index = 0
        while try scan({ (scanner) throws(JSONProblem) in try scanner.nextElement(isFirst: index == 0) }) {
            path.enter(.index(index))
            try body(&self, index)
            path.leave()
            index += 1
        }
    }

    /// Reads any value whole, with only those members of its objects that are asked for.
    package mutating func node(keeping keys: JSONKeys) throws(JSONProblem) -> JSONNode {
        var taping = JSONTaping(keys: keys, entriesLike: last.entries, textsLike: last.texts)
        try inside { (scanner) throws(JSONProblem) in try taping.take(&scanner) }
        last = (taping.entries.count, taping.texts.count)
        return JSONNode(JSONTape(keys: keys, entries: taping.entries, texts: taping.texts, place: path))
    }

    /// Reads past any value. It is checked as strictly as one that is kept.
    package mutating func skip() throws(JSONProblem) {
        try inside { (scanner) throws(JSONProblem) in try scanner.skip() }
    }

    /// Nothing but white space may follow.
    package mutating func end() throws(JSONProblem) {
        scanner.skipSpace()
        guard scanner.peek == nil else { throw scanner.broken("the end").found(at: path) }
    }

    /// A string value.
    package mutating func text() throws(JSONProblem) -> String {
        scanner.skipSpace()
        guard scanner.peek == 0x22 else { throw wrong(orEnds: "a string") }
        let text = try scan { (scanner) throws(JSONProblem) in try scanner.text() }
        return String(decoding: scanner.unescaped(text), as: UTF8.self)
    }

    private mutating func enter(_ bracket: UInt8, _ what: String) throws(JSONProblem) {
        scanner.skipSpace()
        guard scanner.peek == bracket else { throw wrong(orEnds: what) }
        try scan { (scanner) throws(JSONProblem) in try scanner.enter(bracket) }
    }

    /// Another kind of value than was expected; at the top, or at the end of the text, it is no answer at all.
    private func wrong(orEnds expected: String) -> JSONProblem {
        if scanner.peek == nil || path.isTop { return scanner.broken(expected).found(at: path) }
        return JSONProblem(path: path.description, what: "is not \(expected)", offset: nil)
    }

    /// A step of the scanner at this place.
    private mutating func scan<Value>(_ step: (inout JSONScanner) throws(JSONProblem) -> Value) throws(JSONProblem) -> Value {
        do { return try step(&scanner) } catch { throw error.found(at: path) }
    }

    /// Goes over a whole value. Nobody notes where in it the scanner is: when something is wrong, it goes over it again, with a finger on the place.
    private mutating func inside(_ step: (inout JSONScanner) throws(JSONProblem) -> Void) throws(JSONProblem) {
        let start = scanner
        do { try step(&scanner) } catch {
            var again = start
            var place = path
            try? again.skip(noting: &place)
            throw error.found(at: place)
        }
    }
}

extension JSONScanner {
    /// As `skip`; after a throw `path` is where it happened.
    fileprivate mutating func skip(noting path: inout JSONPath) throws(JSONProblem) {
        skipSpace()
        var count = 0
        switch peek {
        case 0x7B:
            try enter(0x7B)
            while let key = try nextKey(isFirst: count == 0) {
                path.enter(.key(String(decoding: unescaped(key), as: UTF8.self)))
                try skip(noting: &path)
                path.leave()
                count += 1
            }
        case 0x5B:
            try enter(0x5B)
            while try nextElement(isFirst: count == 0) {
                path.enter(.index(count))
                try skip(noting: &path)
                path.leave()
                count += 1
            }
        default: try skip()
        }
    }
}

extension JSONProblem {
    fileprivate func found(at path: JSONPath) -> JSONProblem { JSONProblem(path: path.description, what: what, offset: offset) }
}
