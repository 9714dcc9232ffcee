import Captures
import Fleet
import Testing
import Wire

@testable import Services

/// Time-outs are real here, and long enough for a machine that is busy with other tests.
@Suite struct `A scheduler that hangs` {
    @Test func `holds neither the others nor the poll longer than its time-out`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps((0..<6).map { Samples.kafkaApp("k\($0)") })
            for index in 0..<6 { cluster.setScheduler("k\(index)", Samples.kafka()) }
            // Connected, and silent.
            cluster.replaceScheduler("k0", [])
            cluster.replaceScheduler("k3", [])
            let client = cluster.client { limits in
                limits.callsAtOnce = 1
                limits.idleTimeout = .seconds(6)
            }
            let services = await client.look().services
            try #require(services.count == 6)
            #expect(services.map { $0.members.failureText != nil } == [true, false, false, true, false, false])
            #expect(services[0].members.failureText?.contains("/service/k0/v1/state/frameworkId: no answer within 6.0 seconds") == true)
            for name in ["k0", "k3"] { #expect(cluster.asked.count { $0.hasPrefix("/service/\(name)/") } == 1) }
            // The next poll asks those first that answered.
            for name in ["k0", "k3"] { cluster.setScheduler(name, Samples.kafka()) }
            let before = cluster.asked.count
            _ = await client.look()
            let order = cluster.asked.dropFirst(before).filter { $0.hasSuffix("frameworkId") }.map { $0.split(separator: "/")[1] }
            #expect(order == ["k1", "k2", "k4", "k5", "k0", "k3"])
        }
    }

    @Test func `while topics are read leaves the rest their turn`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka(topics: ["a", "b", "c"]))
            cluster.set("/service/kafka/v1/topics/b")
            let client = cluster.client { $0.idleTimeout = .seconds(6) }
            let first = try await client.only(1)
            #expect(try first.topics.get().map(\.name) == ["a"])
            #expect(first.unread.map(\.name) == ["b", "c"] && first.unread[0].failure != nil && first.unread[1].failure == nil)
            cluster.set("/service/kafka/v1/topics/b", .json(Samples.topic(inSync: [[1]]).utf8))
            let before = cluster.asked.count
            let second = try await client.only(2)
            #expect(try second.topics.get().map(\.name) == ["a", "b", "c"] && second.unread.isEmpty)
            #expect(cluster.asked[before...].filter { $0.contains("/topics/") }.map { $0.suffix(1) } == ["c", "a", "b"])
        }
    }

    @Test func `for the whole of a poll leaves the services after it for the next, which begins with them`() async throws {
        let http = try HTTPCaller()
        let target = ServiceTarget(
            name: "b", package: "kafka", version: nil, isKafka: true, routes: [.given("http://127.0.0.1:1")], flavours: [.sdk], isCertain: true)
        let over = SchedulerAsking(http: http, login: .none, hasLogin: false, limits: ServicesLimits(), deadline: .now, tally: SchedulerAsking.Tally())
        let poll = await ServicePoll.take(target, memory: ServiceMemory(), asking: over)
        #expect(poll.members.failureText?.contains("http://127.0.0.1:1/v1/state/frameworkId: not asked, for the time of this poll was over") == true)
        #expect(poll.memory.standing == .unreached && over.tally.cost.calls == 0)
        func other(_ name: ServiceName) -> ServiceTarget {
            ServiceTarget(name: name, package: nil, version: nil, isKafka: false, routes: [], flavours: [], isCertain: true)
        }
        var stalled = ServiceMemory()
        stalled.standing = .stalled
        let ordered = ServicesClient.ordered(["a", "b", "c"].map { other($0) }, ["a": stalled, "c": poll.memory])
        #expect(ordered.map(\.name) == ["c", "b", "a"])
        await http.shutdown()
    }
}
