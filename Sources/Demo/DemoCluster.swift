package import Fleet
package import Replacing
internal import Hummingbird
internal import HummingbirdTLS
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import ServiceLifecycle
package import Simulation
internal import Synchronization

/// The invented cluster behind real sockets on 127.0.0.1: three Mesos masters, AWS, DC/OS' Admin Router behind TLS, and a receiver of alerts.
///
/// Every request moves the world on to the time of the injected clock, and is answered from what the world then is. The calls that real servers take for orders
/// change it here as well: agents are drained, brokers moved, instances ended and launched. Nothing else connects it with whoever asks.
package final class DemoCluster: Sendable {
    private let state: Mutex<State>
    private let now: @Sendable () -> Timestamp
    private let onCall: (@Sendable (MadeCall) -> Void)?
    /// `127.0.0.1:port` by server; empty until it listens.
    private let addresses = Mutex(Array(repeating: "", count: Server.all.count))
    private let authority: DemoAuthority
    /// Who may ask Admin Router.
    package let desk: IdentityDesk
    /// What alerts were received.
    package let sink = AlertSink()
    private let shelf = ParameterShelf()
    private let commandDesk = CommandDesk()
    private let running = Mutex<Running?>(nil)
    private let tampering = Mutex(Tampering())
    private let troubling = Mutex(Troubling())

    /// Where the servers listen.
    package struct Endpoints: Hashable, Sendable {
        /// `http://127.0.0.1:…`, one for each master.
        package let masters: [String]
        /// For `aws.endpoint_url`.
        package let aws: String
        /// Admin Router: `https://127.0.0.1:…`.
        package let dcos: String
        /// Where alerts are to be posted.
        package let alerts: String

        package init(masters: [String], aws: String, dcos: String, alerts: String) {
            self.masters = masters
            self.aws = aws
            self.dcos = dcos
            self.alerts = alerts
        }
    }

    /// The servers, in the order of their addresses.
    private enum Server: Hashable {
        case master(Int)
        case aws, dcos, alerts

        static let all = World.masterHostnames.indices.map(Server.master) + [.aws, .dcos, .alerts]
    }

    /// One of the servers ended before all of them listened.
    package struct DidNotStart: Error, CustomStringConvertible {
        package var description: String { "the demo's servers did not start on 127.0.0.1" }
    }

    fileprivate struct State {
        var world: World
        var calls: [MadeCall] = []
        var mostOut: [String: Int] = [:]
        var fewestHealthy: [String: Int] = [:]
    }

    private struct Running {
        let group: ServiceGroup
        let task: Task<Void, any Error>
    }

    /// The largest request that is read: all that any client here asks is far smaller.
    private static let requestBytesMax = 1 << 20

    /// - Parameters:
    ///   - now: the demo's clock, which may run faster than real time.
    ///   - wallClock: real time, by which tokens are given out and end.
    ///   - onCall: called with each order that was carried out or refused, before it is answered.
    /// - Throws: only if no keys can be made.
    package init(
        world: World, now: @escaping @Sendable () -> Timestamp, wallClock: @escaping @Sendable () -> Timestamp,
        onCall: (@Sendable (MadeCall) -> Void)? = nil
    ) throws {
        var world = world
        world.attachesWhatItLaunches = false
        state = Mutex(State(world: world))
        self.now = now
        self.onCall = onCall
        authority = try DemoAuthority.own.get()
        desk = try IdentityDesk(now: wallClock)
    }

    /// The service account's secret, and the authority's certificate: what the configuration names as files.
    package func secrets(endpoints: Endpoints) -> (serviceAccount: String, authority: String) {
        (desk.secret(url: endpoints.dcos), authority.authorityPEM)
    }

    /// Starts the servers on ports that the system chooses; returns when all of them listen. Once only.
    package func start() async throws -> Endpoints {
        let (ready, listening) = AsyncStream.makeStream(of: Void.self)
        var logger = Logger(label: "demo")
        logger.logLevel = .error
        let services = try Server.all.indices.map { try application($0, listening: listening, logger: logger) }
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
            if known == Server.all.count { break }
        }
        guard known == Server.all.count else {
            try await task.value
            throw DidNotStart()
        }
        let urls = addresses.withLock { zip(Server.all, $0).map { ($0 == .dcos ? "https://" : "http://") + $1 } }
        let masters = World.masterHostnames.count
        return Endpoints(masters: Array(urls.prefix(masters)), aws: urls[masters], dcos: urls[masters + 1], alerts: urls[masters + 2] + "/alerts")
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
        state.withLock { state in
            advance(&state)
            return body(state.world)
        }
    }

    private func advance(_ state: inout State) {
        let end = now()
        while let next = state.world.nextEventTime, next <= end {
            state.world.advance(to: next)
            state.note()
        }
        state.world.advance(to: end)
    }

    // MARK: - What was done to it

    private func carryOut(_ action: Action, over line: Line) -> CallOutcome {
        let mishap = tampering.withLock { $0.body }?(action)
        let call = state.withLock { state in
            advance(&state)
            let outcome: CallOutcome
            switch mishap {
            case .refused(let words)?: outcome = .refused(words)
            case .lostBefore?: outcome = .unanswered("500: it has not arrived")
            case .lostAfter?, nil: outcome = state.world.carryOut(action)
            }
            let call = MadeCall(at: state.world.now, action: action, outcome: outcome)
            if state.calls.count < Self.callsMax { state.calls.append(call) }
            state.note()
            return call
        }
        if mishap == .lostBefore || mishap == .lostAfter { line.cut() }
        onCall?(call)
        return call.outcome
    }

    private func tellGroup(_ call: DemoHands.GroupCall) -> CallOutcome {
        state.withLock { state in
            advance(&state)
            switch call {
            case .heartbeat(let hook, let instance): return state.world.heartbeat(hook, for: instance)
            case .complete(let hook, let instance): return state.world.complete(hook, for: instance)
            case .attach(let instance): return state.world.attach(instance)
            }
        }
    }

    /// Gives the group a hook on termination, or takes it away.
    package func put(_ hook: World.LifecycleHook?) { state.withLock { $0.world.put(hook) } }

    /// Has a closure say for each call, whatever it asks, what becomes of it on the way; nil: nothing.
    package func trouble(_ body: @escaping @Sendable (AskedCall) -> Trouble?) { troubling.withLock { $0.body = body } }

    /// Has a closure say for each order what becomes of it on the way; nil: nothing.
    package func tamper(_ body: @escaping @Sendable (Action) -> Mishap?) { tampering.withLock { $0.body = body } }

    /// So many calls are remembered.
    private static let callsMax = 100_000

    /// The calls that changed something, or were to, in order.
    package func calls() -> [MadeCall] { state.withLock { $0.calls } }

    /// How many brokers of each Kafka cluster are not in sync with all their partitions now, by the cluster's name.
    package func brokersOut() -> [String: Int] { look { world in Dictionary(uniqueKeysWithValues: world.services.map { ($0.name, $0.brokersOut) }) } }

    /// The most brokers of each Kafka cluster that were not in sync with all their partitions at once, by the cluster's name.
    package func mostBrokersOut() -> [String: Int] { state.withLock { $0.mostOut } }

    /// The fewest running instances that each of Marathon's apps had at once, by its id.
    package func fewestInstances() -> [String: Int] { state.withLock { $0.fewestHealthy } }

    /// Lets something happen in it now.
    package func apply(_ fault: World.Fault) { change { $0.apply(fault) } }

    /// Changes it now, as where its machines are somebody else's, who tells of them.
    package func change(_ body: (inout World) -> Void) {
        state.withLock { state in
            advance(&state)
            body(&state.world)
            state.note()
        }
    }

    /// Has a host do what lines of shell say that somebody else's SSM was given for it. Nil: lines that no invented host knows.
    @discardableResult package func run(_ lines: [String], on instance: InstanceID) -> CallOutcome? {
        HostShell.action(of: lines, on: NodeID(instance.rawValue)).map { carryOut($0, over: Line()) }
    }

    private func hands(over line: Line) -> DemoHands {
        DemoHands(carryOut: { [self] in carryOut($0, over: line) }, tellGroup: { [self] in tellGroup($0) }, shelf: shelf, desk: commandDesk)
    }

    private func application(_ server: Int, listening: AsyncStream<Void>.Continuation, logger: Logger) throws -> any Service {
        Application(
            responder: CallbackResponder<BasicRequestContext> { [self] request, _ in
                var request = request
                let body = try await request.collectBody(upTo: Self.requestBytesMax)
                let question = Question(request.head, path: request.uri.path, query: request.uri.query ?? "", body: Array(body.readableBytesView))
                let line = Line()
                let answer = answer(question, server: Server.all[server], over: line)
                // The head is all that arrives.
                if line.isCut { return Response(status: .ok, body: ResponseBody(contentLength: 1 << 16) { _ in throw Line.Cut() }) }
                return answer.isStream ? stream(after: answer) : Self.response(answer)
            },
            server: Server.all[server] == .dcos ? try .tls(.http1(), tlsConfiguration: try tls()) : .http1(),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { [self] channel in
                addresses.withLock { $0[server] = "127.0.0.1:\(channel.localAddress?.port ?? 0)" }
                listening.yield()
            },
            logger: logger)
    }

    /// Nil: nobody's business but the servers' own.
    private func asked(_ question: Question, of server: Server) -> AskedCall? {
        switch server {
        case .master: AskedCall.mesos(question)
        case .aws: AskedCall.aws(question)
        case .dcos: AskedCall.router(question, services: World.services)
        case .alerts: nil
        }
    }

    /// What meets it on the way, and else its answer.
    private func answer(_ question: Question, server: Server, over line: Line) -> Answer {
        let body = troubling.withLock { $0.body }
        guard let body, let asked = asked(question, of: server), let trouble = body(asked) else { return carry(question, to: server, over: line) }
        if let refusal = trouble.answer(to: asked) { return refusal }
        let answer = trouble == .lostAfter ? carry(question, to: server, over: line) : Answer(status: 200)
        line.cut()
        return answer
    }

    /// Copies the world under the lock, which costs next to nothing, and writes the answer outside of it.
    private func carry(_ question: Question, to server: Server, over line: Line) -> Answer {
        let world = look { $0 }
        let hands = hands(over: line)
        let masters = addresses.withLock { Array($0.prefix(World.masterHostnames.count)) }
        switch server {
        case .master(let position): return MesosAnswers(world: world, master: position, addresses: masters, hands: hands).answer(question)
        case .aws: return AWSAnswers(world: world, hands: hands).answer(question)
        case .dcos:
            return AdminRouterAnswers(world: world, desk: desk, authority: authority.authorityPEM, masters: masters, hands: hands).answer(question)
        case .alerts: return sink.answer(question, now: world.now)
        }
    }

    private func tls() throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(authority.certificatePEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(authority.keyPEM.utf8), format: .pem)
        return .makeServerConfiguration(certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
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

extension DemoCluster.State {
    /// Notes how things stand, after something has happened.
    fileprivate mutating func note() {
        for service in world.services {
            mostOut[service.name] = max(mostOut[service.name] ?? 0, service.brokersOut)
        }
        for app in world.apps where app.tie == nil {
            let running = world.machines.reduce(0) { sum, machine in
                sum + (machine.isConnected ? machine.tasks.count { $0.name == app.taskName && $0.statuses.last?.state == "TASK_RUNNING" } : 0)
            }
            fewestHealthy[app.id] = min(fewestHealthy[app.id] ?? .max, running)
        }
    }
}

extension SimulatedService {
    /// How many of its brokers are not in sync with all that they are to have.
    fileprivate var brokersOut: Int {
        Set(topics.flatMap { $0.partitions.flatMap { partition in partition.replicas.filter { !partition.inSync.contains($0) } } }).count
    }
}

extension Question {
    fileprivate init(_ head: HTTPRequest, path: String, query: String, body: [UInt8]) {
        self.init(
            method: head.method.rawValue, path: path, query: query, contentType: head.headerFields[.contentType], accept: head.headerFields[.accept],
            authorization: head.headerFields[.authorization], target: HTTPFields.Element.Name("X-Amz-Target").flatMap { head.headerFields[$0] }, body: body)
    }
}
