package import Fleet
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
package import Simulation
internal import Synchronization

/// The invented cluster behind real sockets on 127.0.0.1: three Mesos masters, and EC2 with SSM.
///
/// Every request moves the world on to the time of the injected clock, and is answered from what the world then is. A request changes
/// nothing: the servers only answer questions.
package final class DemoCluster: Sendable {
    private let world: Mutex<World>
    private let now: @Sendable () -> Timestamp
    /// `127.0.0.1:port` by server: the masters first, AWS last; empty until it listens.
    private let addresses = Mutex(Array(repeating: "", count: DemoCluster.servers))
    private let running = Mutex<Running?>(nil)

    /// Where the servers listen.
    package struct Endpoints: Hashable, Sendable {
        /// `http://127.0.0.1:…`, one for each master.
        package let masters: [String]
        /// For `aws.endpoint_url`.
        package let aws: String
    }

    /// One of the servers ended before all of them listened.
    package struct DidNotStart: Error, CustomStringConvertible {
        package var description: String { "the demo's servers did not start on 127.0.0.1" }
    }

    private struct Running {
        let group: ServiceGroup
        let task: Task<Void, any Error>
    }

    private static let masters = World.masterHostnames.count
    private static let servers = masters + 1
    /// The largest request that is read: all that any client here asks is far smaller.
    private static let requestBytesMax = 1 << 20

    /// `now` is the demo's clock, which may run faster than real time.
    package init(world: World, now: @escaping @Sendable () -> Timestamp) {
        self.world = Mutex(world)
        self.now = now
    }

    /// Starts the four servers on ports that the system chooses; returns when all of them listen. Once only.
    package func start() async throws -> Endpoints {
        let (ready, listening) = AsyncStream.makeStream(of: Void.self)
        var logger = Logger(label: "demo")
        logger.logLevel = .error
        let services = (0..<Self.servers).map { application($0, listening: listening, logger: logger) }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger))
        // The one task here that has no parent: `stop()` ends it and waits for its end.
        let task = Task {
            defer { listening.finish() }
            try await group.run()
        }
        running.withLock { $0 = Running(group: group, task: task) }
        var known = 0
        for await _ in ready {
            known += 1
            if known == Self.servers { break }
        }
        guard known == Self.servers else {
            try await task.value
            throw DidNotStart()
        }
        let urls = addresses.withLock { $0.map { "http://" + $0 } }
        return Endpoints(masters: Array(urls.dropLast()), aws: urls[Self.masters])
    }

    /// Closes the sockets and waits until everything has ended. Does nothing when it does not run.
    package func stop() async {
        guard let running = running.withLock({ $0.take() }) else { return }
        await running.group.triggerGracefulShutdown()
        _ = await running.task.result
    }

    /// What has happened in the cluster so far, up to now.
    package func chronicle() -> [World.Deed] { look { $0.chronicle } }

    /// Moves the world on to now and looks at it.
    package func look<Seen: Sendable>(_ body: (World) -> Seen) -> Seen {
        world.withLock { world in
            world.advance(to: now())
            return body(world)
        }
    }

    private func application(_ server: Int, listening: AsyncStream<Void>.Continuation, logger: Logger) -> any Service {
        Application(
            responder: CallbackResponder<BasicRequestContext> { [self] request, _ in
                var request = request
                let body = try await request.collectBody(upTo: Self.requestBytesMax)
                return Self.response(answer(Question(request.head, path: request.uri.path, body: Array(body.readableBytesView)), server: server))
            },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { [self] channel in
                addresses.withLock { $0[server] = "127.0.0.1:\(channel.localAddress?.port ?? 0)" }
                listening.yield()
            },
            logger: logger)
    }

    /// Copies the world under the lock, which costs next to nothing, and writes the answer outside of it.
    private func answer(_ question: Question, server: Int) -> Answer {
        let world = look { $0 }
        if server == Self.masters { return AWSAnswers(world: world).answer(question) }
        return MesosAnswers(world: world, master: server, addresses: addresses.withLock { $0 }).answer(question)
    }

    private static func response(_ answer: Answer) -> Response {
        var headers = HTTPFields()
        if let contentType = answer.contentType { headers[.contentType] = contentType }
        for header in answer.headers {
            if let name = HTTPFields.Element.Name(header.name) { headers[name] = header.value }
        }
        return Response(status: HTTPResponse.Status(code: answer.status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}

extension Question {
    fileprivate init(_ head: HTTPRequest, path: String, body: [UInt8]) {
        self.init(
            method: head.method.rawValue, path: path, contentType: head.headerFields[.contentType], accept: head.headerFields[.accept],
            authorization: head.headerFields[.authorization], target: HTTPFields.Element.Name("X-Amz-Target").flatMap { head.headerFields[$0] }, body: body)
    }
}
