internal import FoundationEssentials
internal import Wire

/// How Mayfly says who it is to a Mesos master or DC/OS' Admin Router.
///
/// Secrets stand in files, which are read again at each poll, so that a rotated one needs no restart. None is ever part of a text.
package enum MesosCredentials: Sendable, CustomStringConvertible {
    case none
    /// HTTP basic authentication, with the password in a file.
    case basic(user: String, passwordFile: String)
    /// `Authorization: Bearer`, with the token in a file.
    case bearer(tokenFile: String)
    /// `Authorization: token=…`, as DC/OS wants it, from whoever can get one.
    case token(@Sendable () async throws -> String)

    package var description: String {
        switch self {
        case .none: "no credentials"
        case .basic(let user, let file): "user \(user), password in \(file)"
        case .bearer(let file): "bearer token in \(file)"
        case .token: "a token of DC/OS"
        }
    }

    var isNone: Bool { if case .none = self { true } else { false } }

    /// The value of `Authorization`, read anew; nil without credentials.
    func authorization() async throws(SecretProblem) -> String? {
        switch self {
        case .none: return nil
        case .basic(let user, let file):
            let password = try SecretFile.read(file, called: "the password file")
            return "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
        case .bearer(let file): return "Bearer " + (try SecretFile.read(file, called: "the token file"))
        case .token(let get):
            let token: String
            do { token = try await get() } catch { throw SecretProblem(text: "no token: \(error)") }
            return "token=" + (try SecretFile.checked(token, called: "the token"))
        }
    }
}
