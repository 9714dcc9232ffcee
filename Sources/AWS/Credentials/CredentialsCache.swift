package import Fleet
import Synchronization

/// Holds what a provider gave until it has to be asked again, and lets only one task ask at a time.
///
/// From 15 minutes before the end it tries to refresh and carries on with what it has if that fails; from 10 minutes before,
/// a failure is thrown. Both are botocore's numbers (`credentials.py`), which AWS' own services are built for.
package final class CredentialsCache: Sendable {
    package static let advisoryRefresh = Duration.seconds(15 * 60)
    package static let mandatoryRefresh = Duration.seconds(10 * 60)
    /// After any answer the provider is left alone so long: metadata services hand out credentials near their end, or past it, while they have trouble.
    package static let pause = Duration.seconds(60)

    private let provider: any CredentialsProvider
    private let state = Mutex(State())

    package init(_ provider: any CredentialsProvider) { self.provider = provider }

    package var place: String { provider.place }

    /// The credentials to sign with now.
    package func credentials(now: Timestamp) async throws -> Credentials {
        while true {
            switch state.withLock({ $0.next(now: now) }) {
            case .use(let credentials): return credentials
            case .ask(let fallback): return try await ask(now: now, fallback: fallback)
            case .wait: if let outcome = await waitForOutcome() { return try outcome.get() }
            }
        }
    }

    /// Drops the credentials that a server called expired. False when asking again cannot bring others.
    package func discard(_ credentials: Credentials) -> Bool {
        guard provider.isRefreshable else { return false }
        state.withLock { $0.discard(credentials) }
        return true
    }

    private func ask(now: Timestamp, fallback: Credentials?) async throws -> Credentials {
        let outcome: Result<Credentials, any Error>
        do { outcome = .success(try await provider.credentials()) } catch { outcome = .failure(error) }
        let (result, waiting) = state.withLock { $0.finish(outcome, fallback: fallback, now: now) }
        for continuation in waiting { continuation.resume(returning: result) }
        return try (result ?? outcome).get()
    }

    /// Nil when the asking was cancelled, which says nothing about the credentials: whoever waited looks again.
    private func waitForOutcome() async -> Result<Credentials, any Error>? {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.isAsking else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume(returning: nil) }
        }
    }

    /// What is known and who waits for more: a value without a clock.
    private struct State {
        typealias Outcome = Result<Credentials, any Error>
        enum Step {
            case use(Credentials)
            case ask(fallback: Credentials?)
            case wait
        }

        var current: Credentials?
        var notBefore: Timestamp?
        var isAsking = false
        var waiting: [CheckedContinuation<Outcome?, Never>] = []

        mutating func next(now: Timestamp) -> Step {
            if let current {
                guard let end = current.expiration, end - now <= CredentialsCache.advisoryRefresh else { return .use(current) }
                if let notBefore, now < notBefore, notBefore - now <= CredentialsCache.pause { return .use(current) }
                let isMandatory = end - now <= CredentialsCache.mandatoryRefresh
                if isAsking { return isMandatory ? .wait : .use(current) }
                isAsking = true
                return .ask(fallback: isMandatory ? nil : current)
            }
            if isAsking { return .wait }
            isAsking = true
            return .ask(fallback: nil)
        }

        mutating func discard(_ credentials: Credentials) {
            if current == credentials { (current, notBefore) = (nil, nil) }
        }

        /// The outcome for those who waited, nil when they have to look again; and who they are.
        mutating func finish(_ outcome: Outcome, fallback: Credentials?, now: Timestamp) -> (Outcome?, [CheckedContinuation<Outcome?, Never>]) {
            defer { (isAsking, waiting) = (false, []) }
            switch outcome {
            case .success(let credentials):
                (current, notBefore) = (credentials, now + CredentialsCache.pause)
                return (outcome, waiting)
            case .failure(let error):
                if error is CancellationError { return (nil, waiting) }
                guard let fallback else { return (outcome, waiting) }
                notBefore = now + CredentialsCache.pause
                return (.success(fallback), waiting)
            }
        }
    }
}
