/// The keys of a profile. Each asking reads the files again, since another program may have written new ones.
struct ProfileCredentials: CredentialsProvider {
    let place: String
    let isRefreshable = true
    private let profile: String
    private let settings: AWSSettings

    /// Throws for a profile with half of its keys; of one without any, too.
    init(_ profile: String, in profiles: Profiles, settings: AWSSettings) throws(CredentialsError) {
        place = profiles.place(of: profile)
        self.profile = profile
        self.settings = settings
        _ = try Self.keys(of: profile, in: profiles)
    }

    func credentials() async throws -> Credentials { try Self.keys(of: profile, in: try Profiles.read(settings)) }

    private static func keys(of profile: String, in profiles: Profiles) throws(CredentialsError) -> Credentials {
        let place = profiles.place(of: profile)
        switch (profiles.value("aws_access_key_id", of: profile), profiles.value("aws_secret_access_key", of: profile)) {
        case (nil, nil): throw CredentialsError("\(place) holds no keys any more")
        case (.some, nil): throw CredentialsError("\(place) has aws_access_key_id but no aws_secret_access_key: give both or neither")
        case (nil, .some): throw CredentialsError("\(place) has aws_secret_access_key but no aws_access_key_id: give both or neither")
        case (let id?, let secret?):
            return Credentials(accessKeyID: id, secret: secret, sessionToken: profiles.value("aws_session_token", of: profile))
        }
    }
}
