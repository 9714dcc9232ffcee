/// The functions of a Swift file, with the lines that they take, found by matching braces in its code.
struct Functions {
    struct Found {
        /// The line of `func`, `init`, `subscript` or `var`.
        let line: Int
        /// The line of the closing brace.
        let lastLine: Int
        var lineCount: Int { lastLine - line + 1 }
    }

    /// In the order in which they end, inner ones before those around them.
    let found: [Found]

    private struct Brace {
        /// Of the function that this brace opens; nil for a type, a closure, a statement.
        let functionLine: Int?
    }

    init(code: String) {
        let declaring: Set<String> = ["func", "init", "deinit", "subscript", "var"]
        let other: Set<String> = ["struct", "class", "enum", "actor", "extension", "protocol"]
        var found: [Found] = []
        var open: [Brace] = []
        var declaredAt: Int?
        var line = 1
        var word: [UInt8] = []
        var beforeWord = UInt8(ascii: " ")
        var previous = UInt8(ascii: "\n")
        for byte in code.utf8 {
            if byte.isWord {
                if word.isEmpty { beforeWord = previous }
                word.append(byte)
            } else if !word.isEmpty {
                let name = String(decoding: word, as: UTF8.self)
                if beforeWord != UInt8(ascii: "."), beforeWord != UInt8(ascii: "`") {
                    if declaring.contains(name) { declaredAt = line } else if other.contains(name) { declaredAt = nil }
                }
                word.removeAll(keepingCapacity: true)
            }
            switch byte {
            case UInt8(ascii: "{"):
                open.append(Brace(functionLine: declaredAt))
                declaredAt = nil
            case UInt8(ascii: "}"):
                if let functionLine = open.popLast()?.functionLine { found.append(Found(line: functionLine, lastLine: line)) }
                declaredAt = nil
            case UInt8(ascii: "\n"): line += 1
            default: break
            }
            previous = byte
        }
        self.found = found
    }
}

extension UInt8 {
    fileprivate var isWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
