import Captures
import DCOS
import Fleet
import Hosts
import Logging
import Mesos
import Rounds
import Rules
import Testing
import Wire

@testable import Daemon

@Suite(.timeLimit(.minutes(2))) struct `The pollers of hosts` {
    private static let settings = Settings(pools: [Samples.pool], healthInterval: .seconds(60), probeInterval: .seconds(30))

    private func withKeeper(_ body: (RoundKeeper, TurningClock, Lines) async throws -> Void) async throws {
        let (folder, clock, lines) = (try TemporaryFolder(), TurningClock(turns: 2), Lines())
        let (keeper, _) = try Samples.keeper(folder, clock, lines.logger(), settings: Self.settings)
        try await body(keeper, clock, lines)
    }

    private func fact(_ fact: Fact, _ keeper: RoundKeeper) async -> [Reading] {
        guard let state = await keeper.lastReport?.picture.state else { return [] }
        return state.nodes.keys.sorted().compactMap { state.nodes[$0]?.told[fact] }
    }

    @Test func `bring DC/OS' word into a round, and say when there is none`() async throws {
        try await withKeeper { keeper, clock, lines in
            await keeper.take(.ec2(Samples.nothing))
            await keeper.take(.mesos(.success(Samples.mesos("10.0.0.1", "10.0.0.2"))))
            let body = #"{"nodes":[{"host_ip":"10.0.0.1","health":0,"role":"agent"},{"host_ip":"10.0.0.2","health":3,"role":"agent"}]}"#
            try await RawServer.with {
                $0.header("Authorization") == "token=t" ? [.json(body.utf8)] : [.answer(401)]
            } _: { server in
                let http = try HTTPCaller()
                let folder = try TemporaryFolder()
                try folder.write("t", "token")
                let session = DCOSSession(url: server.url, credentials: .tokenFile(folder.file("token")), http: http)
                let poller = HealthPoller(
                    client: HealthClient(session: session), interval: .seconds(60), keeper: keeper, time: clock.time, logger: lines.logger())
                try await poller.run()
                #expect(server.requests.count == 2 && clock.sleeps == [.seconds(60), .seconds(60)] && lines.count("WARNING") == 0)
                #expect(await fact(.dcosHealth, keeper) == [.text("healthy"), .text("unknown")])
                await http.shutdown()
                #expect(await poller.poll() != nil)
                #expect(lines.count("WARNING DC/OS' system health could not be read, will retry") == 1 && lines.count(server.url) == 1, "\(lines.all)")
            }
        }
    }

    @Test func `ask the hosts of the last round, and nobody before there was one`() async throws {
        try await withKeeper { keeper, clock, _ in
            try await RawServer.with { _ in
                [.answer(200)]
            } _: { server in
                let probe = HostProbe(ProbeSettings(question: .http(port: server.port), timeout: .seconds(20)))
                let poller = ProbePoller(probe: probe, keeper: keeper, time: clock.time)
                #expect(await poller.poll() == nil && server.requests.isEmpty)
                await keeper.take(.ec2(Samples.nothing))
                await keeper.take(.mesos(.success(Samples.mesos("127.0.0.1"))))
                try await poller.run()
                #expect(server.requests.count == 2 && clock.sleeps == [.seconds(30), .seconds(30)])
                #expect(await fact(.probe, keeper) == [.text("answers")])
            }
        }
    }

    @Test func `say nothing when they are cancelled`() async throws {
        try await withKeeper { keeper, clock, lines in
            await keeper.take(.ec2(Samples.nothing))
            await keeper.take(.mesos(.success(Samples.mesos("127.0.0.1"))))
            try await RawServer.with { _ in
                []
            } _: { server in
                let http = try HTTPCaller()
                let session = DCOSSession(url: server.url, credentials: .none, http: http)
                let health = HealthPoller(
                    client: HealthClient(session: session), interval: .seconds(60), keeper: keeper, time: clock.time, logger: lines.logger())
                let probe = ProbePoller(
                    probe: HostProbe(ProbeSettings(question: .http(port: server.port), timeout: .seconds(60))), keeper: keeper, time: clock.time)
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { #expect(await health.poll() == nil) }
                    group.addTask { #expect(await probe.poll() == nil) }
                    while server.requests.count < 2 { await Task.yield() }
                    group.cancelAll()
                }
                #expect(lines.count("WARNING") == 0 && lines.count("Round ended") == 1)
                await http.shutdown()
            }
        }
    }
}

@Suite(.timeLimit(.minutes(2))) struct `The clients of a DC/OS` {
    @Test func `reach Mesos through Admin Router, with its login`() async throws {
        let router = try await ReplayServer.start(prefix: "/mesos", authorization: "token=abc")
        let folder = try TemporaryFolder()
        try folder.write("[core]\ndcos_acs_token = \"abc\"\n", "dcos.toml")
        let configuration = try Configuration.parse(
            """
            cluster: c
            mesos: {masters: ["\(router.url)/mesos"]}
            dcos: {url: "\(router.url)", credentials: {dcos_toml: dcos.toml}}
            aws: {region: us-east-1, endpoint_url: "http://127.0.0.1:1"}
            pools: {p: {select: {groups: [g]}}}
            """, path: folder.file("mayfly.yaml"))
        let clients = try Clients(configuration, environment: [:], logger: Lines().logger())
        let sighting = try await clients.mesos.sight()
        #expect(sighting.agents.count == 5 && clients.probe == nil && clients.health != nil)
        #expect(router.server.requests.allSatisfy { $0.header("Authorization") == "token=abc" })
        await clients.shutdown()
        try await router.stop()
    }
}
