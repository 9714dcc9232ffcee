import DCOS
import Fleet
import Foundation
import Mesos
import Services
import Simulation
import Testing
import Wire

@testable import Demo

/// The program's own clients of a DC/OS, as the daemon has them: one login, and everything through Admin Router.
struct DCOSClients {
    let stage: Stage
    let mesos: MesosClient
    let health: HealthClient
    let services: ServicesClient

    static func with(_ stage: Stage, _ body: (DCOSClients) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("demo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let secrets = stage.cluster.secrets(endpoints: stage.endpoints)
        let (account, authority) = (folder.appendingPathComponent("dcos.json").path, folder.appendingPathComponent("ca.crt").path)
        try Data(secrets.serviceAccount.utf8).write(to: URL(fileURLWithPath: account))
        try Data(secrets.authority.utf8).write(to: URL(fileURLWithPath: authority))
        let (cluster, http) = (stage.cluster, try HTTPCaller(tls: .authorities(file: authority)))
        let session = DCOSSession(
            url: stage.endpoints.dcos, credentials: .serviceAccount(file: account), http: http, now: { cluster.look { $0.now } })
        let clients = DCOSClients(
            stage: stage, mesos: MesosClient(masters: [stage.endpoints.dcos + "/mesos"], credentials: .dcos(session.login), http: http),
            health: HealthClient(session: session),
            services: ServicesClient(site: ServicesSite(router: stage.endpoints.dcos, hasLogin: true), http: http, login: session.login))
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(clients)) } catch { outcome = .failure(error) }
        await http.shutdown()
        try outcome.get()
    }

    func sightServices() async -> ServicesSighting { await services.sight(knownAt: stage.cluster.look { $0.now }) }

    /// What a poll brings of one service; throws where Marathon did not tell of it.
    func sight(_ name: String) async throws -> ServiceSighting {
        let sighting = await sightServices()
        return try #require(sighting.services.first { $0.name.rawValue == name }, "\(sighting.marathon.map { _ in 0 })")
    }

    /// What the simulation itself would say now.
    func meant<Sighting: Sendable>(_ sight: @Sendable (inout World) throws -> Sighting) throws -> Sighting {
        try stage.cluster.look { world in
            var world = world
            return Result { try sight(&world) }
        }.get()
    }
}

@Suite struct `The program's clients, through Admin Router with a service account` {
    @Test func `see the invented DC/OS as the simulation does`() async throws {
        try await Stage.with { stage in
            try await DCOSClients.with(stage) { clients in
                // Between them: all well; a host hangs; a unit fails; tokens have ended; a scheduler moved; one broker is moved; a volume is left.
                for second in [0, 330, 1000, 2400, 3000, 5000, 5900, 8300, 8700, 10_000] {
                    stage.set(second)
                    let (health, told) = (try await clients.health.sight(), try clients.meant { $0.healthSighting(at: $0.now) })
                    #expect(health.nodes == told.nodes, "at \(second)")
                    let (agents, known) = (try await clients.mesos.sight().agents, try clients.meant { try $0.mesosSighting(at: $0.now).agents })
                    #expect(agents.sorted { $0.id < $1.id } == known.sorted { $0.id < $1.id }, "at \(second)")
                    try expectEqual(await clients.sightServices(), clients.meant { $0.servicesSighting(at: $0.now) }, at: second)
                }
            }
        }
    }

    private func expectEqual(_ seen: ServicesSighting, _ meant: ServicesSighting, at second: Int) throws {
        #expect(try seen.marathon.get().apps == meant.marathon.get().apps, "at \(second)")
        #expect(seen.services.map(\.name) == meant.services.map(\.name), "at \(second)")
        for (seen, meant) in zip(seen.services, meant.services) {
            guard case .success(let members) = meant.members else {
                #expect(throws: SourceFailure.self, "\(seen.name) at \(second)") { try seen.members.get() }
                continue
            }
            #expect(seen.flavour == meant.flavour && seen.package == meant.package && seen.framework == meant.framework, "\(seen.name) at \(second)")
            #expect(try seen.members.get() == members, "\(seen.name) at \(second)")
            #expect(try seen.registered.get() == meant.registered.get(), "\(seen.name) at \(second)")
            #expect(try seen.plans.get() == meant.plans.get(), "\(seen.name) at \(second)")
            #expect(try seen.topics.get() == meant.topics.get() && seen.unread.isEmpty, "\(seen.name) at \(second)")
        }
    }

    @Test func `find every broker on its node, whichever scheduler tells`() async throws {
        try await Stage.with { stage in
            try await DCOSClients.with(stage) { clients in
                stage.set(120)
                let (sighting, mesos) = (await clients.sightServices(), try await clients.mesos.sight())
                let hosts = Dictionary(uniqueKeysWithValues: mesos.agents.map { ($0.id, $0.hostname) })
                let running = try mesos.tasks.get().running
                #expect(sighting.services.map(\.flavour) == [.sdk, .sdkPods, .brokers])
                for (service, made) in zip(sighting.services, stage.cluster.look { $0.services }) {
                    let members = try service.members.get()
                    #expect(members.count == made.brokers.count && members.map(\.broker) == made.brokers.map(\.number))
                    for (member, broker) in zip(members, made.brokers) {
                        let home = stage.cluster.look { $0.machines[broker.position].privateIP }
                        // Before the SDK only Mesos tells where a broker runs.
                        let agent = member.agent ?? running.first { $0.frameworkName == made.name && $0.name == member.name.rawValue }?.agent
                        #expect(agent.flatMap { hosts[$0] } == home, "\(member.name) of \(made.name)")
                    }
                }
            }
        }
    }

    @Test func `never take a scheduler that restarts for one without brokers`() async throws {
        try await Stage.with { stage in
            try await DCOSClients.with(stage) { clients in
                stage.set(1700)
                #expect(try await clients.sight("prod/kafka").members.get().count == 5)
                let route = { stage.cluster.look { $0.services[0].scheduler.route } }
                for (second, expected) in [(1, SimulatedService.Route.badGateway), (30, .notFound), (60, .unavailable)] {
                    stage.set(30 * 60 + second)
                    #expect(route() == expected)
                    let service = try await clients.sight("prod/kafka")
                    for part in [
                        service.members.map { _ in 0 }, service.registered.map { _ in 0 }, service.plans.map { _ in 0 }, service.topics.map { _ in 0 },
                    ] {
                        #expect(throws: SourceFailure.self, "\(expected)") { try part.get() }
                    }
                }
                stage.set(30 * 60 + 120)
                #expect(try await clients.sight("prod/kafka").members.get().count == 5)
            }
        }
    }

    @Test func `log in again when the token ends, and when it is revoked`() async throws {
        try await Stage.with { stage in
            try await DCOSClients.with(stage) { clients in
                let first = try await clients.health.sight()
                #expect(first.nodes.count == 23)
                stage.set(3600)
                #expect(try await clients.health.sight().nodes.count >= 23)
                stage.cluster.desk.revokeAll()
                #expect(try await clients.mesos.sight().agents.count >= 15)
            }
        }
    }
}
