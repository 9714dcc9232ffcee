package import Fleet
import GRDB

extension LedgerStore {
    /// All that a round has to know of the rounds before it, read in one transaction.
    ///
    /// - Parameter now: what "the last hour" and "the last 24 hours" are counted from; the time of opening if not given.
    package func remembered(now: Timestamp? = nil) throws(LedgerError) -> Remembered {
        let now = now ?? openedAt
        let dayAgo = now - .seconds(86_400)
        return try reading("reading what was recorded") { database in
            let meta = try Self.rows(database, "SELECT ledger_id, created_at FROM meta", table: "meta") { (try $0.text(0), try $0.time(1)) }
            guard let (id, createdAt) = meta.first else { throw LedgerContradiction("table meta is empty") }
            let last = try Self.lastRounds(database)
            let stateNumber = facts.list([.mesosState])
            return Remembered(
                ledgerID: id, createdAt: createdAt,
                nodes: try Self.nodes(database, "departed_at IS NULL OR (departed_at >= ? AND merged_into IS NULL)", [dayAgo.milliseconds]),
                observations: try openObservations(database),
                findings: try Self.findings(database, "f.state <> 'resolved'", order: "n.id, f.rule", limit: Self.rowsMax),
                sources: try Self.sources(database), lastRound: last?.to, lastInterval: last?.interval,
                watchSince: try Self.rows(database, "SELECT since FROM watch", table: "watch") { try $0.time(0) }.first,
                masters: try Self.masters(database), targets: try Self.targets(database),
                ruleSet: try Self.rows(database, "SELECT hash FROM rule_set ORDER BY last_loaded_at DESC, hash LIMIT 1", table: "rule_set") {
                    RuleSetHash(try $0.text(0))
                }.first,
                mesosStateChanges: try changes(database, since: now - .seconds(3600), "p.fact IN (\(stateNumber))"),
                changes: try changes(database, since: dayAgo, perNode: 100),
                work: try Self.work(database, now: now),
                ownFindings: try Self.ownFindings(database, "resolved_at IS NULL", limit: Self.rowsMax),
                alerts: try Self.openAlerts(database), alertTargets: try Self.alertTargets(database), services: try Self.services(database))
        }
    }

    /// Of all nodes in the fleet.
    private func openObservations(_ database: Database) throws -> [NodeID: [Observation]] {
        let ids = Dictionary(
            uniqueKeysWithValues: try Self.rows(database, "SELECT key, id FROM node WHERE departed_at IS NULL ORDER BY key", table: "node") {
                (try $0.integer(0), NodeID(try $0.text(1)))
            })
        var observations: [NodeID: [Observation]] = [:]
        observations.reserveCapacity(ids.count)
        // One node after the other, in the order of the table.
        var current: (key: Int64, list: [Observation])?
        func store() {
            guard let current, let id = ids[current.key] else { return }
            observations[id] = current.list.sorted { $0.fact.ordinal < $1.fact.ordinal }
        }
        let cursor = try Row.fetchCursor(database, sql: "SELECT node, fact, kind, value, from_ms FROM observation WHERE until_ms IS NULL ORDER BY node, fact")
        while let row = try cursor.next() {
            let columns = Columns(row, table: "observation")
            let key = try columns.integer(0)
            guard let id = ids[key], let fact = facts.fact(try columns.integer(1)) else { continue }
            if current?.key != key {
                store()
                current = (key, [])
            }
            current?.list.append(Observation(node: id, fact: fact, reading: try columns.reading(kind: 2, value: 3), from: try columns.time(4)))
        }
        store()
        return observations
    }
}
