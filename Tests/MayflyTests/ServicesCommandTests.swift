import Fleet
import Foundation
import Ledger
import Running
import Testing

@Suite(.timeLimit(.minutes(2))) struct `mayfly services` {
    private let site: Site
    private static let start = Timestamp(milliseconds: 1_800_000_000_000)

    init() throws { site = try Site(mesos: "services: {marathon: \(Site.nowhere)}") }

    /// A ledger with one round: a Kafka of two brokers, one of which is behind, and another service with which nothing is wrong.
    private func record() throws {
        let ledger = try LedgerStore.open(path: site.ledger, purpose: .daemon, now: Self.start)
        let node = Node(id: "i-1", instance: "i-1", agent: "M-S1", firstSeen: Self.start)
        let observation = Observation(node: "i-1", fact: .privateIP, reading: .text("10.0.0.1"), from: Self.start)
        var entry = RoundEntry(at: Self.start, interval: .seconds(5), nodes: [.came(node)], observations: [observation])
        entry.sources = ["prod/kafka", "prod/cassandra"].map {
            SourceState(source: .service($0), interval: .seconds(60), lastSuccess: Self.start, lastAttempt: Self.start)
        }
        entry.services.services = [
            RecordedService(
                name: "prod/kafka", package: "kafka", flavour: .sdk, registered: [0, 1], plans: [PlanSighting(name: "deploy", status: "COMPLETE")]),
            RecordedService(name: "prod/cassandra", package: "cassandra", flavour: .sdk),
        ]
        entry.services.members = (0...1).map { broker in
            let key = RecordedMember.Key(ServiceMember("prod/kafka", MemberName("kafka-\(broker)")), on: AgentID("M-S\(broker + 1)"))
            return RecordedMember(key, node: broker == 0 ? "i-1" : nil, broker: broker, task: "t", state: "RUNNING")
        }
        let (sets, full) = (try #require(InSyncSets(packed: "0:1 1:0.1")), try #require(InSyncSets(packed: "0:0.1 1:0.1")))
        entry.services.topics = ["prod/kafka": [TopicSync(name: "orders", sets: sets, full: full)]]
        entry.services.topicsReadAt = ["prod/kafka": Self.start]
        try ledger.record(entry)
        try ledger.close()
    }

    @Test func `shows who is behind and what cannot be moved, and ends with 1`() async throws {
        try record()
        let all = try await site.run("services")
        #expect(all.code == 1 && all.output.contains("kafka-0 on 10.0.0.1 is behind in 1 partitions: orders-0"), "\(all.all)")
        #expect(all.output.contains("prod/cassandra  cassandra  refuse"))
        let one = try await site.run("services", "/prod/kafka")
        #expect(one.code == 1 && one.output.contains("slots: 1, taken by kafka-0"), "\(one.all)")
        #expect(one.output.contains("  kafka-1  orders  1           no"), "\(one.output)")
        let json = try await site.run("services", "--json")
        let names = try JSON(json.output).items.map { $0["name"]?.string }
        #expect(json.code == 1 && names == ["prod/cassandra", "prod/kafka"], "\(json.all)")
    }

    @Test func `ends with 0 when nothing is wrong, and says what it does not know`() async throws {
        try record()
        let one = try await site.run("services", "prod/cassandra")
        #expect(one.code == 0 && one.output.contains("Nothing is wrong."), "\(one.all)")
        let unknown = try await site.run("services", "prod/kafak")
        #expect(unknown.code == 1 && unknown.errors.contains("no service 'prod/kafak' is known"), "\(unknown.all)")
    }

    @Test func `is wrong use where nobody asks for services`() async throws {
        let ended = try await Site().run("services")
        #expect(ended.code == 2 && ended.errors.contains("no services are configured"), "\(ended.all)")
    }
}
