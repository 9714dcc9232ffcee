import Fleet
import GRDB
import Testing

@testable import Ledger

@Suite struct `A ledger's services` {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("mayfly.db")
    }

    private func open() throws -> LedgerStore { try LedgerStore.open(path: path, purpose: .daemon, now: Samples.start) }

    private static let kafka = RecordedService(
        name: "prod/kafka", package: "kafka", flavour: .sdk, framework: "F", registered: [0, 1],
        plans: [PlanSighting(name: "deploy", status: "ERROR", errors: ["no offers"])])

    private func member(_ name: String, on agent: AgentID?, node: NodeID? = nil, state: String? = "RUNNING") -> RecordedMember {
        RecordedMember(RecordedMember.Key(ServiceMember("prod/kafka", MemberName(name)), on: agent), node: node, broker: 0, task: "t", state: state)
    }

    private func topic(_ name: String, _ sets: String, full: String? = nil) throws -> TopicSync {
        TopicSync(name: name, sets: try #require(InSyncSets(packed: sets)), full: try #require(InSyncSets(packed: full ?? sets)))
    }

    private func entry(_ seconds: Int64, _ change: (inout ServicesEntry) throws -> Void) rethrows -> RoundEntry {
        var entry = Samples.entry(seconds, nodes: seconds == 0 ? [.came(Samples.node("i-1", agent: "A1"))] : [])
        try change(&entry.services)
        return entry
    }

    @Test func `are given back as they were recorded`() throws {
        let whole = try topic("orders", "0:0.1 1:0.1")
        let ledger = try open()
        try ledger.record(
            entry(0) {
                $0.services = [Self.kafka, RecordedService(name: "prod/other")]
                $0.members = [member("kafka-0", on: "A1", node: "i-1"), member("kafka-1", on: nil, state: nil)]
                $0.topics = ["prod/kafka": [whole, try topic("logs", "0:1", full: "0:0.1")]]
                $0.topicsReadAt = ["prod/kafka": Samples.time(0)]
            })
        try ledger.close()
        let remembered = try open().remembered().services
        #expect(remembered.map(\.service) == [Self.kafka, RecordedService(name: "prod/other")])
        #expect(remembered[0].members.map(\.member) == [member("kafka-0", on: "A1", node: "i-1"), member("kafka-1", on: nil, state: nil)])
        #expect(remembered[0].members.map(\.since) == [Samples.start, Samples.start] && remembered[0].topicsReadAt == Samples.start)
        #expect(remembered[0].topics == [try topic("logs", "0:1", full: "0:0.1"), whole])
        #expect(remembered[1].members.isEmpty && remembered[1].topics.isEmpty)
    }

    @Test func `tell after a death who was in sync before it`() throws {
        let ledger = try open()
        try ledger.record(
            entry(0) {
                $0.services = [Self.kafka]; $0.topics = ["prod/kafka": [try topic("orders", "0:0.1 1:0.1")]]
            })
        try ledger.record(entry(60) { $0.topics = ["prod/kafka": [try topic("orders", "0:1 1:1", full: "0:0.1 1:0.1")]] })
        try ledger.record(entry(120) { $0.topicsGone = ["prod/kafka": ["orders"]] })
        #expect(try ledger.inSync(of: "prod/kafka", at: Samples.time(59)).map(\.sets.packed) == ["0:0.1 1:0.1"])
        let after = try ledger.inSync(of: "prod/kafka", at: Samples.time(60))
        #expect(after.map(\.sets.packed) == ["0:1 1:1"] && after.map(\.full.packed) == ["0:0.1 1:0.1"])
        #expect(try ledger.inSync(of: "prod/kafka", at: Samples.time(120)).isEmpty && ledger.remembered().services[0].topics.isEmpty)
    }

    @Test func `end with everything that is open of them, and may come back`() throws {
        let ledger = try open()
        try ledger.record(
            entry(0) {
                $0.services = [Self.kafka]
                $0.members = [member("kafka-0", on: "A1", node: "i-1")]
                $0.topics = ["prod/kafka": [try topic("orders", "0:0")]]
            })
        try ledger.record(entry(15) { $0.members = [member("kafka-0", on: "A1", node: "i-1", state: "LOST")] })
        try ledger.record(entry(30) { $0.gone = ["prod/kafka"] })
        #expect(try ledger.remembered().services.isEmpty)
        try ledger.record(
            entry(45) {
                $0.services = [Self.kafka]; $0.members = [member("kafka-0", on: "A1")]
            })
        let back = try ledger.remembered().services
        #expect(back.map(\.firstSeen) == [Samples.start] && back[0].members.map(\.since) == [Samples.time(45)] && back[0].topics.isEmpty)
        let intervals = try ledger.queue.read { try Row.fetchAll($0, sql: "SELECT from_ms, until_ms, state FROM member ORDER BY from_ms") }
        #expect(intervals.map { $0["state"] as String? } == ["RUNNING", "LOST", "RUNNING"])
        try ledger.check()
    }

    @Test func `never make an interval end before it began`() throws {
        let ledger = try open()
        try ledger.record(
            entry(60) {
                $0.services = [Self.kafka]; $0.members = [member("kafka-0", on: "A1")]
            })
        for state in ["LOST", "RUNNING", "LOST"] { try ledger.record(entry(30) { $0.members = [member("kafka-0", on: "A1", state: state)] }) }
        try ledger.record(
            entry(10) {
                $0.membersGone = [member("kafka-0", on: "A1").key]; $0.gone = ["prod/kafka"]
            })
        #expect(try ledger.counts().first { $0.table == "member" }?.rows == 4)
    }

    @Test func `keep so many generations of one topic, and no more`() throws {
        let ledger = try open()
        for number in 0..<Int64(RoundWriter.setsPerTopicMax + 20) {
            try ledger.record(
                entry(number * 15) {
                    if number == 0 { $0.services = [Self.kafka] }
                    $0.topics = ["prod/kafka": [try topic("orders", "0:\(number)"), try topic("t\(number % 2)", "0:1")]]
                })
        }
        let rows = try ledger.queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM in_sync WHERE topic = 'orders'") }
        #expect(rows == RoundWriter.setsPerTopicMax)
        #expect(try ledger.remembered().services[0].topics.first?.sets.packed == "0:\(RoundWriter.setsPerTopicMax + 19)")
    }

    @Test func `are deleted when they are old, and free their nodes`() throws {
        let ledger = try open()
        try ledger.record(
            entry(0) {
                $0.services = [Self.kafka]
                $0.members = [member("kafka-0", on: "A1", node: "i-1")]
                $0.topics = ["prod/kafka": [try topic("orders", "0:0")]]
            })
        #expect(try ledger.prune(before: Samples.time(1000)) == 0)
        var entry = Samples.entry(30, nodes: [.departed("i-1")])
        entry.services.gone = ["prod/kafka"]
        try ledger.record(entry)
        while try ledger.prune(before: Samples.time(1000), budgetRows: 2) > 0 {}
        #expect(try ledger.counts().filter { ["service", "member", "in_sync", "node"].contains($0.table) }.allSatisfy { $0.rows == 0 })
    }

    @Test func `of thirty clusters with five hundred topics each take a few megabytes`() throws {
        let ledger = try open()
        let sets = (0..<12).map { "\($0):\($0 % 9).\(($0 + 1) % 9).\(($0 + 2) % 9)" }.joined(separator: " ")
        let names = (0..<30).map { ServiceName("prod/kafka-\($0)") }
        let topics = try (0..<500).map { try topic("topic-\($0)", sets) }
        try ledger.record(
            entry(0) {
                $0.services = names.map { RecordedService(name: $0) }
                for name in names { $0.topics[name] = topics }
            })
        #expect(try ledger.remembered().services.map(\.topics.count) == Array(repeating: 500, count: 30))
        let pages = try ledger.queue.read { try (Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0) * (Int.fetchOne($0, sql: "PRAGMA page_size") ?? 0) }
        #expect(pages < 6_000_000, "\(pages) bytes")
    }
}
