internal import Synchronization

/// A master that answers each v1 call as one was recorded to answer it.
///
/// Which recording a call gets can be changed while it runs, so that one server goes through a sequence of states.
package final class ReplayServer: Sendable {
    private let answers: Answers
    package let server: RawServer

    private final class Answers: Sendable {
        let byCall: Mutex<[String: [RawServer.Step]]>
        let token: String?
        let prefix: String
        init(_ byCall: [String: [RawServer.Step]], token: String?, prefix: String) {
            self.byCall = Mutex(byCall)
            self.token = token
            self.prefix = prefix
        }
    }

    private init(answers: Answers, server: RawServer) {
        self.answers = answers
        self.server = server
    }

    package static let calls = ["GET_AGENTS", "GET_FLAGS", "GET_FRAMEWORKS", "GET_MAINTENANCE_STATUS", "GET_MASTER", "GET_METRICS", "GET_TASKS"]

    /// Starts with the recordings of `01-steady` for every call.
    ///
    /// - Parameters:
    ///   - prefix: a path before `/api/v1`, as Admin Router has one.
    ///   - authorization: what `Authorization` must be; everything else gets a 401.
    package static func start(prefix: String = "", authorization: String? = nil) async throws -> ReplayServer {
        var byCall: [String: [RawServer.Step]] = [:]
        for call in calls { byCall[call] = [try step(Capture("01-steady/v1_" + call))] }
        let answers = Answers(byCall, token: authorization, prefix: prefix)
        let server = try await RawServer.start { request in
            guard request.target == answers.prefix + "/api/v1" || request.target == answers.prefix + "/master/api/v1", request.method == "POST" else {
                return [.answer(404, body: "404 Not Found.".utf8)]
            }
            if let token = answers.token, request.header("Authorization") != token {
                return [.answer(401, [("WWW-Authenticate", "Basic realm=\"mesos-master-readwrite\"")])]
            }
            guard request.header("Content-Type") == "application/json" else {
                return [.answer(415, body: "Expecting 'Content-Type' of application/json or application/x-protobuf".utf8)]
            }
            guard let call = call(of: request), let steps = answers.byCall.withLock({ $0[call] }) else {
                return [.answer(400, body: "Failed to validate master::Call".utf8)]
            }
            return steps
        }
        return ReplayServer(answers: answers, server: server)
    }

    package var url: String { server.url }

    /// From now on the call is answered by this recording.
    package func replay(_ call: String, _ name: String) throws { set(call, [Self.step(try Capture(name))]) }

    /// From now on the call is answered by these steps.
    package func set(_ call: String, _ steps: [RawServer.Step]) { answers.byCall.withLock { $0[call] = steps } }

    /// From now on every recording of one moment, `04-states/active.`, is used for its call; the others stay as they are.
    package func replay(state: String) throws {
        for call in Self.calls {
            guard let capture = try? Capture(state + call) else { continue }
            set(call, [Self.step(capture)])
        }
    }

    package func stop() async throws { try await server.stop() }

    /// The calls that were made, in order.
    package var seen: [String] { server.requests.compactMap { Self.call(of: $0) } }

    private static func call(of request: RawServer.Request) -> String? {
        request.text.split(separator: "\"").dropFirst(3).first.map(String.init)
    }

    private static func step(_ capture: Capture) -> RawServer.Step {
        let headers = [("Content-Type", capture.contentType ?? "application/json")] + (capture.isGzip ? [("Content-Encoding", "gzip")] : [])
        return .answer(capture.status, headers, body: capture.body)
    }
}
