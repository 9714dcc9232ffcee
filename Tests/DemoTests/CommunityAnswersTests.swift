import Fleet
import NIOHTTP1
import Services
import Simulation
import Testing

@testable import Demo

@Suite struct `A demo scheduler of the community` {
    private static func world(_ kinds: [SimulatedService.Kind]) -> World {
        var shape = World.Shape(agents: 12, publicAgents: 2, appsPerAgent: 1, brokers: [3, 3], hasTiedApps: false)
        shape.kinds = kinds
        return .attended(at: World.storyStart, shape: shape)
    }

    @Test func `lists its brokers with the fields of the recording, all of them or some`() async throws {
        try await Stage.with(Self.world([.community, .sdk])) { stage in
            stage.set(60)
            let all = try await stage.dcos("/service/prod/kafka/api/broker/list")
            #expect(all.status == 200 && all.headers["Content-Type"] == ["application/json"])
            // One broker, as the recording has it; what attributes its agent has is that agent's affair.
            let one = try await stage.dcos("/service/prod/kafka/api/broker/list?broker=2").text
            let broker = one.dropFirst("{\"brokers\":[".count).dropLast("]}".count)
            try expectSame(Array(broker.utf8), as: ["services/kafka/mesos-kafka.broker.json"], but: [".task.attributes."])
            for (expression, count) in [("*", 3), ("0..1", 2), ("2", 1), ("0,2", 2), ("7", 0)] {
                let some = try await stage.dcos("/service/prod/kafka/api/broker/list?broker=\(expression)")
                #expect(some.text.ranges(of: "\"stickiness\"").count == count, "\(expression): \(some.text)")
            }
            let wrong = try await stage.dcos("/service/prod/kafka/api/broker/list?broker=x")
            #expect(wrong.status == 400 && wrong.text == "{\"error\":\"invalid broker-expr\"}")
        }
    }

    @Test func `knows no path of the others, and no call that moves a broker`() async throws {
        try await Stage.with(Self.world([.community, .sdk])) { stage in
            for path in ["v1/pod", "v1/pods", "v1/brokers", "v1/state/frameworkId", "v1/topics"] {
                let reply = try await stage.dcos("/service/prod/kafka/" + path)
                #expect(reply.status == 404, "\(path)")
            }
            for path in ["v1/pod/broker-0/replace", "api/broker/replace?broker=0"] {
                let reply = try await stage.dcos("/service/prod/kafka/" + path, method: .POST)
                #expect(reply.status == 404, "\(path)")
            }
            #expect(stage.cluster.calls().isEmpty)
        }
    }

    @Test func `starts a broker on its last host for ten minutes, and then anywhere`() async throws {
        try await Stage.with(Self.world([.community, .sdk])) { stage in
            let position = stage.cluster.look { $0.services[0].brokers[1].position }
            stage.cluster.apply(.hostFrozen(position))
            stage.set(300)
            let down = try await stage.dcos("/service/prod/kafka/api/broker/list?broker=1")
            #expect(!down.text.contains("\"task\"") && down.text.contains("\"active\":true"), "\(down.text)")
            stage.set(660)
            #expect(stage.cluster.look { $0.services[0].brokers[1].position == position })
            stage.set(780)
            let (now, hostname) = stage.cluster.look { ($0.services[0].brokers[1].position, $0.machines[$0.services[0].brokers[1].position].hostname) }
            #expect(now != position)
            let up = try await stage.dcos("/service/prod/kafka/api/broker/list?broker=1")
            #expect(up.text.contains("\"hostname\":\"\(hostname)\"") && up.text.contains("\"state\":\"running\""), "\(up.text)")
        }
    }

    @Test func `and Confluent's package are read by the program's own clients as the simulation has them`() async throws {
        try await Stage.with(Self.world([.community, .confluent])) { stage in
            try await DCOSClients.with(stage) { clients in
                for second in [60, 900] {
                    stage.set(second)
                    let (seen, meant) = (await clients.sightServices(), try clients.meant { $0.servicesSighting(at: $0.now) })
                    #expect(seen.services.map(\.name) == meant.services.map(\.name))
                    #expect(seen.services.map(\.flavour) == [.community, .sdk] && seen.services.map(\.package) == ["kafka", "confluent-kafka"])
                    for (seen, meant) in zip(seen.services, meant.services) {
                        #expect(try seen.members.get() == meant.members.get() && seen.registered.get() == meant.registered.get())
                        #expect(try seen.plans.get() == meant.plans.get() && seen.framework == meant.framework)
                    }
                    #expect(try seen.services[1].topics.get() == meant.services[1].topics.get())
                    #expect(throws: SourceFailure.self) { try seen.services[0].topics.get() }
                    stage.cluster.apply(.brokerCrashed(service: 0, broker: 2))
                }
            }
        }
    }

    @Test func `of the SDK's 0.30 tells no strategy and no health, and one of today both`() async throws {
        try await Stage.with(Self.world([.confluent, .sdk])) { stage in
            stage.set(60)
            let (old, new) = (try await stage.dcos("/service/prod/kafka/v1/plans/deploy"), try await stage.dcos("/service/prod/kafka-logs/v1/plans/deploy"))
            #expect(old.status == 200 && !old.text.contains("strategy") && new.text.contains("\"strategy\":\"serial\""))
            #expect(try await stage.dcos("/service/prod/kafka/v1/health").status == 404)
            #expect(try await stage.dcos("/service/prod/kafka-logs/v1/health").status == 200)
            let reply = try await stage.dcos("/service/prod/kafka/v1/pod/kafka-0/replace", method: .POST)
            #expect(reply.status == 200)
            #expect(try await stage.dcos("/service/prod/kafka/v1/plans/recovery").status == 202)
        }
    }
}
