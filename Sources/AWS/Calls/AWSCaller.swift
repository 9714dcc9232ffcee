import Fleet
import Synchronization
import Wire

/// Makes calls: paced, signed, tried again where that can help, and with an error that says what happened.
final class AWSCaller: Sendable {
    private let http: HTTPCaller
    private let endpoints: Endpoints
    private let region: RegionSource
    private let clock: AWSClock
    private let notice: @Sendable (String) -> Void
    private let state = Mutex(State())

    private struct State {
        /// What is added to the machine's clock before signing.
        var skew = ClockSkew(offset: .zero)
        var buckets: [Pace: TokenBucket] = [:]
        /// botocore's quota: when a service is down for all calls, retrying stops after the first hundred. It fills by successes alone.
        var quota = TokenBucket(capacity: 500, refillPerSecond: 0)
    }

    /// What one retry takes from the quota, and gives back if it succeeds; one after a time-out takes twice as much.
    private static let retryCost = 5.0, timeoutCost = 10.0

    init(http: HTTPCaller, endpoints: Endpoints, region: RegionSource, clock: AWSClock, notice: @escaping @Sendable (String) -> Void) {
        self.http = http
        self.endpoints = endpoints
        self.region = region
        self.clock = clock
        self.notice = notice
    }

    /// By how much the machine's clock was found to be off; zero while AWS accepts its time.
    var skew: ClockSkew { state.withLock { $0.skew } }

    /// Makes a call and gives its answer, which has a 2xx status.
    func send(_ call: AWSCall, as identity: Identity) async throws(AWSError) -> HTTPAnswer {
        var retries = RetryMachine()
        let end = clock.uptime() + RetryMachine.totalMax
        let regionName = try await regionName(for: call)
        let endpoint = endpoints.url(of: call.service, in: regionName)
        let url = HTTPAddress(endpoint)?.description ?? endpoint
        var paid = 0.0
        while true {
            try await waitForTurn(call, url: url, until: end)
            let credentials = try await credentials(of: identity, for: call, url: url)
            retries.began()
            let signedWith = skew
            let answer: HTTPAnswer?
            var error: AWSError
            switch await attempt(call, url: url, region: regionName, credentials: credentials, skew: signedWith) {
            case .success(let success):
                state.withLock { $0.quota.put(max(paid, 1)) }
                return success
            case .failure(let failure): (answer, error) = (failure.answer, failure.error)
            }
            error.attempts = retries.attempts
            let measured = answer.flatMap { ClockSkew($0, now: clock.now() + signedWith.offset) }
            let decision = retries.decide(error.kind, skew: measured, random: clock.random())
            switch decision {
            case .retry(let delay):
                paid = error.isTimeout ? Self.timeoutCost : Self.retryCost
                let cost = paid
                guard clock.uptime() + delay < end, state.withLock({ $0.quota.take(cost, at: .zero) }) else { throw advised(error, identity) }
                try await sleep(delay, call: call, url: url)
            case .refresh:
                guard identity.discard(credentials) else { throw advised(error, identity) }
            case .correct(let found): correct(to: ClockSkew(offset: signedWith.offset + found.offset))
            case .fail: throw advised(error, identity)
            }
        }
    }

    private struct Failure: Error {
        let error: AWSError
        let answer: HTTPAnswer?
    }

    private func attempt(_ call: AWSCall, url: String, region: String, credentials: Credentials?, skew: ClockSkew) async -> Result<HTTPAnswer, Failure> {
        guard let address = HTTPAddress(url) else {
            return .failure(Failure(error: error(call, url, .failed(.badURL, detail: "")), answer: nil))
        }
        var headers = [(name: "Host", value: Self.host(of: address)), (name: "Content-Type", value: call.contentType)]
        if let target = call.target { headers.append((name: "X-Amz-Target", value: target)) }
        if let credentials {
            let signer = Signer(credentials: credentials, region: region, service: call.service.rawValue)
            let request = SignableRequest(method: "POST", path: address.path, headers: headers, body: call.body)
            headers = signer.sign(request, at: clock.now() + skew.offset).headers
        }
        headers.append((name: "User-Agent", value: "mayfly"))
        let limits = HTTPCall.Limits(bodyBytesMax: XMLReading.bytesMax, idleTimeout: call.idleTimeout)
        do {
            let answer = try await http.send(HTTPCall(method: .post, url: address.description, headers: headers, body: call.body, limits: limits))
            if answer.isSuccess { return .success(answer) }
            let refusal = Refusal(answer)
            let message = call.secret?.scrubbed(from: refusal.message) ?? refusal.message
            let problem = AWSError.Problem.refused(status: answer.status, code: refusal.code, message: credentials?.scrubbed(message) ?? message)
            return .failure(Failure(error: error(call, url, problem, requestID: refusal.requestID), answer: answer))
        } catch {
            let problem: AWSError.Problem =
                switch error.problem {
                case .tooLarge(let bytesMax): .tooLarge(bytesMax: bytesMax)
                case .cancelled: .cancelled
                default: .failed(error.problem, detail: error.detail)
                }
            return .failure(Failure(error: self.error(call, url, problem), answer: nil))
        }
    }

    /// As it is signed and sent: in lower case, without the scheme's own port.
    private static func host(of address: HTTPAddress) -> String {
        let host = address.authority.lowercased()
        let port = address.scheme == .https ? ":443" : ":80"
        return host.hasSuffix(port) ? String(host.dropLast(port.count)) : host
    }

    private func regionName(for call: AWSCall) async throws(AWSError) -> String {
        do { return try await region.name() } catch { throw self.error(call, "", .noRegion("\(error)")) }
    }

    /// Nil for a call that nobody signs.
    private func credentials(of identity: Identity, for call: AWSCall, url: String) async throws(AWSError) -> Credentials? {
        guard case .holder(let cache) = identity else { return nil }
        // The time at which credentials end is AWS'.
        do { return try await cache.credentials(now: clock.now() + skew.offset) } catch {
            throw self.error(call, url, error is CancellationError ? .cancelled : .noCredentials("\(error)"))
        }
    }

    /// Waits until the call's allowance has room for one more.
    private func waitForTurn(_ call: AWSCall, url: String, until end: Duration) async throws(AWSError) {
        while true {
            let now = clock.uptime()
            let (capacity, perSecond) = call.pace.allowance
            let wait: Duration? = state.withLock { state in
                var bucket = state.buckets[call.pace] ?? TokenBucket(capacity: capacity, refillPerSecond: perSecond)
                defer { state.buckets[call.pace] = bucket }
                if bucket.take(1, at: now) { return nil }
                return .milliseconds(max(1, Int64(((1 - bucket.available(at: now)) / perSecond * 1000).rounded(.up))))
            }
            guard let wait else { return }
            guard now + wait < end else { throw error(call, url, .endless("too many calls at once: it would have to wait longer than it may")) }
            try await sleep(wait, call: call, url: url)
        }
    }

    private func sleep(_ duration: Duration, call: AWSCall, url: String) async throws(AWSError) {
        do { try await clock.sleep(duration) } catch { throw self.error(call, url, .cancelled) }
    }

    private func correct(to skew: ClockSkew) {
        state.withLock { $0.skew = skew }
        notice("\(skew); calls are signed with AWS' time, but every age that is computed here is wrong by as much: set the clock")
    }

    private func error(_ call: AWSCall, _ url: String, _ problem: AWSError.Problem, requestID: String? = nil) -> AWSError {
        AWSError(service: call.service, action: call.action, url: url.isEmpty ? "" : HTTPAddress.shown(url), problem: problem, requestID: requestID)
    }

    /// The error with what to do about it.
    private func advised(_ error: AWSError, _ identity: Identity) -> AWSError {
        var advice = [identity.advice(on: error)].compactMap { $0 }
        if skew.offset != .zero { advice.append("\(skew)") }
        var error = error
        error.advice = advice.isEmpty ? nil : advice.joined(separator: "; ")
        return error
    }
}
