package import Fleet
internal import FoundationEssentials
internal import Synchronization
package import Wire

/// A cluster's Admin Router, and who we are to it.
///
/// Hands out the token of one account to all clients. However many of them ask, one logs in and the others wait; a token is renewed before its end,
/// and when a server refuses it.
package final class DCOSSession: Sendable {
    /// `https://dcos.example.com`, without a slash at its end.
    package let url: String
    package let credentials: DCOSCredentials
    /// Trusts the certificate of this cluster's Admin Router.
    package let http: HTTPCaller
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(TokenState())

    /// - Parameter now: the real time, whatever the program's clock says: the IAM's tokens end by it.
    package init(url: String, credentials: DCOSCredentials, http: HTTPCaller, now: @escaping @Sendable () -> Timestamp = DCOSSession.wallClock) {
        self.url = url
        self.credentials = credentials
        self.http = http
        self.now = now
    }

    package static let wallClock: @Sendable () -> Timestamp = { Timestamp(seconds: Date().timeIntervalSince1970) ?? Timestamp(milliseconds: 0) }

    /// What clients of anything behind Admin Router send their calls with: Mesos, Marathon, schedulers, system health.
    package var login: HTTPLogin {
        if credentials == .none { return .none }
        return HTTPLogin {
            () async throws(HTTPFailure) -> String? in
            try await self.token().header
        } refused: {
            self.refused($0)
        }
    }

    /// The token to send now.
    private func token() async throws(HTTPFailure) -> Token {
        while true {
            switch state.withLock({ $0.next(now: now()) }) {
            case .use(let token): return token
            case .fail(let failure): throw failure
            case .ask(let fallback): return try await ask(fallback: fallback)
            case .wait: if let outcome = await waitForOutcome() { return try outcome.get() }
            }
        }
    }

    private func refused(_ header: String) -> Bool {
        switch credentials {
        case .none: return false
        case .tokenFile, .dcosTOML:
            // Only another text in the file is worth another call.
            guard let found = try? tokenInFile(), found.header != header else { return false }
            state.withLock { $0.replace(with: found) }
            return true
        case .serviceAccount: return state.withLock { $0.refused(header, now: now()) }
        }
    }

    private func ask(fallback: Token?) async throws(HTTPFailure) -> Token {
        let outcome = await fetch()
        let (result, waiting) = state.withLock { $0.finish(outcome, fallback: fallback, now: now()) }
        for continuation in waiting { continuation.resume(returning: result) }
        return try (result ?? outcome).get()
    }

    /// Nil when the asking was cancelled, which says nothing about the token: whoever waited looks again.
    private func waitForOutcome() async -> Result<Token, HTTPFailure>? {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.isAsking else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume(returning: nil) }
        }
    }

    private func fetch() async -> Result<Token, HTTPFailure> {
        do throws(HTTPFailure) {
            guard case .serviceAccount(let file) = credentials else { return .success(try tokenInFile()) }
            let account: ServiceAccount
            do throws(SecretProblem) { account = try ServiceAccount(file: file) } catch { throw HTTPFailure(.noLogin, url: url, detail: error.text) }
            let endpoint = account.loginEndpoint ?? url + "/acs/api/v1/auth/login"
            return .success(try await ServiceLogin(account: account, endpoint: endpoint, http: http).token(now: now()))
        } catch {
            return .failure(error)
        }
    }

    private func tokenInFile() throws(HTTPFailure) -> Token {
        do throws(SecretProblem) {
            switch credentials {
            case .tokenFile(let file): return Token(try SecretFile.read(file, called: "the token file"), now: now())
            case .dcosTOML(let file): return Token(try CLIFile(path: file).token(), now: now())
            case .none, .serviceAccount: preconditionFailure("\(credentials) is no file with a token")
            }
        } catch {
            throw HTTPFailure(.noLogin, url: url, detail: error.text)
        }
    }
}
