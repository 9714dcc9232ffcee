package import Fleet

/// What signs a call.
package struct Credentials: Hashable, Sendable {
    package let accessKeyID: String
    package let secret: Secret
    /// There for temporary credentials only.
    package let sessionToken: Secret?
    /// When they end. Nil: they do not, or nobody said.
    package let expiration: Timestamp?

    package init(accessKeyID: String, secret: String, sessionToken: String? = nil, expiration: Timestamp? = nil) {
        self.accessKeyID = accessKeyID
        self.secret = Secret(secret)
        self.sessionToken = sessionToken.map { Secret($0) }
        self.expiration = expiration
    }

    /// The text without any of this secret, for what a server echoes: a refused signature comes with the canonical request, token included.
    func scrubbed(_ text: String) -> String {
        let text = secret.scrubbed(from: text)
        return sessionToken?.scrubbed(from: text) ?? text
    }
}

extension Credentials: CustomStringConvertible {
    /// The access key's id, which is no secret, and nothing more.
    package var description: String { "credentials of access key \(accessKeyID)" }
}

/// One place where credentials come from. A provider that is configured but broken throws; it never hands on to the next.
package protocol CredentialsProvider: Sendable {
    /// Where they come from, as people read it: `environment variables`, `profile prod in /home/u/.aws/credentials`.
    var place: String { get }
    /// Whether asking again can bring others.
    var isRefreshable: Bool { get }
    func credentials() async throws -> Credentials
}

/// Why there are no credentials: where they were looked for and what to do. Never holds a secret.
package struct CredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    package let message: String
    package init(_ message: String) { self.message = message }
    package var description: String { message }
}
