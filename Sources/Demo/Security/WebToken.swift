internal import CryptoExtras
internal import FoundationEssentials

/// A JSON web token, signed with RS256: what a service account logs in with, and what the IAM gives out.
struct WebToken: Sendable, Hashable {
    let user: String
    /// Seconds since 1970.
    let expires: Int64

    /// A longer one is none.
    private static let bytesMax = 8192

    /// `eyJ….eyJ….…`
    func signed(with key: _RSA.Signing.PrivateKey) throws -> String {
        let header: JSON = ["alg": "RS256", "typ": "JWT"]
        let claims: JSON = ["uid": JSON(user), "exp": .integer(expires)]
        let text = Self.encoded(Data(header.bytes)) + "." + Self.encoded(Data(claims.bytes))
        let signature = try key.signature(for: Data(text.utf8), padding: .insecurePKCS1v1_5)
        return text + "." + Self.encoded(signature.rawRepresentation)
    }

    /// Nil unless it is well-formed, RS256 and signed with the key's private half.
    init?(_ text: String, signedFor key: _RSA.Signing.PublicKey) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.bytesMax, parts.count == 3, let header = Self.decoded(parts[0]), let claims = Self.decoded(parts[1]) else { return nil }
        guard let signature = Self.decoded(parts[2]), (try? JSONDecoder().decode(Header.self, from: header))?.alg == "RS256" else { return nil }
        guard let told = try? JSONDecoder().decode(Claims.self, from: claims) else { return nil }
        let proof = _RSA.Signing.RSASignature(rawRepresentation: signature)
        guard key.isValidSignature(proof, for: Data((parts[0] + "." + parts[1]).utf8), padding: .insecurePKCS1v1_5) else { return nil }
        (user, expires) = (told.uid, told.exp)
    }

    init(user: String, expires: Int64) {
        self.user = user
        self.expires = expires
    }

    private struct Header: Decodable {
        let alg: String
    }

    private struct Claims: Decodable {
        let uid: String
        let exp: Int64
    }

    private static func encoded(_ data: Data) -> String {
        String(data.base64EncodedString().compactMap { $0 == "=" ? nil : $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }

    private static func decoded(_ text: Substring) -> Data? {
        let plain = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }
}
