import Fleet
import Testing

@Suite struct `In-sync sets` {
    private func topic(_ name: String, _ sets: [[Int]], leaderless: Set<Int> = []) -> TopicSighting {
        TopicSighting(
            name: name,
            partitions: sets.enumerated().map {
                TopicSighting.Partition(number: $0.offset, leader: leaderless.contains($0.offset) ? -1 : $0.element.first ?? -1, inSync: $0.element)
            }, readAt: Timestamp(milliseconds: 0))
    }

    @Test func `are packed, and are the same when unpacked`() throws {
        let sets = InSyncSets(topic("a", [[2, 1], [3], []], leaderless: [1]).partitions)
        #expect(sets.packed == "0:1.2 1:3! 2:!")
        let again = try #require(InSyncSets(packed: sets.packed))
        #expect(again.partitions.map(\.inSync) == [[1, 2], [3], []] && again.partitions.map(\.leader) == [0, -1, -1])
        #expect(InSyncSets([]).packed == "" && InSyncSets(packed: "")?.partitions == [])
        for text in ["a", "0", "0:x", "0:1:2", "0:1 b"] { #expect(InSyncSets(packed: text) == nil, "\(text)") }
    }

    @Test func `remember who ought to be there`() {
        let before = TopicSync.after(topic("a", [[1, 2], [2, 3]]), before: nil)
        let shrunk = TopicSync.after(topic("a", [[2], [2, 3]]), before: before)
        #expect(shrunk.sets.packed == "0:2 1:2.3" && shrunk.full.packed == "0:1.2 1:2.3")
        let standing = SyncStanding([shrunk])
        #expect(standing.behind.mapValues { $0.map(\.description) } == [1: ["a-0"]])
        #expect(standing.lastCopies.mapValues { $0.map(\.description) } == [2: ["a-0"]])
        #expect(standing.isInSync(1) == false && standing.isInSync(2) == true && standing.suspects.isEmpty)
        let grown = TopicSync.after(topic("a", [[1, 2], [2, 3]]), before: shrunk)
        #expect(SyncStanding([grown]).isInSync(1) == true && SyncStanding([grown]).behind.isEmpty)
        #expect(TopicSync.after(topic("a", [[1, 2], [2, 3]]), before: grown) == grown)
    }

    @Test func `that shrink all at once were whole before, and are whole when they have moved`() {
        let before = TopicSync.after(topic("a", [[0, 1, 2], [0, 1, 2]]), before: nil)
        let shrunk = TopicSync.after(topic("a", [[1, 2], [1, 2]]), before: before)
        #expect(SyncStanding([shrunk]).behind.keys.sorted() == [0] && SyncStanding([shrunk]).isInSync(0) == false)
        // A partition that is moved from 2 to 3 has four copies for a while.
        let moving = TopicSync.after(topic("a", [[0, 1, 2, 3], [0, 1, 2]]), before: shrunk)
        let moved = TopicSync.after(topic("a", [[0, 1, 3], [0, 1, 2]]), before: moving)
        #expect(SyncStanding([moved]).behind.isEmpty)
    }

    @Test func `do not say who is missing where it was never seen`() {
        let standing = SyncStanding([TopicSync.after(topic("a", [[2], [2, 3]], leaderless: [1]), before: nil)])
        #expect(standing.suspects.map(\.place.description) == ["a-0"] && standing.leaderless.map(\.description) == ["a-1"])
        #expect(standing.isInSync(1) == nil && standing.isInSync(3) == nil && standing.isInSync(2) == true && standing.behind.isEmpty)
    }
}

@Suite struct `Names of members` {
    @Test(arguments: [
        ("kafka-0-broker", "kafka-0"), ("kafka-12-broker-data", "kafka-12"), ("my-pod-3-node", "my-pod-3"), ("name-0-zkfc", "name-0"),
    ]) func `are found in`(text: String, pod: String) {
        #expect(MemberName(podOf: text)?.rawValue == pod)
    }

    @Test(arguments: ["broker-0", "kafka-broker-data", "0-kafka", "kafka", "", "-"]) func `are not found in`(text: String) {
        #expect(MemberName(podOf: text) == nil)
    }

    @Test func `of services have one form`() {
        #expect(ServiceName(framework: "/prod/kafka") == "prod/kafka" && ServiceName(framework: "kafka") == "kafka")
        #expect(ServiceName("prod/kafka").role == "prod__kafka-role" && ServiceName(role: "prod__kafka-role") == "prod/kafka")
        #expect(ServiceName(role: "slave_public") == nil && ServiceName(role: "-role") == nil)
        #expect(Source("service/prod/kafka") == .service("prod/kafka") && Source.service("prod/kafka").description == "service/prod/kafka")
        #expect(Source("service/") == nil)
    }
}
