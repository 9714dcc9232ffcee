import AWS
import Testing

@Suite struct `A profile that a person logs in to` {
    @Test(arguments: ["sso_account_id", "sso_start_url", "sso_session", "sso_role_name"])
    func `by IAM Identity Center says what a daemon does instead`(key: String) async throws {
        let home = try Home(config: "[profile x]\n\(key) = 1\naws_access_key_id = AKIA\naws_secret_access_key = s\n")
        let text = await failure(of: home.settings(profile: "x"))
        #expect(text.hasPrefix("profile x in \(home.path(".aws/config")) logs in by IAM Identity Center (SSO) ('\(key)'), which ends within hours"), "\(text)")
        #expect(text.hasSuffix("credential_process = aws configure export-credentials --profile x --format process"))
    }

    @Test func `by aws login says so too`() async throws {
        let home = try Home(config: "[default]\nlogin_session = arn:aws:iam::1:user/me\n")
        let text = await failure(of: home.settings(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1"]))
        #expect(text.contains("logs in by aws login ('login_session')"), "\(text)")
    }
}
