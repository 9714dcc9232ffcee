internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// A server on 127.0.0.1 that answers each HTTP/1.1 request with arbitrary bytes, well-formed or not.
package final class RawServer: Sendable {
    package struct Request: Sendable {
        package let method: String
        package let target: String
        package let headers: [(name: String, value: String)]
        package let body: [UInt8]

        package func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// What to do next on the connection. After the last step the next request is awaited; without `close` it stays open and silent.
    package enum Step: Sendable {
        case send([UInt8])
        /// The bytes, `times` times, as fast as the other side reads.
        case again([UInt8], times: Int)
        case close
        /// Stays open for what `push` sends.
        case hold
    }

    package typealias Answer = @Sendable (Request) -> [Step]

    package struct Certificate: Sendable {
        package let certificateFile: String
        package let keyFile: String
        package init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    private let channel: any Channel
    private let record: Record
    package let port: Int

    private init(channel: any Channel, record: Record, port: Int) {
        self.channel = channel
        self.record = record
        self.port = port
    }

    package var authority: String { "127.0.0.1:\(port)" }
    package var url: String { "http://\(authority)" }
    package var requests: [Request] { record.state.withLock { $0.requests } }
    /// Bytes that were handed to the socket.
    package var bytesWritten: Int { record.state.withLock { $0.bytesWritten } }

    /// Runs `body` with a server, and stops it after.
    package static func with<Result>(
        certificate: Certificate? = nil, answer: @escaping Answer, _ body: (RawServer) async throws -> Result
    ) async throws -> Result {
        let server = try await start(certificate: certificate, answer: answer)
        do {
            let result = try await body(server)
            try await server.stop()
            return result
        } catch {
            try? await server.stop()
            throw error
        }
    }

    /// - Parameter remembers: whether requests are kept, to be read by the test: a hundred thousand take their room.
    package static func start(certificate: Certificate? = nil, remembers: Bool = true, answer: @escaping Answer) async throws -> RawServer {
        let record = Record(remembers: remembers)
        let tls = try certificate.map { certificate in
            let chain = try NIOSSLCertificate.fromPEMFile(certificate.certificateFile)
            let key = try NIOSSLPrivateKey(file: certificate.keyFile, format: .pem)
            return try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
        }
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(RawConnection(record: record, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return RawServer(channel: channel, record: record, port: channel.localAddress?.port ?? 0)
    }

    /// Connections that are held now.
    package var held: Int { record.state.withLock { $0.held.count { $0.isActive } } }

    /// Sends bytes on every connection that is held.
    package func push(_ bytes: [UInt8]) {
        for channel in record.state.withLock({ $0.held }) where channel.isActive { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
    }

    /// Closes every connection that is held.
    package func dropHeld() {
        let held = record.state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for channel in held { channel.close(promise: nil) }
    }

    package func stop() async throws { try await channel.close() }

    final class Record: Sendable {
        struct State {
            var requests: [Request] = []
            var bytesWritten = 0
            var held: [any Channel] = []
        }
        let state = Mutex(State())
        let remembers: Bool

        init(remembers: Bool) { self.remembers = remembers }
    }
}

/// One connection of a `RawServer`.
private final class RawConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let record: RawServer.Record
    private let answer: RawServer.Answer
    private var received: [UInt8] = []
    private var steps: [RawServer.Step] = []
    private var isScheduled = false

    init(record: RawServer.Record, answer: @escaping RawServer.Answer) {
        self.record = record
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        while let request = nextRequest() {
            if record.remembers { record.state.withLock { $0.requests.append(request) } }
            steps += answer(request)
            perform(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { perform(context) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Loops are shared by all servers of a test run; an endless answer must let the others have their turn.
    private static let stepsPerTurnMax = 64

    private func perform(_ context: ChannelHandlerContext) {
        var turns = 0
        while let step = steps.first, context.channel.isActive {
            turns += 1
            guard turns <= Self.stepsPerTurnMax else {
                performLater(context)
                return
            }
            switch step {
            case .send(let bytes):
                steps.removeFirst()
                write(bytes, context)
            case .again(let bytes, let times):
                guard context.channel.isWritable else { return }
                if times > 1 { steps[0] = .again(bytes, times: times - 1) } else { steps.removeFirst() }
                write(bytes, context)
            case .close:
                steps.removeAll()
                context.close(promise: nil)
            case .hold:
                steps.removeFirst()
                record.state.withLock { $0.held.append(context.channel) }
            }
        }
    }

    private func performLater(_ context: ChannelHandlerContext) {
        guard !isScheduled else { return }
        isScheduled = true
        context.eventLoop.assumeIsolated().execute {
            self.isScheduled = false
            self.perform(context)
        }
    }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        record.state.withLock { $0.bytesWritten += bytes.count }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func nextRequest() -> RawServer.Request? {
        guard let end = received.indices.first(where: { received[$0...].starts(with: [13, 10, 13, 10]) }) else { return nil }
        let lines = String(decoding: received[..<end], as: UTF8.self).split(separator: "\r\n")
        let start = lines.first?.split(separator: " ") ?? []
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: String(parts.last?.drop { $0 == " " } ?? ""))
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        guard received.count >= end + 4 + length else { return nil }
        let body = Array(received[(end + 4)..<(end + 4 + length)])
        received.removeFirst(end + 4 + length)
        return RawServer.Request(
            method: start.first.map(String.init) ?? "", target: start.dropFirst().first.map(String.init) ?? "", headers: headers, body: body)
    }
}
