/// The JSON of the facts that are lists or objects of texts; written here so that the nouns need no library.
package enum JSONText {
    /// `{"a":"1","b":"2"}`, in the order given.
    package static func object(_ pairs: [(name: String, value: String)]) -> String {
        var text = "{"
        for (index, pair) in pairs.enumerated() {
            if index > 0 { text += "," }
            append(pair.name, to: &text)
            text += ":"
            append(pair.value, to: &text)
        }
        return text + "}"
    }

    /// `["a","b"]`, in the order given.
    package static func list(_ texts: [String]) -> String {
        var text = "["
        for (index, item) in texts.enumerated() {
            if index > 0 { text += "," }
            append(item, to: &text)
        }
        return text + "]"
    }

    /// One text.
    package static func quoted(_ text: String) -> String {
        var quoted = ""
        append(text, to: &quoted)
        return quoted
    }

    private static func append(_ string: String, to text: inout String) {
        text += "\""
        defer { text += "\"" }
        // Nearly every one.
        guard string.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) else {
            text += string
            return
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
