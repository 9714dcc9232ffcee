import Fleet
import Foundation
import Testing

@testable import Rounds

@Suite struct `What is shown of a service` {
    private let watch: Watch

    init() throws {
        var settings = Brokers.settings
        settings.services = ServicePolicies(named: [Brokers.name: ServicePolicies.Said(maxInFlight: 2, expendableTopics: ["^tmp-"])])
        watch = try Watch(settings: settings)
    }

    private func standing(_ brokers: Brokers, at seconds: Int = 0) throws -> ServiceStanding {
        try #require(try watch.look(seconds, brokers).picture.services(named: "/prod/kafka").first)
    }

    @Test func `is nothing wrong when nothing is`() throws {
        let standing = try standing(Brokers())
        #expect(standing.problems.isEmpty && standing.out.isEmpty && standing.stuck.isEmpty && standing.isFresh)
        #expect(standing.members.map(\.host) == ["10.0.0.1", "10.0.0.2", "10.0.0.3"] && standing.members.map(\.isInSync) == [true, true, true])
        #expect(standing.settings.policy == .guarded && standing.settings.maxInFlight == 2)
    }

    @Test func `is who is down, behind or alone, and who holds a slot`() throws {
        var brokers = Brokers()
        _ = try standing(brokers)
        brokers.topics = ["orders": [[1], [1, 2]], "tmp-a": [[2]]]
        brokers.topicsReadAt = 60
        brokers.registered = .success([1, 2])
        brokers.plans = .success([PlanSighting(name: "recovery", status: "ERROR", errors: ["no offers"])])
        let standing = try standing(brokers, at: 60)
        #expect(
            standing.problems == [
                "kafka-0 on 10.0.0.1: its broker 0 is not registered with the cluster", "kafka-0 on 10.0.0.1 is behind in 1 partitions: orders-0",
                "kafka-1 on 10.0.0.2 has the only copy that is in sync of 1 partitions: orders-0",
                "plan recovery is ERROR: no offers",
            ])
        #expect(standing.out.map(\.member) == ["kafka-0"])
        #expect(standing.stuck.map(\.topic) == ["orders", "tmp-a"] && standing.stuck.map(\.isExpendable) == [false, true])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let json = String(decoding: try encoder.encode(ServiceView(standing)), as: UTF8.self)
        #expect(json.contains("\"slots\":{\"by\":[\"kafka-0\"],\"max_in_flight\":2,\"taken\":1}"))
        #expect(json.contains("{\"expendable\":true,\"member\":\"kafka-2\",\"partitions\":1,\"topic\":\"tmp-a\"}"))
    }

    @Test func `is that a member of which nobody says whether it is up holds a slot, as the gate has it`() throws {
        var brokers = Brokers()
        brokers.registered = .failure(SourceFailure("502"))
        let standing = try standing(brokers)
        #expect(standing.out.map(\.member) == ["kafka-0", "kafka-1", "kafka-2"])
        #expect(standing.reason(of: ServiceMember(Brokers.name, "kafka-0")) == "unknown whether up and in sync")
    }

    @Test func `is that its scheduler does not answer`() throws {
        var brokers = Brokers()
        brokers.members = .failure(SourceFailure("https://dcos.example.com answered 502"))
        let standing = try standing(brokers)
        #expect(standing.problems.first == "its scheduler was never read: https://dcos.example.com answered 502" && !standing.isFresh)
    }

    @Test func `is the same as the ledger has it`() throws {
        let live = try standing(Brokers())
        let picture = try #require(
            try Picture.remembered(in: watch.ledger, rules: watch.round.rules, settings: watch.settings, now: Samples.time(10)))
        let remembered = try #require(picture.services().first)
        #expect(remembered.problems == live.problems && remembered.members.map(\.known) == live.members.map(\.known))
        #expect(remembered.memory.standing == live.memory.standing && remembered.members.map(\.isInSync) == live.members.map(\.isInSync))
    }
}
