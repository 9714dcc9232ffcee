internal import FoundationEssentials
package import Wire

/// How Mayfly says who it is to a Mesos master or DC/OS' Admin Router.
///
/// Secrets stand in files, which are read again at each poll, so that a rotated one needs no restart. None is ever part of a text.
package enum MesosCredentials: Sendable, CustomStringConvertible {
    case none
    /// HTTP basic authentication, with the password in a file.
    case basic(user: String, passwordFile: String)
    /// `Authorization: Bearer`, with the token in a file.
    case bearer(tokenFile: String)
    /// `Authorization: token=…`, as DC/OS' Admin Router wants it, from whoever can get one.
    case dcos(HTTPLogin)

    package var description: String {
        switch self {
        case .none: "no credentials"
        case .basic(let user, let file): "user \(user), password in \(file)"
        case .bearer(let file): "bearer token in \(file)"
        case .dcos: "the login of DC/OS"
        }
    }

    package var isNone: Bool { if case .none = self { true } else { false } }

    var isDCOS: Bool { if case .dcos = self { true } else { false } }

    /// What to log in with, for one poll: files are read anew.
    func login() throws(SecretProblem) -> HTTPLogin {
        switch self {
        case .none: return .none
        case .basic(let user, let file):
            let password = try SecretFile.read(file, called: "the password file")
            return .fixed("Basic " + Data("\(user):\(password)".utf8).base64EncodedString())
        case .bearer(let file): return .fixed("Bearer " + (try SecretFile.read(file, called: "the token file")))
        case .dcos(let login): return login
        }
    }
}
