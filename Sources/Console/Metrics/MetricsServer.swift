package import Daemon
import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
import ServiceLifecycle

/// `/metrics` and `/healthz` on TCP, and nothing else: what is answered there anybody may read.
package struct MetricsServer: ServiceLifecycle.Service {
    let desk: ConsoleDesk
    let listener: ConsoleSection.Listener
    let logger: Logger

    package init(desk: ConsoleDesk, listener: ConsoleSection.Listener, logger: Logger) {
        self.desk = desk
        self.listener = listener
        self.logger = logger
    }

    package func run() async throws {
        let (desk, logger) = (desk, logger)
        var quiet = logger
        quiet.logLevel = max(.error, logger.logLevel)
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in Self.response(request, desk: desk) },
            server: .http1(configuration: .init(idleTimeout: ConsoleServer.idleMax)),
            configuration: ApplicationConfiguration(
                address: .hostname(listener.host, port: listener.port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(ConsoleServer.connectionsMax)),
            onServerRunning: { channel in
                logger.notice(
                    "Metrics are answered",
                    metadata: [LogKey.url: "http://\(channel.localAddress?.ipAddress ?? "?"):\(channel.localAddress?.port ?? 0)/metrics"])
            },
            logger: quiet)
        try await application.run()
    }

    private static func response(_ request: Request, desk: ConsoleDesk) -> Response {
        let reply =
            switch ConsolePath(rawValue: request.uri.path) {
            case .metrics where request.method == .get: Reply(text: desk.metrics(), type: MetricsText.contentType)
            case .healthz where request.method == .get: desk.healthz()
            default: Reply(ConsoleError(.unknownRoute, "only GET /metrics and /healthz are answered here", hint: "everything else is on the Unix socket"))
            }
        var headers = HTTPFields()
        headers[.contentType] = reply.type
        return Response(status: HTTPResponse.Status(code: reply.status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: reply.text)))
    }
}
