import Captures
import Fleet
import Testing
import Wire

@testable import Services

@Suite struct `Topics` {
    private func sighting(_ name: String, _ seconds: Int64) -> TopicSighting {
        TopicSighting(name: name, partitions: [], readAt: Timestamp(milliseconds: seconds * 1000))
    }

    @Test func `have their turn one after the other, new ones first`() {
        var rotation = TopicRotation()
        rotation.list(["c", "a", "b"])
        #expect(rotation.next(2) == ["a", "b"])
        rotation.took("a", .success(sighting("a", 1)))
        rotation.took("b", .failure(SourceFailure("no")))
        #expect(rotation.next(2) == ["c", "a"])
        rotation.list(["a", "b", "c", "d"])
        #expect(rotation.next(4) == ["c", "d", "a", "b"])
        rotation.list(["a"])
        #expect(rotation.next(4) == ["a"] && rotation.sightings == [sighting("a", 1)] && rotation.unread.isEmpty)
    }

    @Test func `that cannot be read keep what was read before, with its time, and say so`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka(topics: ["a", "b"]))
            let client = cluster.client()
            _ = try await client.only(10)
            cluster.set("/service/kafka/v1/topics/a", .answer(500))
            let service = try await client.only(20)
            #expect(try service.topics.get().map(\.name) == ["a", "b"])
            #expect(try service.topics.get().map(\.readAt.milliseconds) == [10_000, 20_000])
            #expect(service.unread.map(\.name) == ["a"] && service.unread[0].failure?.message.contains("/v1/topics/a: 500") == true)
        }
    }

    @Test func `that are deleted are forgotten`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            cluster.setScheduler("kafka", Samples.kafka(topics: ["a", "b"]))
            let client = cluster.client()
            _ = try await client.only()
            cluster.setScheduler("kafka", ["v1/topics": #"["b"]"#])
            #expect(try await client.only().topics.get().map(\.name) == ["b"])
        }
    }

    @Test func `are read in slices, so that a poll costs the same whatever their number`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps(["k0", "k1"].map { Samples.kafkaApp($0) })
            let names = (0..<10).map { "t\($0)" }
            for name in ["k0", "k1"] { cluster.setScheduler(name, Samples.kafka(topics: names)) }
            let client = cluster.client { $0.topicsReadMax = 8 }
            var read: [Int] = []
            for poll in 0..<3 {
                let services = await client.look(Int64(poll)).services
                read.append(try services[0].topics.get().count)
                #expect(client.lastCost.topics == 8 && services[0].unread.count == 10 - read[poll] && services[0].unread.allSatisfy { $0.failure == nil })
            }
            #expect(read == [4, 8, 10])
            // Then the oldest: nothing is ever older than the polls that one turn of all takes.
            let times = try await client.look(3).services[1].topics.get().map(\.readAt.milliseconds)
            #expect(times.min() == 1000)
        }
    }

    @Test func `share a poll by the number of clusters`() {
        var limits = ServicesLimits()
        #expect(limits.topicsRead(clusters: 30) == 50 && limits.topicsRead(clusters: 1) == 250 && limits.topicsRead(clusters: 0) == 250)
        limits.topicsReadMax = 10
        #expect(limits.topicsRead(clusters: 30) == 1)
    }

    @Test func `never make a scheduler run its scripts`() async throws {
        try await Cluster.with { cluster in
            cluster.setApps([Samples.kafkaApp("kafka")])
            let names = ["under_replicated_partitions", "unavailable_partitions", "__consumer_offsets"]
            cluster.setScheduler("kafka", Samples.kafka(topics: names))
            let service = try await cluster.client().only()
            #expect(try service.topics.get().map(\.name) == ["__consumer_offsets"])
            #expect(service.unread.map(\.name) == ["unavailable_partitions", "under_replicated_partitions"].sorted())
            #expect(!cluster.asked.contains { $0.contains("_partitions") })
        }
    }

    @Test func `of any name are one segment of a path`() {
        #expect(SchedulerRoute.segment("a/b?c#d é") == "a%2Fb%3Fc%23d%20%C3%A9")
        #expect(SchedulerRoute.router("http://m", service: "a b/c").url == "http://m/service/a%20b/c")
    }

    @Test(arguments: [
        #"{}"#, #"{"partitions":[]}"#, #"{"partitions":[{"0":{"leader":1}}]}"#, #"{"partitions":[{"0":{"isr":[1]}}]}"#,
        #"{"partitions":[{"x":{"isr":[1],"leader":1}}]}"#, #"{"partitions":[{"0":{"isr":[1.5],"leader":1}}]}"#,
        #"{"partitions":[{"0":{"isr":[1,1],"leader":1}}]}"#, #"{"partitions":[{"0":{"isr":[1],"leader":1}},{"0":{"isr":[1],"leader":1}}]}"#,
        #"{"partitions":[{"0":{"isr":[18446744073709551616],"leader":1}}]}"#, #"{"partitions":[{"0":{"isr":["1"],"leader":1}}]}"#,
        #"{"partitions":[{"0":{"isr":[-1],"leader":1}}]}"#, #"{"partitions":[{"0":{"isr":[1],"leader":-2}}]}"#,
    ])
    func `without what every partition has are malformed`(text: String) {
        #expect(throws: JSONProblem.self) { try Array(text.utf8).withUnsafeBufferPointer { try TopicAnswer.partitions($0) } }
    }

    @Test func `without a leader say so`() throws {
        let body = Array(#"{"partitions":[{"3":{"isr":[2,0],"leader":-1,"version":1.0}}]}"#.utf8)
        #expect(try body.withUnsafeBufferPointer { try TopicAnswer.partitions($0) } == [TopicSighting.Partition(number: 3, leader: -1, inSync: [0, 2])])
    }
}
