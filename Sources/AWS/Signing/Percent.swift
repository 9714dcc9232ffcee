/// The three ways in which bytes are percent-encoded here. Upper-case hexadecimal everywhere, as AWS demands.
enum Percent {
    /// `A–Z a–z 0–9 - . _ ~`: RFC 3986's unreserved characters.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    /// A value of a form body as Python's `urlencode` writes it: space as `+`, `~` bare, `*` and `:` encoded.
    static func form(_ text: String) -> String {
        encode(text) { byte in
            if isUnreserved(byte) { return byte }
            return byte == 0x20 ? 0x2B : nil
        }
    }

    /// A path of a canonical request: all but unreserved characters and `/`, so that `%` of a path once encoded is encoded again.
    static func path(_ text: String) -> String {
        encode(text) { isUnreserved($0) || $0 == 0x2F ? $0 : nil }
    }

    /// A query that is encoded already: only what no URL may hold (controls, space, bytes above 0x7E) is still encoded.
    static func query(_ text: some StringProtocol) -> String {
        encode(text) { $0 > 0x20 && $0 < 0x7F ? $0 : nil }
    }

    /// Hexadecimal digits, lower-case.
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var digits: [UInt8] = []
        for byte in bytes {
            digits.append(lower[Int(byte >> 4)])
            digits.append(lower[Int(byte & 15)])
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static let lower = Array("0123456789abcdef".utf8)
    private static let upper = Array("0123456789ABCDEF".utf8)

    /// Nil from `bare` means that the byte is encoded.
    private static func encode(_ text: some StringProtocol, bare: (UInt8) -> UInt8?) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count + text.utf8.count / 2)
        for byte in text.utf8 {
            if let kept = bare(byte) {
                encoded.append(kept)
            } else {
                encoded.append(0x25)
                encoded.append(upper[Int(byte >> 4)])
                encoded.append(upper[Int(byte & 15)])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
