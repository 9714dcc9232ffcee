internal import Hummingbird
internal import NIOCore
internal import ServiceLifecycle
internal import Simulation

extension DemoCluster {
    /// How often it is looked for what has happened, in real time.
    private static let eventsEvery = Duration.milliseconds(100)
    /// As a real master: whatever the demo's clock makes of it.
    private static let heartbeatEvery = Duration.seconds(15)

    /// A master's events, record by record, until it leads no longer or the demo ends.
    func stream(after answer: Answer) -> Response {
        let (leadership, told) = look { ($0.leadership, $0.told) }
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { [self] writer in
                try await writer.write(ByteBuffer(bytes: answer.body + MesosBodies.heartbeat.record))
                var before = told
                var beat = ContinuousClock.now
                while !Task.isShuttingDownGracefully {
                    // The invented cluster tells nobody what has changed: it is compared with what it was.
                    try await Task.sleep(for: Self.eventsEvery)
                    let after = look { $0 }
                    guard after.leadership.announced == leadership.announced, after.leadership.phase != .none else { break }
                    var records = MesosBodies(world: after, isElected: true, address: "127.0.0.1:0").events(since: before).flatMap(\.record)
                    before = after.told
                    if ContinuousClock.now - beat >= Self.heartbeatEvery {
                        beat = .now
                        records += MesosBodies.heartbeat.record
                    }
                    if !records.isEmpty { try await writer.write(ByteBuffer(bytes: records)) }
                }
                try await writer.finish(nil)
            })
    }
}
