/// A role that is taken with other credentials: `role_arn` with `source_profile` or `credential_source`.
struct RoleCredentials: CredentialsProvider {
    let place: String
    let isRefreshable = true
    private let form: FormBody
    private let source: CredentialsCache
    private let caller: AWSCaller

    /// How long a session may last in seconds, by STS' own limits; the role's may be narrower.
    private static let durations = 900...43_200

    /// Reads the profile's `role_session_name`, `external_id` and `duration_seconds`.
    init(profile: String, in profiles: Profiles, role: String, source: any CredentialsProvider, caller: AWSCaller) throws(CredentialsError) {
        let origin = profiles.place(of: profile)
        let session = try RoleSession(role: role, name: profiles.value("role_session_name", of: profile), place: origin)
        if let serial = profiles.value("mfa_serial", of: profile) {
            throw CredentialsError(
                "\(origin) has mfa_serial (\(serial.prefix(100))), and a daemon has nobody to ask for its code: use a role whose trust policy does not ask for one"
            )
        }
        var form = session.form("AssumeRole")
        if let id = profiles.value("external_id", of: profile) { form.add("ExternalId", id) }
        if let text = profiles.value("duration_seconds", of: profile) {
            guard let seconds = Int(text), Self.durations.contains(seconds) else {
                throw CredentialsError("\(origin): duration_seconds '\(text.prefix(20))' is not a whole number from 900 to 43200")
            }
            form.add("DurationSeconds", String(seconds))
        }
        place = "role \(role) of \(origin)"
        self.form = form
        self.source = CredentialsCache(source)
        self.caller = caller
    }

    func credentials() async throws -> Credentials { try await caller.temporaryCredentials(form, as: .holder(source), for: place) }
}
