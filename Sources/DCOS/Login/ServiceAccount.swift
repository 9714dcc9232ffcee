internal import CryptoExtras
import Fleet
import FoundationEssentials
import Wire

/// A service account's secret: who it is, and the key that proves it. Not part of any text.
struct ServiceAccount: Sendable {
    let uid: String
    /// Where its secret says that it logs in; nil where it does not say.
    let loginEndpoint: String?
    /// The file that it was read from, for errors.
    let file: String
    private let key: _RSA.Signing.PrivateKey

    /// How long a login is good for once it is signed. The IAM takes no more than ten minutes; five, as DC/OS' own CLI has it, forgives a clock that is off by
    /// less than that in either direction.
    static let lifetime = Duration.seconds(300)
    /// A key of 16,384 bits is 13 KB in PEM; nobody has a longer one.
    private static let fileBytesMax = 65_536

    init(file: String) throws(SecretProblem) {
        let name = "the service account's secret"
        let text = try SecretFile.text(of: file, called: name, bytesMax: Self.fileBytesMax)
        func problem(_ what: String) -> SecretProblem { SecretProblem(text: "\(name) \(file) \(what)") }
        if text.contains("-----BEGIN"), !text.contains("{") {
            throw problem("is a key alone; it must be the JSON that `dcos security org service-accounts create-sa-secret` makes of the key")
        }
        guard let secret = try? JSONDecoder().decode(Secret.self, from: Data(text.utf8)) else {
            throw problem("is not JSON with the texts uid, private_key and login_endpoint")
        }
        if let scheme = secret.scheme, scheme != "RS256" { throw problem("has the scheme '\(scheme.prefix(20))'; only RS256 is known") }
        guard let uid = secret.uid, !uid.isEmpty else { throw problem("has no uid") }
        guard let pem = secret.privateKey, !pem.isEmpty else { throw problem("has no private_key") }
        guard !pem.contains("ENCRYPTED") else { throw problem("has a private_key that is protected by a passphrase; take that off") }
        guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: pem) else {
            throw problem("has a private_key that is no RSA key in PEM, PKCS#1 or PKCS#8, of at least 2048 bits")
        }
        if let endpoint = secret.loginEndpoint, HTTPAddress(endpoint) == nil {
            throw problem("has a login_endpoint that is no URL; it is like https://dcos.example.com/acs/api/v1/auth/login")
        }
        (self.uid, self.key, self.file, loginEndpoint) = (uid, key, file, secret.loginEndpoint)
    }

    /// The body of a login: the account's name, and a token that it has signed itself.
    func request(now: Timestamp) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let end = (now + Self.lifetime).milliseconds / 1000
        let signed = Base64URL.text(Data(#"{"alg":"RS256","typ":"JWT"}"#.utf8)) + "." + Base64URL.text(try encoder.encode(Claims(exp: end, uid: uid)))
        let signature = try key.signature(for: Data(signed.utf8), padding: .insecurePKCS1v1_5)
        return [UInt8](try encoder.encode(Request(token: signed + "." + Base64URL.text(signature.rawRepresentation), uid: uid)))
    }

    private struct Claims: Encodable {
        let exp: Int64
        let uid: String
    }

    private struct Request: Encodable {
        let token: String
        let uid: String
    }

    private struct Secret: Decodable {
        let scheme: String?
        let uid: String?
        let privateKey: String?
        let loginEndpoint: String?

        enum CodingKeys: String, CodingKey {
            case scheme, uid
            case privateKey = "private_key"
            case loginEndpoint = "login_endpoint"
        }
    }
}

extension ServiceAccount: CustomStringConvertible, CustomReflectable {
    var description: String { "service account '\(uid)' in \(file)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
