internal import Fleet
internal import Wire

/// Puts calls to a master during one poll.
struct MesosAsking: Sendable {
    let http: HTTPCaller
    let limits: MesosClient.Limits
    let credentials: MesosCredentials
    let login: HTTPLogin
    /// When the poll must have ended: a sighting whose first answer is old by the time of its last says less than it seems to.
    let deadline: ContinuousClock.Instant

    init(http: HTTPCaller, limits: MesosClient.Limits, credentials: MesosCredentials, login: HTTPLogin) {
        self.http = http
        self.limits = limits
        self.credentials = credentials
        self.login = login
        deadline = ContinuousClock.now + limits.pollTimeout
    }

    /// Sends a call and decodes its answer. The body is gone when this returns, so that only one of the large ones is alive at a time.
    func ask<Answer: Sendable>(
        _ call: MesosCall, at url: String, decode: @escaping @Sendable (UnsafeBufferPointer<UInt8>) throws(JSONProblem) -> Answer
    ) async throws(MesosError) -> (answer: Answer, url: String) {
        let reply: HTTPAnswer
        do {
            reply = try await http.send(request(call, to: url), login: login)
        } catch {
            throw self.error(.failed(error), url: url, call: call)
        }
        if let problem = refusal(reply) { throw error(problem, url: reply.url, call: call) }
        switch await reply.decoded(decode) {
        case .success(let answer): return (answer, reply.url)
        case .failure(let problem):
            if reply.isWebPage { throw error(.webPage(status: reply.status), url: reply.url, call: call) }
            let malformed = MesosError.Problem.malformed(
                problem, byteCount: reply.body.count, start: reply.start(charactersMax: 60))
            throw error(malformed, url: reply.url, call: call)
        }
    }

    /// Sends a call whose answer goes on, piece by piece, to `receive`, and returns why it ended; nil when it came to its end.
    func stream(_ call: MesosCall, at url: String, receive: @escaping HTTPReceiver) async -> MesosError.Problem? {
        do throws(HTTPFailure) {
            return refusal(try await http.send(request(call, to: url), login: login, receive: receive))
        } catch {
            return .failed(error)
        }
    }

    func error(_ problem: MesosError.Problem, url: String, call: MesosCall) -> MesosError {
        MesosError(problem: problem, url: HTTPAddress.shown(url), call: call.rawValue, hasCredentials: !credentials.isNone, isDCOS: credentials.isDCOS)
    }

    /// Where a master takes calls: `<base>/api/v1`, with Admin Router's path kept. Nil when the base cannot be called.
    static func endpoint(of base: String) -> String? {
        guard let address = HTTPAddress(base), address.query.isEmpty, !base.contains("#") else { return nil }
        var path = address.path
        while path.hasSuffix("/") { path.removeLast() }
        return address.scheme.rawValue + "://" + address.authority + path + "/api/v1"
    }

    /// For people: the endpoint without what every master has in common.
    static func shownBase(_ url: String) -> String {
        let shown = HTTPAddress.shown(url)
        for suffix in ["/master/api/v1", "/api/v1"] where shown.hasSuffix(suffix) { return String(shown.dropLast(suffix.count)) }
        return shown
    }

    /// Sends a change. An answer of 200 says that it was taken, and its body nothing.
    func change(_ change: MesosChange, at url: String) async -> CallOutcome {
        let limits = HTTPCall.Limits(
            bodyBytesMax: limits.smallBytesMax, connectTimeout: limits.connectTimeout, idleTimeout: limits.idleTimeout, totalTimeout: limits.totalTimeout,
            redirectsMax: 3)
        let reply: HTTPAnswer
        do throws(HTTPFailure) {
            reply = try await http.send(request(change.body, limits, to: url), login: login)
        } catch {
            let error = MesosError(
                problem: .failed(error), url: HTTPAddress.shown(url), call: change.call, hasCredentials: !credentials.isNone, isDCOS: credentials.isDCOS)
            return error.isBeforeTheCall ? .refused(error.words) : .unanswered(error.words)
        }
        guard let problem = refusal(reply) else { return .accepted }
        let error = MesosError(
            problem: problem, url: HTTPAddress.shown(reply.url), call: change.call, hasCredentials: !credentials.isNone, isDCOS: credentials.isDCOS)
        // What a proxy says of a master that it lost says nothing of what the master has done.
        return [500, 502, 504].contains(reply.status) || reply.status == 200 ? .unanswered(error.words) : .refused(error.words)
    }

    /// Mesos compares the content type letter by letter: with a character set behind it, it answers 415.
    private func request(_ call: MesosCall, to url: String) -> HTTPCall { request(call.body, call.limits(from: limits), to: url) }

    private func request(_ body: [UInt8], _ callLimits: HTTPCall.Limits, to url: String) -> HTTPCall {
        let headers = [(name: "Content-Type", value: "application/json"), (name: "Accept", value: "application/json")]
        var callLimits = callLimits
        // Admin Router finds the leader by itself; a token of DC/OS is for it and for no master.
        if credentials.isDCOS { callLimits.redirectsMax = 0 }
        callLimits.totalTimeout = min(callLimits.totalTimeout, max(.milliseconds(1), deadline - ContinuousClock.now))
        return HTTPCall(method: .post, url: url, headers: headers, body: body, limits: callLimits)
    }

    private func refusal(_ reply: HTTPAnswer) -> MesosError.Problem? {
        if reply.status == 200 { return nil }
        if reply.isAdminRouterRefusal, let text = reply.adminRouterRefusal(hasLogin: !credentials.isNone, permission: "dcos:adminrouter:ops:mesos") {
            return .adminRouter(text)
        }
        if (300..<400).contains(reply.status) {
            return .redirected(status: reply.status, to: reply.header("location").map { HTTPAddress.shown($0) } ?? "nowhere")
        }
        // A 401 or a 503 says more by its number than by the page that a proxy put around it.
        if reply.isWebPage {
            return reply.status == 401 || reply.status == 403 ? .refused(status: reply.status, text: "") : .webPage(status: reply.status)
        }
        return .refused(status: reply.status, text: reply.start())
    }
}
