import AsyncHTTPClient
import CryptoExtras
import Fleet
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOSSL
import Simulation
import Synchronization
import Testing

@testable import Demo

/// A demo cluster on real sockets whose clock the test sets.
final class Stage: Sendable {
    let cluster: DemoCluster
    let endpoints: DemoCluster.Endpoints
    private let time: Time

    private final class Time: Sendable {
        let now: Mutex<Timestamp>
        init(_ now: Timestamp) { self.now = Mutex(now) }
    }

    private init(cluster: DemoCluster, endpoints: DemoCluster.Endpoints, time: Time) {
        self.cluster = cluster
        self.endpoints = endpoints
        self.time = time
    }

    /// Sets the clock to so many seconds after the story's start.
    func set(_ seconds: Int) { time.now.withLock { $0 = World.storyStart + .seconds(seconds) } }

    static func with(_ world: World = World.demo(at: World.storyStart), _ body: (Stage) async throws -> Void) async throws {
        let time = Time(World.storyStart)
        let now: @Sendable () -> Timestamp = { time.now.withLock { $0 } }
        let cluster = try DemoCluster(world: world, now: now, wallClock: now)
        let endpoints = try await cluster.start()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(Stage(cluster: cluster, endpoints: endpoints, time: time))) } catch { outcome = .failure(error) }
        await cluster.stop()
        try outcome.get()
    }

    struct Reply {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    func send(_ method: HTTPMethod, _ url: String, headers: [(String, String)] = [], body: String = "") async throws -> Reply {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = HTTPHeaders(headers)
        if method != .GET { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.client.execute(request, timeout: .seconds(30))
        let buffer = try await response.body.collect(upTo: 1 << 26)
        return Reply(status: Int(response.status.code), headers: response.headers, body: Array(buffer.readableBytesView))
    }

    /// Follows no redirects: a 307 is an answer here. Whom Admin Router's certificate is from is a matter of other tests.
    private static let client = {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: .init(tlsConfiguration: tls, redirectConfiguration: .disallow))
    }()

    func call(_ type: String, master: Int = 0, more: String = "") async throws -> Reply {
        try await send(
            .POST, endpoints.masters[master] + "/api/v1", headers: [("Content-Type", "application/json"), ("Accept", "application/json")],
            body: "{\"type\": \"\(type)\"\(more)}")
    }

    // MARK: - DC/OS

    /// The service account's private key, as the configuration's secret holds it.
    func accountKey() throws -> _RSA.Signing.PrivateKey {
        struct Secret: Decodable {
            let uid: String
            let key: String

            enum CodingKeys: String, CodingKey {
                case uid
                case key = "private_key"
            }
        }
        let secret = try JSONDecoder().decode(Secret.self, from: Data(cluster.secrets(endpoints: endpoints).serviceAccount.utf8))
        return try _RSA.Signing.PrivateKey(pemRepresentation: secret.key)
    }

    /// Logs in with a token of the account that ends so many seconds from the cluster's now.
    func logIn(user: String = IdentityDesk.user, for seconds: Int64 = 300, key: _RSA.Signing.PrivateKey? = nil) async throws -> Reply {
        let expires = cluster.look { $0.now.milliseconds } / 1000 + seconds
        let token = try WebToken(user: user, expires: expires).signed(with: try key ?? accountKey())
        return try await send(
            .POST, endpoints.dcos + "/acs/api/v1/auth/login", headers: [("Content-Type", "application/json")],
            body: "{\"uid\": \"\(user)\", \"token\": \"\(token)\"}")
    }

    /// `token=…`, fresh.
    func authorization() async throws -> String {
        struct Given: Decodable {
            let token: String
        }
        return "token=" + (try JSONDecoder().decode(Given.self, from: Data(try await logIn().body))).token
    }

    /// Asks Admin Router with a fresh token.
    func dcos(_ path: String, method: HTTPMethod = .GET, headers: [(String, String)] = [], body: String = "") async throws -> Reply {
        try await send(method, endpoints.dcos + path, headers: headers + [("Authorization", try await authorization())], body: body)
    }

    static let signature =
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261124/us-east-1/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123456789abcdef"

    func ec2(_ query: String, authorization: String? = Stage.signature, version: String = "2016-11-15") async throws -> Reply {
        let signed = authorization.map { [("Authorization", $0)] } ?? []
        return try await send(
            .POST, endpoints.aws + "/", headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")] + signed,
            body: "Action=\(query)&Version=\(version)")
    }

    func ssm(_ body: String, target: String = "AmazonSSM.GetParameter", authorization: String? = Stage.signature) async throws -> Reply {
        let signed = authorization.map { [("Authorization", $0)] } ?? []
        return try await send(
            .POST, endpoints.aws + "/", headers: [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", target)] + signed, body: body)
    }
}
