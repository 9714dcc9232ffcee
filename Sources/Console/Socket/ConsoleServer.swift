package import Daemon
import Fleet
import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
import ServiceLifecycle

/// The daemon's socket, as one of its services.
package struct ConsoleServer: ServiceLifecycle.Service {
    let desk: ConsoleDesk
    let file: SocketFile
    let logger: Logger
    /// Whether the daemon is to end when there is no socket to be had.
    let isRequired: Bool

    /// More at a time than people and their scripts need; the next waits in the kernel's queue.
    static let connectionsMax = 64
    /// A connection on which nothing happens for so long is closed.
    static let idleMax = TimeAmount.seconds(30)

    package init(desk: ConsoleDesk, section: ConsoleSection, logger: Logger) {
        self.desk = desk
        file = SocketFile(section.socket)
        isRequired = section.isSocketNamed
        self.logger = logger
    }

    package func run() async throws {
        let nursery: String
        do throws(SocketFile.Problem) {
            nursery = try file.makeNursery()
        } catch {
            if isRequired { throw error }
            logger.warning("No socket: the other commands cannot ask this daemon", metadata: [LogKey.reason: "\(error)"])
            try? await gracefulShutdown()
            return
        }
        let placed = Placed()
        let (file, desk, logger) = (file, desk, logger)
        // Only what is wrong: it logs each start and end of its own at the level of ours.
        var quiet = logger
        quiet.logLevel = max(.error, logger.logLevel)
        let application = Application(
            responder: CallbackResponder<ConsoleContext> { request, context in await desk.respond(to: request, context: context) },
            server: .http1(configuration: .init(idleTimeout: Self.idleMax)),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: nursery + "/s"), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionsMax)),
            onServerRunning: { channel in
                do throws(SocketFile.Problem) {
                    try file.settle(from: nursery)
                    await placed.found(file.identity)
                    logger.info("Answering", metadata: [LogKey.path: "\(file.path)"])
                } catch {
                    await placed.failed(error)
                    // Without its place nobody reaches it: ended, and said below.
                    channel.close(promise: nil)
                }
            },
            logger: quiet)
        defer { SocketFile.abandon(nursery) }
        do {
            try await application.run()
        } catch {
            file.remove(ifStill: await placed.identity)
            throw error
        }
        file.remove(ifStill: await placed.identity)
        if let problem = await placed.problem, isRequired { throw problem }
    }

    private actor Placed {
        var identity: UInt64?
        var problem: SocketFile.Problem?
        func found(_ identity: UInt64?) { self.identity = identity }
        func failed(_ problem: SocketFile.Problem) { self.problem = problem }
    }
}

/// What a request is answered with: its connection, from which the kernel says who asks.
struct ConsoleContext: RequestContext {
    typealias Source = ApplicationRequestContextSource

    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
