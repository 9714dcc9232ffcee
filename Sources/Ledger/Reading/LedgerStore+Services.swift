package import Fleet
import GRDB

extension LedgerStore {
    /// The topics of a service as they were at a time: after a death, who was in sync before it. Sorted by name; empty for a service that nobody knows.
    package func inSync(of service: ServiceName, at time: Timestamp, limit: Int = LedgerStore.rowsMax) throws(LedgerError) -> [TopicSync] {
        try reading("reading the in-sync sets of \(service)") { database in
            guard try database.tableExists("in_sync") else { return [] }
            let sql = """
                SELECT i.topic, i.sets, i.full_sets FROM in_sync i JOIN service s ON s.id = i.service
                WHERE s.name = ? AND i.from_ms <= ? AND (i.until_ms IS NULL OR i.until_ms > ?) ORDER BY i.topic LIMIT \(Self.bounded(limit))
                """
            return try Self.rows(database, sql, [service.rawValue, time.milliseconds, time.milliseconds], table: "in_sync") { try Self.topic($0, at: 0) }
        }
    }

    /// What is open of every service that is there, by name.
    static func services(_ database: Database) throws -> [RememberedService] {
        // A reader of a file from before version 2 changes nothing in it.
        guard try database.tableExists("in_sync") else { return [] }
        let members = try openMembers(database)
        let topics = try openTopics(database)
        let sql = """
            SELECT id, name, package, flavour, framework, registered, plans, first_seen, topics_read_at FROM service WHERE last_seen IS NULL ORDER BY name
            """
        return try rows(database, sql, table: "service") { row in
            let id = try row.integer(0)
            let flavour: ServiceSighting.Flavour? = try row.textOrNull(3) == nil ? nil : try row.word(3)
            let service = RecordedService(
                name: ServiceName(try row.text(1)), package: try row.textOrNull(2), flavour: flavour,
                framework: try row.textOrNull(4).map { FrameworkID($0) },
                registered: try row.textOrNull(5).map { try LedgerJSON.value([Int].self, from: $0, column: "registered") },
                plans: try row.textOrNull(6).map { try LedgerJSON.value([StoredPlan].self, from: $0, column: "plans").map(\.plan) })
            return RememberedService(
                service: service, firstSeen: try row.time(7), topicsReadAt: try row.timeOrNull(8), members: members[id] ?? [], topics: topics[id] ?? [])
        }
    }

    private static func openMembers(_ database: Database) throws -> [Int64: [RememberedMember]] {
        let sql = """
            SELECT m.service, s.name, m.name, m.agent, n.id, m.broker, m.task, m.state, m.from_ms FROM member m JOIN service s ON s.id = m.service
            LEFT JOIN node n ON n.key = m.node WHERE m.until_ms IS NULL ORDER BY m.service, m.name, m.agent
            """
        var members: [Int64: [RememberedMember]] = [:]
        let cursor = try Row.fetchCursor(database, sql: sql)
        while let next = try cursor.next() {
            let row = Columns(next, table: "member")
            let agent = try row.text(3)
            let key = RecordedMember.Key(ServiceMember(ServiceName(try row.text(1)), MemberName(try row.text(2))), on: agent.isEmpty ? nil : AgentID(agent))
            let member = RecordedMember(
                key, node: try row.textOrNull(4).map { NodeID($0) }, broker: try row.integerOrNull(5).flatMap { Int(exactly: $0) },
                task: try row.textOrNull(6).map { TaskID($0) }, state: try row.textOrNull(7))
            members[try row.integer(0), default: []].append(RememberedMember(member, since: try row.time(8)))
        }
        return members
    }

    private static func openTopics(_ database: Database) throws -> [Int64: [TopicSync]] {
        var topics: [Int64: [TopicSync]] = [:]
        let cursor = try Row.fetchCursor(
            database, sql: "SELECT service, topic, sets, full_sets FROM in_sync WHERE until_ms IS NULL ORDER BY service, topic")
        while let next = try cursor.next() {
            let row = Columns(next, table: "in_sync")
            topics[try row.integer(0), default: []].append(try topic(row, at: 1))
        }
        return topics
    }

    private static func topic(_ row: Columns, at first: Int) throws -> TopicSync {
        guard let sets = InSyncSets(packed: try row.text(first + 1)) else { throw row.mismatch(first + 1, "packed sets") }
        var full = sets
        if let text = try row.textOrNull(first + 2) {
            guard let known = InSyncSets(packed: text) else { throw row.mismatch(first + 2, "packed sets") }
            full = known
        }
        return TopicSync(name: try row.text(first), sets: sets, full: full)
    }
}
