import AWS
import DCOS
import Fleet
import Foundation
import Ledger
import Mesos
import Rounds
import Rules
import Simulation
import Testing
import Wire

@testable import Demo

/// The real round over what the real clients read through Admin Router: what becomes of a node's facts.
@Suite struct `A round over the invented DC/OS` {
    func with(_ stage: Stage, _ body: (_ look: (Int) async throws -> Picture) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("demo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try LedgerStore.open(path: folder.appendingPathComponent("a.db").path, purpose: .daemon, now: World.storyStart)
        let settings = Settings(pools: World.demoPools, healthInterval: .seconds(60), servicesInterval: .seconds(60), readsSSM: true)
        let round = try Round(ledger: ledger, rules: .empty, settings: settings, now: World.storyStart)
        let http = try HTTPCaller()
        let environment = ["AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo", "AWS_EC2_METADATA_DISABLED": "true"]
        let aws = try AWSClient(
            settings: AWSSettings(region: "us-east-1", endpointURL: stage.endpoints.aws, environment: environment, readsPings: true), http: http)
        try await DCOSClients.with(stage) { clients in
            try await body { second in
                stage.set(second)
                let now = World.storyStart + .seconds(second)
                let mesos: Result<MesosSighting, SourceFailure>
                do throws(SourceFailure) { mesos = .success(try await clients.mesos.sight()) } catch { mesos = .failure(error) }
                let (ec2, health) = (await aws.sight(pools: World.demoPools), try await clients.health.sight())
                let services = await clients.sightServices()
                _ = try round.take(.mesos(mesos), at: now)
                _ = try round.take(.ec2(ec2), at: now)
                _ = try round.take(.health(.success(health)), at: now)
                return try #require(try round.take(.services(services), at: now)).picture
            }
        }
        await http.shutdown()
        try ledger.close()
    }

    /// What may be believed of a fact of the machine at a position.
    func reading(_ fact: Fact, of position: Int, in picture: Picture, _ stage: Stage) -> Reading? {
        picture.state.nodes[NodeID(stage.cluster.look { $0.machines[position].instance.rawValue })]?.told.believed(stale: picture.stale)[fact]
    }

    @Test func `takes tasks that permissions hide for unknown, and not for none`() async throws {
        try await Stage.with { stage in
            try await with(stage) { look in
                let before = try await look(44 * 60)
                let shown = reading(.tasks, of: 8, in: before, stage)
                #expect(shown != nil && shown != .unknown)
                let hidden = try await look(46 * 60)
                #expect(reading(.tasks, of: 8, in: hidden, stage) == .unknown)
                #expect(reading(.tasks, of: 1, in: hidden, stage) == reading(.tasks, of: 1, in: before, stage))
                let after = try await look(100 * 60)
                #expect(reading(.tasks, of: 8, in: after, stage) != .unknown)
            }
        }
    }

    @Test func `knows of health, units and SSM's agents on each node`() async throws {
        try await Stage.with { stage in
            try await with(stage) { look in
                let picture = try await look(13 * 60)
                #expect(reading(.dcosHealth, of: 3, in: picture, stage) == .text("unhealthy"))
                #expect(reading(.failingUnits, of: 3, in: picture, stage) == .text("[\"dcos-net.service\"]"))
                #expect(reading(.dcosHealth, of: 0, in: picture, stage) == .text("unknown"))
                #expect(reading(.failingUnits, of: 0, in: picture, stage) == .unknown)
                #expect(reading(.ssmPing, of: 6, in: picture, stage) == .text("ConnectionLost"))
                #expect(reading(.ssmPing, of: 7, in: picture, stage) == .text("Online"))
                #expect(picture.stale.isEmpty)
            }
        }
    }
}
