/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for temporary ones, `AWS_SESSION_TOKEN`.
package struct EnvironmentCredentials: CredentialsProvider {
    package let place = "environment variables"
    package let isRefreshable = false
    private let found: Credentials

    /// Nil when neither key is set; an empty variable counts as not set.
    package init?(_ environment: Environment) throws(CredentialsError) {
        let (id, secret) = (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
        switch (id, secret) {
        case (nil, nil): return nil
        case (.some, nil): throw CredentialsError("AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not: set both or neither")
        case (nil, .some): throw CredentialsError("AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not: set both or neither")
        case (let id?, let secret?):
            let token = environment["AWS_SESSION_TOKEN"] ?? environment["AWS_SECURITY_TOKEN"]
            found = Credentials(accessKeyID: id, secret: secret, sessionToken: token)
        }
    }

    package func credentials() async throws -> Credentials { found }
}
