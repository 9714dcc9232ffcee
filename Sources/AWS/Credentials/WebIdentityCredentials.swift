/// A role that is taken with a token that somebody else signed, as EKS gives to pods: STS is called without a signature.
struct WebIdentityCredentials: CredentialsProvider {
    let place: String
    let isRefreshable = true
    private let session: RoleSession
    private let file: TokenFile
    private let caller: AWSCaller

    /// - Parameter origin: where it is configured, for errors.
    init(file: String, role: String, name: String?, origin: String, caller: AWSCaller) throws(CredentialsError) {
        session = try RoleSession(role: role, name: name, place: origin)
        self.file = TokenFile(path: file)
        place = "role \(role) by the web identity token in \(file) (\(origin))"
        self.caller = caller
    }

    /// The file is read anew at each asking: it is written anew before its token ends.
    func credentials() async throws -> Credentials {
        let token: Secret
        do { token = try file.read() } catch { throw CredentialsError("\(place): \(error)") }
        var form = session.form("AssumeRoleWithWebIdentity")
        form.add("WebIdentityToken", token.revealed)
        return try await caller.temporaryCredentials(form, as: .bearer(place: file.path), secret: token, for: place)
    }
}
