import Captures
import Fleet
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Hosts

/// Listens on one loopback address and does one thing with every connection.
final class Listener: Sendable {
    enum Behaviour: Sendable {
        case says(String)
        case staysSilent
        case hangsUp
    }

    /// How many connections are open now, and how many were at once.
    private let count = Mutex((open: 0, most: 0, all: 0))
    private let channel = Mutex<(any Channel)?>(nil)

    var port: Int { channel.withLock { $0?.localAddress?.port } ?? 0 }
    var most: Int { count.withLock { $0.most } }
    var all: Int { count.withLock { $0.all } }
    var open: Int { count.withLock { $0.open } }

    /// - Parameter afterRequest: whether it waits for the first bytes of the other side.
    static func with<Value>(
        at host: String = "127.0.0.1", port: Int = 0, _ behaviour: Behaviour, afterRequest: Bool = false, _ body: (Listener) async throws -> Value
    ) async throws -> Value {
        let listener = Listener()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Guest(listener: listener, behaviour: behaviour, waits: afterRequest))
                }
            }
            .bind(host: host, port: port).get()
        listener.channel.withLock { $0 = channel }
        do {
            let value = try await body(listener)
            try await channel.close()
            return value
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private final class Guest: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let listener: Listener
        private let behaviour: Behaviour
        private let waits: Bool

        init(listener: Listener, behaviour: Behaviour, waits: Bool) {
            self.listener = listener
            self.behaviour = behaviour
            self.waits = waits
        }

        func channelActive(context: ChannelHandlerContext) {
            listener.count.withLock { count in
                count.open += 1
                count.all += 1
                count.most = max(count.most, count.open)
            }
            if !waits { behave(context) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { if waits { behave(context) } }

        func channelInactive(context: ChannelHandlerContext) { listener.count.withLock { $0.open -= 1 } }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func behave(_ context: ChannelHandlerContext) {
            switch behaviour {
            case .says(let text): context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
            case .staysSilent: break
            case .hangsUp: context.close(promise: nil)
            }
        }
    }
}

private func address(_ text: String) throws -> Address { try #require(Address(text)) }

private func probe(_ question: ProbeSettings.Question, timeout: Duration = .seconds(20), concurrency: Int = 32) -> HostProbe {
    HostProbe(ProbeSettings(question: question, timeout: timeout, concurrency: concurrency))
}

/// What comes of asking 127.0.0.1; nil when nothing can be said.
private func answer(_ question: ProbeSettings.Question, timeout: Duration = .seconds(20)) async throws -> ProbeSighting.Answer? {
    let here = try address("127.0.0.1")
    let sighting = try #require(await probe(question, timeout: timeout).sight([here]))
    #expect(sighting.hosts.keys.allSatisfy { $0 == here })
    return sighting.hosts[here]
}

@Suite(.timeLimit(.minutes(2))) struct `A probe` {
    @Test(arguments: [200, 401, 404, 503])
    func `takes any HTTP answer for one`(status: Int) async throws {
        try await RawServer.with { _ in
            [.answer(status, body: "Whatever".utf8)]
        } _: { server in
            let got = try await answer(.http(port: server.port))
            #expect(got == .answers)
            let request = try #require(server.requests.first)
            #expect(request.method == "GET" && request.target == "/health" && request.header("Host") == "127.0.0.1:\(server.port)")
        }
    }

    @Test func `needs no end of an answer, and reads no more of it than it must`() async throws {
        let endless = RawServer.Step.again(Array(repeating: 0x41, count: 65_536), times: 1_000_000)
        try await RawServer.with { _ in
            [.send(RawServer.Step.head(200, [])), endless]
        } _: { server in
            let got = try await answer(.http(port: server.port))
            #expect(got == .answers)
        }
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_7.4\r\n", "SSH-1.99-x\n", "Welcome\r\nto this host\r\nSSH-2.0-dropbear\r\n"])
    func `takes an SSH server's greeting`(greeting: String) async throws {
        try await Listener.with(.says(greeting)) { listener in
            let got = try await answer(.ssh(port: listener.port))
            #expect(got == .answers)
        }
    }

    @Test(arguments: [ProbeSettings.Question.http(port: 0), .ssh(port: 0)])
    func `takes an accepted connection for no answer`(question: ProbeSettings.Question) async throws {
        try await Listener.with(.staysSilent) { listener in
            let asked: ProbeSettings.Question = if case .http = question { .http(port: listener.port) } else { .ssh(port: listener.port) }
            let got = try await answer(asked, timeout: .milliseconds(100))
            #expect(got == .silent && listener.all == 1)
        }
    }

    @Test(arguments: ["SSH-2.0-OpenSS", "HTTP/1.1 2", "\r\n"])
    func `takes half a greeting for none`(text: String) async throws {
        try await Listener.with(.says(text)) { listener in
            let question: ProbeSettings.Question = text.hasPrefix("HTTP") ? .http(port: listener.port) : .ssh(port: listener.port)
            let got = try await answer(question, timeout: .milliseconds(100))
            #expect(got == .silent)
        }
    }

    @Test func `says nothing of a host that refuses, hangs up, or speaks another protocol`() async throws {
        let port = try await Listener.with(.staysSilent) { $0.port }
        let refused = try await answer(.http(port: port))
        #expect(refused == nil)
        try await Listener.with(.hangsUp) { listener in
            let got = try await answer(.ssh(port: listener.port))
            #expect(got == nil)
        }
        try await Listener.with(.hangsUp, afterRequest: true) { listener in
            let got = try await answer(.http(port: listener.port))
            #expect(got == nil)
        }
        try await Listener.with(.says("SSH-2.0-OpenSSH_7.4\r\n")) { listener in
            let got = try await answer(.http(port: listener.port))
            #expect(got == nil)
        }
        try await Listener.with(.says(String(repeating: "no greeting\n", count: 1000))) { listener in
            let got = try await answer(.ssh(port: listener.port))
            #expect(got == nil)
        }
    }

    @Test func `tells hosts apart, and asks no more of them at once than it may`() async throws {
        try await Listener.with(at: "127.0.0.2", .staysSilent) { silent in
            let port = silent.port
            try await Listener.with(at: "127.0.0.3", port: port, .says("SSH-2.0-x\r\n")) { _ in
                let both = try [address("127.0.0.2"), address("127.0.0.3"), address("127.0.0.2")]
                let sighting = await probe(.ssh(port: port), timeout: .milliseconds(500)).sight(both)
                #expect(sighting?.hosts == [both[0]: .silent, both[1]: .answers])
                #expect(silent.all == 1)
            }
        }
        try await Listener.with(at: "0.0.0.0", .staysSilent) { listener in
            let many = try (1...12).map { try address("127.0.1.\($0)") }
            let sighting = await probe(.ssh(port: listener.port), timeout: .seconds(1), concurrency: 3).sight(many)
            #expect(sighting?.hosts.count == 12 && sighting?.hosts.values.allSatisfy { $0 == .silent } == true)
            // The listener may hear of an end later than the probe of its time-out.
            #expect(listener.all == 12 && listener.most <= 6, "\(listener.all), \(listener.most)")
        }
    }

    @Test func `that is cancelled ends at once and says nothing`() async throws {
        try await Listener.with(at: "0.0.0.0", .staysSilent) { listener in
            let many = try (1...100).map { try address("127.0.1.\($0)") }
            let start = ContinuousClock.now
            let port = listener.port
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    let sighting = await probe(.ssh(port: port), timeout: .seconds(60), concurrency: 4).sight(many)
                    #expect(sighting == nil)
                }
                while listener.all == 0 { await Task.yield() }
                group.cancelAll()
            }
            #expect(ContinuousClock.now - start < .seconds(30) && listener.all <= 8)
        }
    }

    @Test func `of nobody is a sighting of nobody`() async throws {
        let sighting = await probe(.ssh(port: 1)).sight([])
        #expect(sighting?.hosts == [:])
    }

    @Test func `takes time-outs and hosts that no route leads to for silence, and its own troubles for nothing`() {
        #expect(HostQuestion.meaning(of: ChannelError.connectTimeout(.seconds(1))) == .silent)
        for errno in [110, 113, 112] { #expect(HostQuestion.meaning(of: IOError(errnoCode: Int32(errno), reason: "x")) == .silent, "\(errno)") }
        for errno in [111, 24, 101, 99, 13, 104] { #expect(HostQuestion.meaning(of: IOError(errnoCode: Int32(errno), reason: "x")) == .unclear, "\(errno)") }
    }
}
