/// A pattern as EC2's filters have it: `*` for any characters, `?` for one, a backslash for the next one as it is; upper and lower case differ.
package struct Glob: Hashable, Sendable {
    private let parts: [Part]

    private enum Part: Hashable {
        case byte(UInt8)
        case anyByte
        case anyText
    }

    package init(_ pattern: String) {
        var parts: [Part] = []
        var isEscaped = false
        for byte in pattern.utf8 {
            switch byte {
            case _ where isEscaped:
                parts.append(.byte(byte))
                isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "*"): parts.append(.anyText)
            case UInt8(ascii: "?"): parts.append(.anyByte)
            default: parts.append(.byte(byte))
            }
        }
        self.parts = parts
    }

    /// Whether the whole text matches. Takes time in the length of the pattern times that of the text at most.
    package func matches(_ text: String) -> Bool {
        let text = Array(text.utf8)
        var (place, at) = (0, 0)
        var retry: (place: Int, at: Int)?
        while at < text.count {
            if place < parts.count, parts[place] == .anyText {
                retry = (place, at)
                place += 1
            } else if place < parts.count, parts[place] == .anyByte || parts[place] == .byte(text[at]) {
                (place, at) = (place + 1, at + 1)
            } else if let last = retry {
                (place, at) = (last.place + 1, last.at + 1)
                retry = (last.place, last.at + 1)
            } else {
                return false
            }
        }
        return parts[place...].allSatisfy { $0 == .anyText }
    }
}
