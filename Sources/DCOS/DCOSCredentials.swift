/// How DC/OS is told who we are.
package enum DCOSCredentials: Hashable, Sendable {
    /// Nobody asks: an open cluster without authentication.
    case none
    /// A file that holds a token and nothing else. Read again whenever the token is refused.
    case tokenFile(String)
    /// The DC/OS CLI's own `dcos.toml`: `core.dcos_acs_token`. Read again whenever the token is refused.
    case dcosTOML(String)
    /// A service account's secret, as `dcos security org service-accounts create-sa-secret` writes it: `uid`, `private_key`, `login_endpoint`.
    case serviceAccount(file: String)
}
