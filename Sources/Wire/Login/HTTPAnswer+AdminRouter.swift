extension HTTPAnswer {
    /// What DC/OS' Admin Router means by a 401 or a 403, as the rest of a sentence; nil for every other answer.
    ///
    /// - Parameters:
    ///   - hasLogin: whether the call carried a token.
    ///   - permission: what an account needs for this path, by its name in DC/OS: `dcos:adminrouter:ops:mesos`.
    package func adminRouterRefusal(hasLogin: Bool, permission: String) -> String? {
        switch status {
        case 401: "401\(challenge.map { ", DC/OS asks for a login (\($0))" } ?? ""): \(hasLogin ? refusedToken : missingLogin)"
        case 403: "403: the account lacks the permission \(permission), action full, in DC/OS; grant it, or use another account"
        default: nil
        }
    }

    /// Whether Admin Router itself refused this, and not a service behind it: only it asks for a token in this way.
    package var isAdminRouterRefusal: Bool { status == 401 && challenge != nil }

    /// `oauthjwt` is DC/OS Open's own login until 1.12; `acsjwt` the IAM's, of DC/OS Enterprise and of Open from 1.13.
    private var challenge: String? {
        guard let asked = header("www-authenticate")?.lowercased() else { return nil }
        return ["oauthjwt", "acsjwt"].first { asked.hasPrefix($0) }
    }

    private var refusedToken: String { "the token was not accepted: it has ended, was revoked, or is another cluster's" }

    private var missingLogin: String {
        challenge == "oauthjwt"
            ? "none is configured; this login knows no service accounts, so name token_file or dcos_toml under dcos.credentials"
            : "none is configured; name service_account, token_file or dcos_toml under dcos.credentials"
    }
}
