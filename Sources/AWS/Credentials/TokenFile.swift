import Glibc

/// A file that holds a token, which whoever issues it writes anew before it ends: it is read at each use.
struct TokenFile: Sendable {
    let path: String

    /// Tokens are 1 to 3 KB; STS takes 20,000 characters at most.
    static let bytesMax = 20_000

    /// The token, without the line's end that many tools leave behind it.
    ///
    /// - Throws: `CredentialsError`, which names the file and never shows what it holds.
    func read() throws(CredentialsError) -> Secret {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw CredentialsError("the token file \(path) cannot be opened: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= Self.bytesMax {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CredentialsError("the token file \(path) cannot be read: \(String(cString: strerror(errno)))") }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        guard bytes.count <= Self.bytesMax else { throw CredentialsError("the token file \(path) is larger than the \(Self.bytesMax) bytes of any token") }
        while let last = bytes.last, last == 0x0A || last == 0x0D || last == 0x20 { bytes.removeLast() }
        guard !bytes.isEmpty else { throw CredentialsError("the token file \(path) is empty") }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw CredentialsError("the token file \(path) holds more than one line, or no plain text: it must hold the token alone")
        }
        return Secret(String(decoding: bytes, as: UTF8.self))
    }
}
