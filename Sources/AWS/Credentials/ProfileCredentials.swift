/// The keys of a profile. Each asking reads the files again, since another program may have written new ones.
struct ProfileCredentials: CredentialsProvider {
    let place: String
    let isRefreshable = true
    private let settings: AWSSettings

    /// Ways to credentials that a profile can name and that this version does not know.
    private static let unsupported = [
        "role_arn", "credential_process", "sso_session", "sso_start_url", "sso_account_id", "web_identity_token_file", "credential_source", "login_session",
    ]

    /// Nil for a profile without keys. Throws for one with half of them, or with a way to credentials that is not supported.
    init?(_ profiles: Profiles, settings: AWSSettings) throws {
        guard try Self.keys(of: profiles) != nil else { return nil }
        place = profiles.place
        self.settings = settings
    }

    func credentials() async throws -> Credentials {
        guard let keys = try Self.keys(of: try Profiles.read(settings)) else { throw CredentialsError("\(place) holds no keys any more") }
        return keys
    }

    private static func keys(of profiles: Profiles) throws(CredentialsError) -> Credentials? {
        if let key = unsupported.first(where: { profiles.value($0) != nil }) {
            throw CredentialsError(
                "not supported yet by this version: '\(key)' in \(profiles.place). Use keys in the profile or the environment, or the role of the EC2 instance")
        }
        switch (profiles.value("aws_access_key_id"), profiles.value("aws_secret_access_key")) {
        case (nil, nil): return nil
        case (.some, nil): throw CredentialsError("\(profiles.place) has aws_access_key_id but no aws_secret_access_key: give both or neither")
        case (nil, .some): throw CredentialsError("\(profiles.place) has aws_secret_access_key but no aws_access_key_id: give both or neither")
        case (let id?, let secret?): return Credentials(accessKeyID: id, secret: secret, sessionToken: profiles.value("aws_session_token"))
        }
    }
}
