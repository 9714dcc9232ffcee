internal import Synchronization
internal import Wire

/// Puts calls to Marathon and to the schedulers during one poll, or for one change.
struct SchedulerAsking: Sendable {
    let http: HTTPCaller
    /// For Admin Router.
    let login: HTTPLogin
    /// Whether there is anything to log in with; only for messages.
    let hasLogin: Bool
    let limits: ServicesLimits
    /// When these calls must have ended.
    let deadline: ContinuousClock.Instant
    let tally: Tally

    /// What a poll has cost so far.
    final class Tally: Sendable {
        private let state = Mutex(ServicesCost())

        var cost: ServicesCost { state.withLock { $0 } }

        func noteCall() { state.withLock { $0.calls += 1 } }
        func noteAnswer(bytes: Int) { state.withLock { $0.bytes += bytes } }
        func noteTopic() { state.withLock { $0.topics += 1 } }
    }

    /// The same for one service, which must not take longer than it may.
    func limited(to duration: Duration) -> SchedulerAsking {
        SchedulerAsking(http: http, login: login, hasLogin: hasLogin, limits: limits, deadline: min(deadline, ContinuousClock.now + duration), tally: tally)
    }

    /// Asks one question and decodes the answer.
    ///
    /// - Parameters:
    ///   - path: after the route, with its slash: `/v1/plans`.
    ///   - statuses: those whose body is an answer. A plan comes with 200, 202, 417 or 503.
    func ask<Answer: Sendable>(
        _ path: String, by route: SchedulerRoute, statuses: Set<Int> = [200], bytesMax: Int? = nil, timeout: Duration? = nil,
        decode: @escaping @Sendable (UnsafeBufferPointer<UInt8>) throws(JSONProblem) -> Answer
    ) async throws(SchedulerError) -> Answer {
        let url = route.url + path
        let answer = try await send(url, by: route, bytesMax: bytesMax, timeout: timeout)
        if let problem = AnswerCheck(answer, route: route, statuses: statuses, hasLogin: hasLogin).problem {
            throw SchedulerError(problem: problem, url: HTTPAddress.shown(url))
        }
        switch await answer.decoded(decode) {
        case .success(let value): return value
        case .failure(let problem):
            // A 503 with a plan in it is the scheduler's; one with anything else, a proxy's.
            let what: SchedulerError.Problem =
                answer.status == 503
                ? .notReached(status: 503, text: answer.start(charactersMax: 60))
                : .malformed(problem, byteCount: answer.body.count, start: answer.start(charactersMax: 60))
            throw SchedulerError(problem: what, url: HTTPAddress.shown(url))
        }
    }

    /// Makes a call that changes something, exactly once, and decodes the answer.
    func change<Answer: Sendable>(
        _ method: HTTPCall.Method, _ path: String, by route: SchedulerRoute,
        decode: @escaping @Sendable (UnsafeBufferPointer<UInt8>) throws(JSONProblem) -> Answer
    ) async throws(SchedulerError) -> Answer {
        let url = route.url + path
        let left = deadline - ContinuousClock.now
        guard left > .zero else { throw SchedulerError(problem: .outOfTime, url: HTTPAddress.shown(url)) }
        let call = HTTPCall(
            method: method, url: url, headers: [(name: "Accept", value: "application/json")],
            limits: HTTPCall.Limits(
                bodyBytesMax: limits.answerBytesMax, connectTimeout: limits.connectTimeout, idleTimeout: min(limits.callTimeout, left),
                totalTimeout: min(limits.callTimeout, left)))
        let answer: HTTPAnswer
        do throws(HTTPFailure) {
            answer = try await send(call, route.kind == .router ? login : .none)
        } catch {
            throw SchedulerError(problem: .failed(error), url: HTTPAddress.shown(url))
        }
        if let problem = AnswerCheck(answer, route: route, statuses: [200], hasLogin: hasLogin).problem {
            throw SchedulerError(problem: problem, url: HTTPAddress.shown(url))
        }
        switch await answer.decoded(decode) {
        case .success(let value): return value
        case .failure(let problem):
            throw SchedulerError(
                problem: .malformed(problem, byteCount: answer.body.count, start: answer.start(charactersMax: 60)), url: HTTPAddress.shown(url))
        }
    }

    private func send(_ url: String, by route: SchedulerRoute, bytesMax: Int?, timeout: Duration?) async throws(SchedulerError) -> HTTPAnswer {
        let left = deadline - ContinuousClock.now
        guard left > .zero else { throw SchedulerError(problem: .outOfTime, url: HTTPAddress.shown(url)) }
        let call = HTTPCall(
            url: url, headers: [(name: "Accept", value: "application/json")],
            limits: HTTPCall.Limits(
                bodyBytesMax: bytesMax ?? limits.answerBytesMax, connectTimeout: limits.connectTimeout, idleTimeout: min(limits.idleTimeout, left),
                totalTimeout: min(timeout ?? limits.callTimeout, left)))
        let login = route.kind == .router ? login : .none
        do throws(HTTPFailure) {
            return try await send(call, login)
        } catch  where error.problem == .unreachable {
            // A connection that was kept from the poll before can have been closed meanwhile, which shows only when it is used.
            do throws(HTTPFailure) { return try await send(call, login) } catch { throw SchedulerError(problem: .failed(error), url: HTTPAddress.shown(url)) }
        } catch {
            throw SchedulerError(problem: .failed(error), url: HTTPAddress.shown(url))
        }
    }

    private func send(_ call: HTTPCall, _ login: HTTPLogin) async throws(HTTPFailure) -> HTTPAnswer {
        tally.noteCall()
        let answer = try await http.send(call, login: login)
        tally.noteAnswer(bytes: answer.body.count)
        return answer
    }
}

/// What a poll of the services cost.
package struct ServicesCost: Hashable, Sendable {
    package var calls = 0
    /// Of all bodies, unpacked.
    package var bytes = 0
    /// Topics whose in-sync sets were read.
    package var topics = 0

    package init() {}
}
