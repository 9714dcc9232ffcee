import Fleet
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// One connection to one host: it asks, listens until the answer is clear or the time is over, and hangs up.
struct HostQuestion: Sendable {
    let question: ProbeSettings.Question
    let host: Address
    let timeout: Duration

    /// Small reads: the first bytes are enough.
    private static let readBytesMax = 2048

    /// Never longer than the time-out; at once when the task is cancelled.
    func answer() async -> HostAnswer {
        guard let address = try? SocketAddress(ipAddress: host.description, port: question.port) else { return .unclear }
        let deadline = NIODeadline.now() + TimeAmount(timeout)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: HostAnswer.self)
        let connection = Connection()
        return await withTaskCancellationHandler {
            ClientBootstrap(group: loop)
                .connectTimeout(TimeAmount(timeout))
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readBytesMax))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(AnswerHandler(question, host: host, deadline: deadline, answer: answer))
                        connection.opened(channel)
                    }
                }
                .connect(to: address)
                .whenFailure { answer.succeed(Self.meaning(of: $0)) }
            return (try? await answer.futureResult.get()) ?? .unclear
        } onCancel: {
            connection.close()
        }
    }

    /// Silence is what takes all the time there is, and a route or neighbour that knows of no such host. Everything else is unclear: refused, and whatever is
    /// wrong at our own end, such as no sockets left.
    static func meaning(of error: any Error) -> HostAnswer {
        if case .connectTimeout? = error as? ChannelError { return .silent }
        guard let error = error as? IOError else { return .unclear }
        return [ETIMEDOUT, EHOSTUNREACH, EHOSTDOWN].contains(error.errnoCode) ? .silent : .unclear
    }

    /// What a cancellation closes, as soon as it is there.
    private final class Connection: Sendable {
        private struct State {
            var channel: (any Channel)?
            var isOver = false
        }
        private let state = Mutex(State())

        func opened(_ channel: any Channel) {
            let isOver = state.withLock { state in
                state.channel = channel
                return state.isOver
            }
            if isOver { channel.close(promise: nil) }
        }

        func close() {
            let channel = state.withLock { state in
                state.isOver = true
                return state.channel
            }
            channel?.close(promise: nil)
        }
    }
}

/// The asking side of one connection.
private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let request: String?
    private let deadline: NIODeadline
    private let answer: EventLoopPromise<HostAnswer>
    private var reading: AnswerReading
    private var timer: Scheduled<Void>?

    init(_ question: ProbeSettings.Question, host: Address, deadline: NIODeadline, answer: EventLoopPromise<HostAnswer>) {
        reading = AnswerReading(question)
        self.deadline = deadline
        self.answer = answer
        request =
            switch question {
            case .http(let port): "GET /health HTTP/1.1\r\nHost: \(host):\(port)\r\nUser-Agent: mayfly\r\nAccept: */*\r\nConnection: close\r\n\r\n"
            // The server speaks first.
            case .ssh: nil
            }
    }

    func channelActive(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.end(.silent, context) }
        if let request { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let clear = reading.take(unwrapInboundIn(data).readableBytesView) { end(clear, context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(HostQuestion.meaning(of: error), context) }

    /// Hung up before it was clear, or cancelled. An end that was reached before counts: the first is the one.
    func channelInactive(context: ChannelHandlerContext) { end(.unclear, context) }

    private func end(_ outcome: HostAnswer, _ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        answer.succeed(outcome)
        context.close(promise: nil)
    }
}
