/// How DC/OS is told who we are.
package enum DCOSCredentials: Hashable, Sendable, CustomStringConvertible {
    /// Nobody asks: a cluster without authentication.
    case none
    /// A file that holds a token and nothing else. Read again whenever the token is refused or near its end.
    case tokenFile(String)
    /// The DC/OS CLI's own `dcos.toml`: `core.dcos_acs_token`. Read again whenever the token is refused or near its end.
    case dcosTOML(String)
    /// A service account's secret, as `dcos security org service-accounts create-sa-secret` writes it: `uid`, `private_key`, `login_endpoint`.
    /// Read again at each login.
    case serviceAccount(file: String)

    /// For people; never a secret.
    package var description: String {
        switch self {
        case .none: "no login"
        case .tokenFile(let file): "token in \(file)"
        case .dcosTOML(let file): "token of the DC/OS CLI in \(file)"
        case .serviceAccount(let file): "service account in \(file)"
        }
    }
}
