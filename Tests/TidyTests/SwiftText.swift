/// Splits Swift text into code and string literals, each as long as the text and line for line, comments in neither.
///
/// Knows nested comments, multi-line and raw strings, and code inside `\(…)`. Regular expression literals are taken for code.
struct SwiftText {
    private let bytes: [UInt8]
    private(set) var code: [UInt8]
    private(set) var literals: [UInt8]
    private var at = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
        code = bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
        literals = code
    }

    mutating func run() {
        while at < bytes.count { runCode(untilParenthesis: false) }
    }

    private func sees(_ text: StaticString, at index: Int) -> Bool {
        guard index + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { buffer in buffer.indices.allSatisfy { bytes[index + $0] == buffer[$0] } }
    }

    /// Until the end or, inside an interpolation, until the parenthesis that closes it, which it leaves behind.
    private mutating func runCode(untilParenthesis: Bool) {
        var depth = 0
        while at < bytes.count {
            if sees("//", at: at) { skipLineComment(); continue }
            if sees("/*", at: at) { skipBlockComment(); continue }
            let hashes = bytes[at...].prefix { $0 == UInt8(ascii: "#") }.count
            if at + hashes < bytes.count, bytes[at + hashes] == UInt8(ascii: "\"") { runLiteral(hashes: hashes); continue }
            if hashes > 0 { at += hashes; continue }
            if bytes[at] == UInt8(ascii: "(") { depth += 1 }
            if bytes[at] == UInt8(ascii: ")") {
                depth -= 1
                if untilParenthesis, depth < 0 { at += 1; return }
            }
            code[at] = bytes[at]
            at += 1
        }
    }

    private mutating func skipLineComment() {
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if sees("/*", at: at) { depth += 1; at += 2 } else if sees("*/", at: at) { depth -= 1; at += 2 } else { at += 1 }
        } while depth > 0 && at < bytes.count
        at = min(at, bytes.count)
    }

    private mutating func runLiteral(hashes: Int) {
        at += hashes
        let isMultiline = sees("\"\"\"", at: at)
        let quotes = isMultiline ? 3 : 1
        code[at] = UInt8(ascii: "\"")
        at += quotes
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "\n"), !isMultiline { return }
            if bytes[at] == UInt8(ascii: "\\"), hasHashes(hashes, at: at + 1) {
                at += 1 + hashes
                if at < bytes.count, bytes[at] == UInt8(ascii: "(") {
                    at += 1
                    runCode(untilParenthesis: true)
                } else {
                    at += at < bytes.count && bytes[at] == UInt8(ascii: "\n") ? 0 : 1
                }
                continue
            }
            if bytes[at] == UInt8(ascii: "\""), !isMultiline || sees("\"\"\"", at: at), hasHashes(hashes, at: at + quotes) {
                code[at] = UInt8(ascii: "\"")
                at += quotes + hashes
                return
            }
            literals[at] = bytes[at]
            at += 1
        }
    }

    private func hasHashes(_ count: Int, at index: Int) -> Bool {
        index + count <= bytes.count && bytes[index..<index + count].allSatisfy { $0 == UInt8(ascii: "#") }
    }
}
