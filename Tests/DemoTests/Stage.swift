import AsyncHTTPClient
import Fleet
import NIOCore
import NIOHTTP1
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
        let cluster = DemoCluster(world: world) { time.now.withLock { $0 } }
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

    /// Follows no redirects: a 307 is an answer here.
    private static let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))

    func call(_ type: String, master: Int = 0, more: String = "") async throws -> Reply {
        try await send(
            .POST, endpoints.masters[master] + "/api/v1", headers: [("Content-Type", "application/json"), ("Accept", "application/json")],
            body: "{\"type\": \"\(type)\"\(more)}")
    }

    static let signature =
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261124/us-east-1/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123456789abcdef"

    func ec2(_ query: String, authorization: String? = Stage.signature) async throws -> Reply {
        let signed = authorization.map { [("Authorization", $0)] } ?? []
        return try await send(
            .POST, endpoints.aws + "/", headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")] + signed,
            body: "Action=\(query)&Version=2016-11-15")
    }

    func ssm(_ body: String, target: String = "AmazonSSM.GetParameter", authorization: String? = Stage.signature) async throws -> Reply {
        let signed = authorization.map { [("Authorization", $0)] } ?? []
        return try await send(
            .POST, endpoints.aws + "/", headers: [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", target)] + signed, body: body)
    }
}
