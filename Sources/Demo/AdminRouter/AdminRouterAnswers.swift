internal import Fleet
internal import Simulation

/// DC/OS' Admin Router: asks for a token, and hands on to masters, Marathon, schedulers and system health. Texts as DC/OS 2.2 has them.
struct AdminRouterAnswers {
    let world: World
    let desk: IdentityDesk
    /// The authority's certificate, which everybody may have.
    let authority: String
    /// Where the masters listen, by position: `127.0.0.1:5050`.
    let masters: [String]
    let hands: DemoHands

    /// So many segments of a path are tried for the name of a service.
    private static let segmentsMax = 10

    func answer(_ question: Question) -> Answer {
        switch question.path {
        case "/dcos-metadata/dcos-version.json": return .json(Self.version)
        case "/ca/dcos-ca.crt": return Answer(status: 200, contentType: "application/x-x509-ca-cert", body: Array(authority.utf8))
        case "/acs/api/v1/auth/login": return desk.logIn(question)
        default: break
        }
        guard desk.knows(question.authorization) else {
            return Self.page(401, "401 Authorization Required", headers: [("WWW-Authenticate", "acsjwt")])
        }
        let segments = question.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        switch segments.first {
        case "mesos": return segments.count == 1 ? Self.redirect(to: "/mesos/") : mesos(question)
        case "marathon": return segments.count == 1 ? Self.redirect(to: "/marathon/") : marathon(question, path: Array(segments.dropFirst()))
        case "service": return service(question, path: Array(segments.dropFirst()))
        case "system":
            guard segments.starts(with: ["system", "health", "v1"]) else { return Self.page(404, "404 Not Found") }
            return HealthAnswers(world: world).answer(path: segments.dropFirst(3).filter { !$0.isEmpty })
        default: return Self.page(404, "404 Not Found")
        }
    }

    private static let version: JSON = [
        "version": "2.2.0", "dcos-image-commit": "43eff42b8eb9c5bf5d27b0d56e42b9ffe9ae2b32", "bootstrap-id": "88d5b8c52eba580b9ee8418410a0d85cfe4c19e5",
    ]

    /// To `leader.mesos`, whichever master that is; nobody listens there while the leader is dead or nobody is elected.
    private func mesos(_ question: Question) -> Answer {
        guard let leader = world.leadership.announced, !world.leadership.starting.contains(leader) else { return Self.page(502, "502 Bad Gateway") }
        var inner = question
        inner.path = String(question.path.dropFirst("/mesos".count))
        return MesosAnswers(world: world, master: leader, addresses: masters, hands: hands).answer(inner)
    }

    private func marathon(_ question: Question, path: [String]) -> Answer {
        MarathonAnswers(world: world, hands: hands).answer(question, path: path.filter { !$0.isEmpty })
    }

    private func service(_ question: Question, path: [String]) -> Answer {
        if path.first == "marathon" { return path.count == 1 ? Self.redirect(to: "/service/marathon/") : marathon(question, path: Array(path.dropFirst())) }
        for count in 1...Self.segmentsMax where count <= path.count {
            let name = path.prefix(count).joined(separator: "/")
            guard let service = world.services.first(where: { $0.name == name }) else { continue }
            if count == path.count { return Self.redirect(to: question.path + "/") }
            switch service.scheduler.route {
            case .answers:
                return SchedulerAnswers(world: world, service: service, hands: hands).answer(question, path: path.dropFirst(count).filter { !$0.isEmpty })
            case .badGateway: return Self.page(502, "502 Bad Gateway")
            case .unavailable: return Answer.text(503, "503 Service Unavailable: invalid Marathon svcapps cache\n")
            case .notFound: return Self.noService
            }
        }
        return Self.noService
    }

    private static let noService = Answer.text(404, "404 Not Found: service not found.\n")

    private static func redirect(to path: String) -> Answer { page(301, "301 Moved Permanently", headers: [("Location", path)]) }

    /// As nginx writes its own pages.
    static func page(_ status: Int, _ title: String, headers: [(name: String, value: String)] = []) -> Answer {
        let text =
            "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n<hr><center>openresty</center>\r\n</body>\r\n</html>\r\n"
        return Answer(status: status, contentType: "text/html", headers: headers, body: Array(text.utf8))
    }
}
