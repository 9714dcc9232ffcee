/// Why no connection came about, by what OpenSSH's client says on standard error.
///
/// Only what is said before anybody was logged in: then the host was given nothing to run.
package enum SSHComplaint: Hashable, Sendable, CaseIterable {
    case changedHostKey
    case unknownHostKey
    // Before what the host says for the lack of it.
    case badIdentity
    case wrongKey
    case refused
    case noRoute
    case noAnswer
    case hungUp
    case noCommonMethod

    /// What OpenSSH writes, in any of its versions since 7.
    private var signs: [String] {
        switch self {
        case .changedHostKey: ["REMOTE HOST IDENTIFICATION HAS CHANGED", "POSSIBLE DNS SPOOFING"]
        case .unknownHostKey: ["host key is known for", "Host key verification failed"]
        case .badIdentity: ["UNPROTECTED PRIVATE KEY FILE", "Load key ", "not accessible: "]
        case .wrongKey: ["Permission denied (", "Too many authentication failures"]
        case .refused: ["Connection refused"]
        case .noRoute: ["No route to host", "Network is unreachable", "Host is down"]
        case .noAnswer: ["Connection timed out", "Operation timed out"]
        case .hungUp:
            ["kex_exchange_identification", "ssh_exchange_identification", "banner exchange", "Connection reset by", "Connection closed by"]
        case .noCommonMethod: ["Unable to negotiate", "no matching "]
        }
    }

    /// The first sign that is there, in the order of the cases: a key that has changed is not merely one that failed its verification, and one that the client could
    /// not read was never shown to the host.
    static func reading(_ words: String) -> SSHComplaint? { allCases.first { complaint in complaint.signs.contains { words.contains($0) } } }

    /// What is wrong and what to do, for people.
    func description(_ settings: SSHSettings) -> String {
        switch self {
        case .changedHostKey:
            "the host shows another key than \(settings.knownHosts) has for it: if it is a fresh machine under an old address, put its key there; else somebody stands between"
        case .unknownHostKey: "\(settings.knownHosts) has no key for the host: put its key there, or an authority that signs the hosts' keys"
        case .wrongKey: "the host does not let \(settings.user) in with \(settings.identity): its authorized keys lack that key, or the user is another"
        case .refused: "the host refuses connections to port \(settings.port): no SSH server listens there"
        case .noRoute: "there is no way to the host"
        case .noAnswer: "the host does not answer on port \(settings.port)"
        case .hungUp: "the host hung up before anybody was logged in: its SSH server is overloaded, or something else listens on port \(settings.port)"
        case .badIdentity: "\(settings.identity) cannot be used: it is not there, is no private key, or others than its owner may read it (chmod 600)"
        case .noCommonMethod: "the host's SSH server and this client have no cipher or key type in common"
        }
    }
}
