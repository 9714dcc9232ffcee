internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOSSL
internal import Synchronization

/// Sends calls. One for the whole program: connections are kept and used again, at most eight to a host.
///
/// Everything that a server could do to us has a limit: the size of its answer, its silence, its slowness, its redirects.
package final class HTTPCaller: Sendable {
    /// Whose certificates are trusted.
    package enum TLS: Hashable, Sendable {
        case system
        /// Those that a PEM file holds, instead of the system's.
        case authorities(file: String)
    }

    /// A CA file that cannot be used.
    package struct TLSProblem: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// AsyncHTTPClient fixes these two per client, so there is one client for each pair in use. The program has a handful of them, all constants.
    private struct Kind: Hashable {
        var connectTimeout: Duration
        /// Rounded up to a power of two. The unpacked bytes are counted exactly as they arrive; this stops a gzip bomb inside one packet.
        var unpackedBytesMax: Int
    }

    private struct State {
        var clients: [Kind: HTTPClient] = [:]
        var isShutDown = false
    }

    /// A server that answers slowly must not use up our sockets.
    private static let connectionsPerHostMax = 8

    private let tls: TLSConfiguration
    private let state = Mutex(State())

    /// Reads the CA file, if there is one: it must be readable and hold at least one certificate.
    package init(tls: TLS = .system) throws(TLSProblem) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if case .authorities(let file) = tls {
            do {
                let certificates = try NIOSSLCertificate.fromPEMFile(file)
                guard !certificates.isEmpty else { throw TLSProblem(description: "the CA file \(file) holds no certificate; it must be PEM") }
                configuration.trustRoots = .certificates(certificates)
            } catch let problem as TLSProblem {
                throw problem
            } catch {
                throw TLSProblem(description: "the CA file \(file) cannot be read as PEM certificates: \(error)")
            }
        }
        self.tls = configuration
    }

    /// The clients insist on being shut down. Whoever forgets that leaves their connections to close by themselves.
    deinit {
        for client in state.withLock({ $0.clients.values.map { $0 } }) {
            client.shutdown { _ in }
        }
    }

    /// Sends a call and reads its whole answer, following redirects as far as the call allows.
    ///
    /// - Parameter receive: gets the body of a 200 piece by piece as it arrives, and the answer has none then; its size has no bound, its silence has.
    package func send(_ call: HTTPCall, receive: HTTPReceiver? = nil) async throws(HTTPFailure) -> HTTPAnswer {
        guard let address = HTTPAddress(call.url) else {
            throw HTTPFailure(.badURL, url: call.url, detail: "it must start with http:// or https:// and hold no user info")
        }
        let watch = Watch()
        let limits = call.limits
        let result = await withTaskGroup(of: Result<HTTPAnswer, HTTPFailure>?.self) { group in
            group.addTask { await self.follow(call, from: address, watch: watch, receive: receive) }
            group.addTask {
                await watch.expired(limits: limits, isStream: receive != nil).map {
                    .failure(HTTPFailure($0.problem, url: watch.url ?? call.url, detail: $0.detail))
                }
            }
            defer { group.cancelAll() }
            while let finished = await group.next() {
                if let finished { return finished }
            }
            return .failure(HTTPFailure(.cancelled, url: call.url))
        }
        return try result.get()
    }

    /// Closes all connections; a call after that fails. Safe to repeat.
    package func shutdown() async {
        let clients = state.withLock { state in
            defer { state = State(isShutDown: true) }
            return state.clients.values.map { $0 }
        }
        for client in clients {
            // The only error is that it was shut down before.
            try? await client.shutdown()
        }
    }

    private func follow(_ call: HTTPCall, from start: HTTPAddress, watch: Watch, receive: HTTPReceiver?) async -> Result<HTTPAnswer, HTTPFailure> {
        var address = start
        var call = call
        for hop in 0...max(0, call.limits.redirectsMax) {
            watch.begin(url: address.description)
            let answer: HTTPAnswer
            switch await exchange(call, with: address, watch: watch, receive: receive) {
            case .success(let value): answer = value
            case .failure(let failure): return .failure(failure)
            }
            guard answer.status == 307 || answer.status == 308, call.limits.redirectsMax > 0 else { return .success(answer) }
            guard hop < call.limits.redirectsMax else { break }
            guard let location = answer.header("location"), let next = address.resolving(location) else {
                let target = answer.header("location").map { "to \(HTTPAddress.shown($0))" } ?? "without a Location"
                return .failure(HTTPFailure(.badRedirect, url: address.description, detail: "\(answer.status) \(target)"))
            }
            if next.scheme != address.scheme {
                if next.scheme == .http {
                    return .failure(HTTPFailure(.badRedirect, url: address.description, detail: "from https to \(next.shown)"))
                }
                call.headers.removeAll { ["authorization", "cookie"].contains($0.name.lowercased()) }
            }
            address = next
        }
        return .failure(HTTPFailure(.tooManyRedirects(max: call.limits.redirectsMax), url: address.description))
    }

    private func exchange(
        _ call: HTTPCall, with address: HTTPAddress, watch: Watch, receive: HTTPReceiver?
    ) async -> Result<HTTPAnswer, HTTPFailure> {
        guard let client = client(for: call.limits) else {
            return .failure(HTTPFailure(.cancelled, url: address.description, detail: "the HTTP client was shut down"))
        }
        var hasHead = false
        do {
            let response = try await client.execute(request(call, to: address), deadline: .distantFuture)
            hasHead = true
            watch.touch()
            let body: [UInt8]
            if let receive, response.status == .ok {
                try await hand(response, to: receive, watch: watch)
                body = []
            } else {
                body = try await read(response, of: call, at: address, watch: watch)
            }
            let headers = response.headers.map { (name: $0.name, value: $0.value) }
            return .success(HTTPAnswer(status: Int(response.status.code), headers: headers, body: body, url: address.description))
        } catch let failure as HTTPFailure {
            return .failure(failure)
        } catch {
            return .failure(HTTPFailure(error, hasHead: hasHead, limits: call.limits, url: address.description))
        }
    }

    private func request(_ call: HTTPCall, to address: HTTPAddress) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.description)
        request.method = HTTPMethod(rawValue: call.method.rawValue)
        for header in call.headers {
            request.headers.add(name: header.name, value: header.value)
        }
        request.headers.replaceOrAdd(name: "Accept-Encoding", value: call.acceptsGzip ? "gzip" : "identity")
        if !call.body.isEmpty { request.body = .bytes(call.body) }
        return request
    }

    /// Hands on what arrives, no faster than it is taken.
    private func hand(_ response: HTTPClientResponse, to receive: HTTPReceiver, watch: Watch) async throws {
        for try await part in response.body {
            switch receive(Array(part.readableBytesView)) {
            case .alive(let silenceMax): watch.touch(silenceMax: silenceMax)
            case .waiting: continue
            case .enough: return
            }
        }
        try Task.checkCancellation()
    }

    private func read(_ response: HTTPClientResponse, of call: HTTPCall, at address: HTTPAddress, watch: Watch) async throws -> [UInt8] {
        let bytesMax = max(0, call.limits.bodyBytesMax)
        let announced = call.method == .head ? nil : response.headers.first(name: "Content-Length").flatMap { Int($0) }
        if let announced, announced > bytesMax {
            throw HTTPFailure(.tooLarge(bytesMax: bytesMax), url: address.description, detail: "\(announced) bytes are announced")
        }
        let isPacked = response.headers.contains(name: "Content-Encoding")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.capacity(announced: announced, isPacked: isPacked, bytesMax: bytesMax))
        for try await part in response.body {
            watch.touch()
            guard part.readableBytes <= bytesMax - bytes.count else {
                throw HTTPFailure(.tooLarge(bytesMax: bytesMax), url: address.description)
            }
            bytes.append(contentsOf: part.readableBytesView)
        }
        // The end of the sequence can also be the end of a cancelled task, which has not read everything.
        try Task.checkCancellation()
        return bytes
    }

    /// Room for the whole body at once, so that an answer of 100 MB is never there twice while its array grows.
    ///
    /// Mesos' JSON packs ten to one, so a packed one gets 32 times its announced length; memory that is not written to costs nothing.
    private static func capacity(announced: Int?, isPacked: Bool, bytesMax: Int) -> Int {
        guard let announced else { return min(bytesMax, 65_536) }
        return !isPacked ? announced : announced > bytesMax / 32 ? bytesMax : announced * 32
    }

    private func client(for limits: HTTPCall.Limits) -> HTTPClient? {
        let exponent = Int.bitWidth - max(0, min(limits.bodyBytesMax, 1 << 40) - 1).leadingZeroBitCount
        let kind = Kind(connectTimeout: limits.connectTimeout, unpackedBytesMax: 1 << exponent)
        return state.withLock { state in
            if state.isShutDown { return nil }
            if let client = state.clients[kind] { return client }
            var configuration = HTTPClient.Configuration(
                tlsConfiguration: tls, redirectConfiguration: .disallow,
                timeout: .init(connect: TimeAmount(limits.connectTimeout)),
                connectionPool: .init(idleTimeout: .seconds(60), concurrentHTTP1ConnectionsPerHostSoftLimit: Self.connectionsPerHostMax),
                decompression: .enabled(limit: .size(kind.unpackedBytesMax)))
            configuration.httpVersion = .http1Only
            configuration.connectionPool.retryConnectionEstablishment = false
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            state.clients[kind] = client
            return client
        }
    }
}
