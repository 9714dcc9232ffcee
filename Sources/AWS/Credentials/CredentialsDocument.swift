import Fleet
import FoundationEssentials

/// Credentials as JSON, in the spellings of the metadata service, containers and `credential_process`.
struct CredentialsDocument: Decodable {
    /// The metadata service's own word on how it went: `Success`.
    let code: String?
    /// `credential_process` alone has one: 1.
    let version: Int?
    private let id: String?
    private let secret: String?
    private let token: String?
    private let sessionToken: String?
    private let expiration: String?

    private enum CodingKeys: String, CodingKey {
        case code = "Code"
        case version = "Version"
        case id = "AccessKeyId"
        case secret = "SecretAccessKey"
        case token = "Token"
        case sessionToken = "SessionToken"
        case expiration = "Expiration"
    }

    /// Nil for what is not the JSON of one. Why is not told: it would show what stands there.
    init?(_ bytes: [UInt8]) {
        guard let decoded = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
        self = decoded
    }

    /// - Parameter origin: who gave them, as the subject of a sentence.
    func credentials(from origin: String) throws(CredentialsError) -> Credentials {
        for (name, value) in [("AccessKeyId", id), ("SecretAccessKey", secret)] where value?.isEmpty ?? true {
            throw CredentialsError("\(origin) gave no \(name)")
        }
        guard let id, let secret else { throw CredentialsError("\(origin) gave no credentials") }
        let end = expiration.map { Timestamp(iso8601: $0) }
        if case .some(nil) = end { throw CredentialsError("\(origin) gave credentials without a valid Expiration") }
        return Credentials(accessKeyID: id, secret: secret, sessionToken: sessionToken ?? token, expiration: end ?? nil)
    }
}

extension CredentialsDocument: CustomStringConvertible, CustomReflectable {
    var description: String { "a document with credentials" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
