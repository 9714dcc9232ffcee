import Captures
import CryptoExtras
import Fleet
import Foundation
import Synchronization
import Testing
import Wire

@testable import DCOS

/// A clock that only moves when it is told to.
final class Clock: Sendable {
    static let start = Timestamp(milliseconds: 1_800_000_000_000)
    private let time = Mutex(Clock.start)

    var now: Timestamp { time.withLock { $0 } }
    func step(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}

/// An invented cluster behind Admin Router: an IAM that verifies each login, and paths that want one of its tokens.
final class Cluster: Sendable {
    static let key: Result<_RSA.Signing.PrivateKey, any Error> = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    struct State {
        /// Tokens that are accepted.
        var valid: Set<String> = []
        /// How many logins were granted, and how many were tried.
        var granted = 0
        var tried = 0
        /// What the IAM answers instead of looking.
        var iam: [RawServer.Step]?
        /// How far the IAM's clock is ahead of ours.
        var skew = Duration.zero
        /// How long its tokens live.
        var life = Duration.seconds(5 * 86_400)
        /// Bodies by path.
        var bodies: [String: [RawServer.Step]] = [:]
    }

    let clock = Clock()
    let state = Mutex(State())
    private let publicKey: _RSA.Signing.PublicKey

    init(publicKey: _RSA.Signing.PublicKey) { self.publicKey = publicKey }

    var logins: Int { state.withLock { $0.tried } }
    func set(_ path: String, _ body: String) { set(path, [.json(body.utf8)]) }
    func set(_ path: String, _ steps: [RawServer.Step]) { state.withLock { $0.bodies[path] = steps } }
    func revoke() { state.withLock { $0.valid = [] } }

    func answer(_ request: RawServer.Request) -> [RawServer.Step] {
        if request.target == "/acs/api/v1/auth/login" { return login(request) }
        return state.withLock { state in
            guard request.target == "/open" || request.header("Authorization").map({ state.valid.contains($0) }) ?? false else {
                return [.answer(401, [("WWW-Authenticate", "acsjwt"), ("Content-Type", "text/html")], body: "<html>".utf8)]
            }
            return state.bodies[request.target] ?? [.answer(404, [("Content-Type", "text/html")], body: "<html>404</html>".utf8)]
        }
    }

    private struct Login: Decodable {
        let uid: String
        let token: String
    }

    private func login(_ request: RawServer.Request) -> [RawServer.Step] {
        state.withLock { state in
            state.tried += 1
            if let steps = state.iam { return steps }
            let now = clock.now + state.skew
            let date = [("Date", Self.date(now)), ("Content-Type", "application/json")]
            guard request.method == "POST", let login = try? JSONDecoder().decode(Login.self, from: Data(request.body)), accepts(login, now: now) else {
                return [.answer(401, date, body: #"{"title":"Unauthorized","code":"ERR_INVALID_CREDENTIALS"}"#.utf8)]
            }
            state.granted += 1
            let claims = #"{"exp":\#((now + state.life).milliseconds / 1000),"uid":"\#(login.uid)"}"#
            let token = "eyJ9." + Base64URL.text(Data(claims.utf8)) + ".granted\(state.granted)"
            state.valid.insert("token=" + token)
            return [.answer(200, date, body: #"{"token":"\#(token)"}"#.utf8)]
        }
    }

    /// As the IAM does it: signed by the account's key, not yet over, and good for no more than ten minutes.
    private func accepts(_ login: Login, now: Timestamp) -> Bool {
        struct Header: Decodable { let alg, typ: String }
        struct Claims: Decodable {
            let uid: String
            let exp: Int64
        }
        let parts = login.token.split(separator: ".").map(String.init)
        guard parts.count == 3, let header = Base64URL.data(parts[0]), let claims = Base64URL.data(parts[1]), let signature = Base64URL.data(parts[2]),
            let said = try? JSONDecoder().decode(Header.self, from: header), let claimed = try? JSONDecoder().decode(Claims.self, from: claims)
        else { return false }
        let isSigned = publicKey.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature), for: Data("\(parts[0]).\(parts[1])".utf8), padding: .insecurePKCS1v1_5)
        let left = claimed.exp - now.milliseconds / 1000
        return isSigned && said.alg == "RS256" && said.typ == "JWT" && claimed.uid == login.uid && login.uid == "mayfly" && (1...600).contains(left)
    }

    private static func date(_ time: Timestamp) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let text = time.description
        let parts = text.prefix(10).split(separator: "-")
        return "Mon, \(parts[2]) \(months[(Int(parts[1]) ?? 1) - 1]) \(parts[0]) \(text.dropFirst(11).prefix(8)) GMT"
    }
}

/// Runs `body` with a cluster, a session of a service account and the folder where its secret is.
func withCluster<Value>(
    secret: (_ pem: String, _ url: String) throws -> String = { pem, _ in try secretJSON(pem) },
    _ body: (Cluster, DCOSSession, URL) async throws -> Value
) async throws -> Value {
    let key = try Cluster.key.get()
    let cluster = Cluster(publicKey: key.publicKey)
    return try await RawServer.with {
        cluster.answer($0)
    } _: { server in
        try await withFolder { folder in
            let file = folder.appending(path: "dcos.json")
            try Data(try secret(key.pemRepresentation, server.url).utf8).write(to: file)
            return try await withHTTP { http in
                let clock = cluster.clock
                let session = DCOSSession(url: server.url, credentials: .serviceAccount(file: file.path()), http: http) { clock.now }
                return try await body(cluster, session, folder)
            }
        }
    }
}

/// The secret of account `mayfly`, with more keys where they are given.
func secretJSON(_ pem: String, _ more: [String: String] = [:]) throws -> String {
    let secret = ["scheme": "RS256", "uid": "mayfly", "private_key": pem].merging(more) { $1 }
    return String(decoding: try JSONEncoder().encode(secret), as: UTF8.self)
}

func withHTTP<Value>(tls: HTTPCaller.TLS = .system, _ body: (HTTPCaller) async throws -> Value) async throws -> Value {
    let http = try HTTPCaller(tls: tls)
    do {
        let value = try await body(http)
        await http.shutdown()
        return value
    } catch {
        await http.shutdown()
        throw error
    }
}

/// A folder of its own, removed after.
func withFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dcos-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

/// Runs a shell script in a folder and waits for its end.
func shell(_ script: String, in folder: URL) async throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", script]
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let status = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
        process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
        do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    try #require(status == 0, "the script failed: \(script)")
}

extension DCOSSession {
    /// The status that a call with this login gets, or the text of its failure.
    func call(_ path: String = "/mesos") async -> String {
        do throws(HTTPFailure) {
            return "\(try await http.send(HTTPCall(url: url + path), login: login).status)"
        } catch {
            return error.description
        }
    }

    /// What a call would be sent with now, or the text of the failure.
    func header() async -> String {
        do throws(HTTPFailure) { return try await login.authorization() ?? "none" } catch { return error.description }
    }
}

extension HealthClient {
    /// As `sight`, but throwing any error: what `#expect` expands to does not know typed ones.
    func look() async throws -> HealthSighting { try await sight() }

    /// The text of the failure that a poll is expected to end with.
    func failure(sourceLocation: SourceLocation = #_sourceLocation) async -> String {
        do throws(SourceFailure) {
            let sighting = try await sight()
            Issue.record("expected a failure, got \(sighting.nodes)", sourceLocation: sourceLocation)
            return ""
        } catch {
            return error.message
        }
    }
}
