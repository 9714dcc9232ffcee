import Fleet
import GRDB

extension RoundWriter {
    mutating func writeServices() throws {
        let services = entry.services
        for service in services.services { try write(service) }
        for key in services.membersGone { try end(key) }
        for member in services.members { try write(member) }
        for (service, topics) in services.topics.sorted(by: { $0.key < $1.key }) {
            let id = try serviceID(service)
            for topic in topics { try write(topic, of: id) }
        }
        for (service, topics) in services.topicsGone.sorted(by: { $0.key < $1.key }) {
            let id = try serviceID(service)
            for topic in topics { try end(topic: topic, of: id) }
        }
        for (service, time) in services.topicsReadAt.sorted(by: { $0.key < $1.key }) {
            let count = try execute(
                "UPDATE service SET topics_read_at = ?1 WHERE name = ?2 AND topics_read_at IS NOT ?1", [time.milliseconds, service.rawValue])
            add(count, to: \.freshness)
        }
        for service in services.gone { try end(service) }
    }

    private func serviceID(_ name: ServiceName) throws -> Int64 {
        guard let row = try first("SELECT id FROM service WHERE name = ?", [name.rawValue]) else {
            throw LedgerContradiction("service \(name) is not in the ledger")
        }
        return try Columns(row, table: "service").integer(0)
    }

    private mutating func write(_ service: RecordedService) throws {
        let count = try execute(
            """
            INSERT INTO service (name, package, flavour, framework, registered, plans, first_seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (name) DO UPDATE SET package = ?2, flavour = ?3, framework = ?4, registered = ?5, plans = ?6, last_seen = NULL
            """,
            [
                service.name.rawValue, service.package, service.flavour?.rawValue, service.framework?.rawValue,
                try service.registered.map { try LedgerJSON.text($0) }, try service.plans.map { try LedgerJSON.text($0.map(StoredPlan.init)) },
                entry.at.milliseconds,
            ])
        add(count, to: \.services)
    }

    private mutating func write(_ member: RecordedMember) throws {
        try end(member.key)
        let service = try serviceID(member.key.member.service)
        let node = try member.node.map { try key(of: $0) }
        let (name, agent) = (member.key.member.member.rawValue, member.key.agent?.rawValue ?? "")
        let last = try first(
            "SELECT until_ms FROM member WHERE service = ? AND name = ? AND agent = ? ORDER BY from_ms DESC LIMIT 1", [service, name, agent])
        let from = max(entry.at.milliseconds, try last.map { try Columns($0, table: "member").integer(0) } ?? .min)
        let count = try execute(
            "INSERT INTO member (service, name, agent, from_ms, node, broker, task, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [service, name, agent, from, node, member.broker, member.task?.rawValue, member.state])
        add(count, to: \.services)
    }

    private mutating func end(_ key: RecordedMember.Key) throws {
        let count = try execute(
            """
            UPDATE member SET until_ms = max(?, from_ms + 1) WHERE until_ms IS NULL AND service = (SELECT id FROM service WHERE name = ?)
            AND name = ? AND agent = ?
            """, [entry.at.milliseconds, key.member.service.rawValue, key.member.member.rawValue, key.agent?.rawValue ?? ""])
        add(count, to: \.services)
    }

    // MARK: In-sync sets

    private mutating func write(_ topic: TopicSync, of service: Int64) throws {
        try end(topic: topic.name, of: service)
        let last = try first("SELECT until_ms FROM in_sync WHERE service = ? AND topic = ? ORDER BY from_ms DESC LIMIT 1", [service, topic.name])
        let from = max(entry.at.milliseconds, try last.map { try Columns($0, table: "in_sync").integer(0) } ?? .min)
        let count = try execute(
            "INSERT INTO in_sync (service, topic, from_ms, sets, full_sets) VALUES (?, ?, ?, ?, ?)",
            [service, topic.name, from, topic.sets.packed, topic.full == topic.sets ? nil : topic.full.packed])
        add(count, to: \.services)
        guard last != nil else { return }
        // A set that never comes to rest must not grow the ledger without an end.
        let dropped = try execute(
            """
            DELETE FROM in_sync WHERE service = ?1 AND topic = ?2 AND from_ms <=
              (SELECT from_ms FROM in_sync WHERE service = ?1 AND topic = ?2 ORDER BY from_ms DESC LIMIT 1 OFFSET \(Self.setsPerTopicMax))
            """, [service, topic.name])
        add(dropped, to: \.services)
    }

    /// How many generations of a topic's sets are kept at most: a broker that restarts makes two.
    static let setsPerTopicMax = 100

    private mutating func end(topic: String, of service: Int64) throws {
        let count = try execute(
            "UPDATE in_sync SET until_ms = max(?, from_ms + 1) WHERE until_ms IS NULL AND service = ? AND topic = ?", [entry.at.milliseconds, service, topic])
        add(count, to: \.services)
    }

    private mutating func end(_ service: ServiceName) throws {
        let id = try serviceID(service)
        let at = entry.at.milliseconds
        add(try execute("UPDATE service SET last_seen = max(?, first_seen) WHERE id = ? AND last_seen IS NULL", [at, id]), to: \.services)
        for table in ["member", "in_sync"] {
            let count = try execute("UPDATE \(table) SET until_ms = max(?, from_ms + 1) WHERE service = ? AND until_ms IS NULL", [at, id])
            add(count, to: \.services)
        }
    }
}

/// A plan as JSON.
struct StoredPlan: Codable {
    var name: String
    var status: String
    var errors: [String]

    /// What is kept of a plan's errors: enough to know it by.
    private static let errorsMax = 5
    private static let errorCharactersMax = 500

    init(_ plan: PlanSighting) {
        name = plan.name
        status = plan.status
        errors = plan.errors.prefix(Self.errorsMax).map { String($0.prefix(Self.errorCharactersMax)) }
    }

    var plan: PlanSighting { PlanSighting(name: name, status: status, errors: errors) }
}
