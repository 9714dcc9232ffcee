import Captures
import Fleet
import Synchronization
import Testing
import Wire

@testable import Services

/// Admin Router with Marathon and schedulers behind it, on a port of the loopback interface.
final class Cluster: Sendable {
    private struct State {
        var steps: [String: [RawServer.Step]] = [:]
        /// Names of services that Admin Router finds, without a slash in front.
        var services: Set<String> = []
        var token: String?
    }

    private final class Answers: Sendable {
        let state = Mutex(State())

        func answer(_ request: RawServer.Request) -> [RawServer.Step] {
            state.withLock { state in
                if let token = state.token, request.header("Authorization") != token {
                    return [.answer(401, [("WWW-Authenticate", "acsjwt")], body: "<html>401</html>".utf8)]
                }
                if let steps = state.steps[request.target] { return steps }
                let isKnown = state.services.contains { request.target.hasPrefix("/service/\($0)/") } || request.target.hasPrefix("/direct/")
                // Jersey answers with nothing where it has nothing; Admin Router with a line of its own.
                return [isKnown ? .answer(404) : .answer(404, [("Content-Type", "text/plain")], body: "404 Not Found: service not found.".utf8)]
            }
        }
    }

    private let answers: Answers
    let server: RawServer
    let http: HTTPCaller

    private init(answers: Answers, server: RawServer, http: HTTPCaller) {
        self.answers = answers
        self.server = server
        self.http = http
    }

    /// Runs `body` with a cluster whose Marathon has no apps and no pods, and stops it after.
    static func with<Result>(_ body: (Cluster) async throws -> Result) async throws -> Result {
        let answers = Answers()
        return try await RawServer.with(answer: { answers.answer($0) }) { server in
            let cluster = Cluster(answers: answers, server: server, http: try HTTPCaller())
            cluster.setApps([])
            cluster.setPods([])
            do {
                let result = try await body(cluster)
                await cluster.http.shutdown()
                return result
            } catch {
                await cluster.http.shutdown()
                throw error
            }
        }
    }

    // MARK: Answers

    func set(_ target: String, _ steps: RawServer.Step...) { answers.state.withLock { $0.steps[target] = steps } }
    func setSteps(_ target: String, _ steps: [RawServer.Step]) { answers.state.withLock { $0.steps[target] = steps } }
    func setToken(_ token: String?) { answers.state.withLock { $0.token = token } }

    func setApps(_ apps: [String]) { set("/marathon/v2/apps?embed=apps.tasks", .json(#"{"apps":[\#(apps.joined(separator: ","))]}"#.utf8)) }

    func setPods(_ pods: [String]) { set("/marathon/v2/pods/::status", .json("[\(pods.joined(separator: ","))]".utf8)) }

    /// From now on Admin Router finds the service, and its scheduler answers these paths; a path that is not there is a scheduler's own 404.
    func setScheduler(_ name: String, _ bodies: [String: String]) {
        answers.state.withLock { state in
            state.services.insert(name)
            for (path, body) in bodies { state.steps["/service/\(name)/\(path)"] = [.json(body.utf8)] }
        }
    }

    /// From now on Admin Router does not find it any more.
    func removeScheduler(_ name: String) {
        answers.state.withLock { state in
            state.services.remove(name)
            state.steps = state.steps.filter { !$0.key.hasPrefix("/service/\(name)/") }
        }
    }

    /// From now on every call to it is answered like this.
    func replaceScheduler(_ name: String, _ steps: [RawServer.Step]) {
        answers.state.withLock { state in
            for target in state.steps.keys where target.hasPrefix("/service/\(name)/") { state.steps[target] = steps }
        }
    }

    // MARK: Asking

    func client(
        named: [ServicesSite.Named] = [], ignored: Set<ServiceName> = [], login: HTTPLogin = .none, _ adjust: (inout ServicesLimits) -> Void = { _ in }
    ) -> ServicesClient {
        var limits = ServicesLimits()
        adjust(&limits)
        return ServicesClient(site: ServicesSite(router: server.url, named: named, ignored: ignored), http: http, login: login, limits: limits)
    }

    /// What was asked, in order.
    var asked: [String] { server.requests.map(\.target) }
}

extension ServicesClient {
    func look(_ seconds: Int64 = 0) async -> ServicesSighting { await sight(knownAt: Timestamp(milliseconds: seconds * 1000)) }

    /// The only service that it finds.
    func only(_ seconds: Int64 = 0, sourceLocation: SourceLocation = #_sourceLocation) async throws -> ServiceSighting {
        let services = await look(seconds).services
        try #require(services.count == 1, sourceLocation: sourceLocation)
        return services[0]
    }
}

extension Result where Failure == SourceFailure {
    var failureText: String? { if case .failure(let failure) = self { failure.message } else { nil } }
}
