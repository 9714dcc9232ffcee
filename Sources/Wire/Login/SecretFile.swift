internal import Glibc

/// A secret that cannot be used; its text never holds the secret.
package struct SecretProblem: Error, Hashable, Sendable {
    package let text: String

    package init(text: String) { self.text = text }
}

/// Reads files that hold secrets: bounded, and with errors that name the file and never what is in it.
package enum SecretFile {
    /// Of a secret that stands alone in its file. Tokens of DC/OS are below 2 KB; a longer header is refused by most servers.
    private static let bytesMax = 16_384

    /// The one secret of a file that holds nothing else.
    ///
    /// - Parameter name: what the file is, as an error begins: `the token file`.
    package static func read(_ path: String, called name: String) throws(SecretProblem) -> String {
        try checked(try text(of: path, called: name, bytesMax: bytesMax), called: "\(name) \(path)")
    }

    /// All of a file's text, for files that hold more than the secret.
    package static func text(of path: String, called name: String, bytesMax: Int) throws(SecretProblem) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw SecretProblem(text: "\(name) \(path) cannot be opened: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress! + count, $0.count - count) }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw SecretProblem(text: "\(name) \(path) cannot be read: \(String(cString: strerror(errno)))") }
            if got == 0 { break }
            count += got
        }
        guard count <= bytesMax else { throw SecretProblem(text: "\(name) \(path) is larger than \(bytesMax) bytes; is it the right file?") }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else { throw SecretProblem(text: "\(name) \(path) is not UTF-8 text") }
        return text
    }

    /// Trims white space; what is left must be one line that can stand in a header.
    package static func checked(_ text: String, called name: String) throws(SecretProblem) -> String {
        let start = text.drop(while: \.isWhitespace)
        let trimmed = start.prefix(start.lastIndex { !$0.isWhitespace }.map { start.distance(from: start.startIndex, to: $0) + 1 } ?? 0)
        guard !trimmed.isEmpty else { throw SecretProblem(text: "\(name) is empty") }
        guard trimmed.utf8.count <= bytesMax else { throw SecretProblem(text: "\(name) is larger than \(bytesMax) bytes") }
        guard trimmed.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw SecretProblem(text: "\(name) holds more than one line, or a control character")
        }
        return String(trimmed)
    }
}
