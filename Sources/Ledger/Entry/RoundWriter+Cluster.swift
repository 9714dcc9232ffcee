import Fleet
import FoundationEssentials
import GRDB

extension RoundWriter {
    mutating func write(_ source: SourceState) throws {
        precondition(source.interval > .zero, "the interval of source \(source.source) is \(source.interval)")
        let values: StatementArguments = [
            source.source.description, source.interval.inMilliseconds, source.lastSuccess?.milliseconds, source.lastAttempt?.milliseconds,
            source.failure?.message,
        ]
        let count = try execute(
            """
            INSERT INTO source (name, interval_ms, last_success, last_attempt, failure) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (name) DO UPDATE SET interval_ms = ?2, last_success = ?3, last_attempt = ?4, failure = ?5
            WHERE interval_ms IS NOT ?2 OR last_success IS NOT ?3 OR last_attempt IS NOT ?4 OR failure IS NOT ?5
            """, values)
        add(count, to: \.freshness)
    }

    /// One more tick of the run of rounds; or the first of a new run after a gap, or after a change of the interval.
    mutating func writeRound() throws {
        let interval = entry.interval.inMilliseconds
        let at = entry.at.milliseconds
        let last = try first("SELECT id, to_ms, interval_ms FROM round ORDER BY id DESC LIMIT 1", [])
        if let last {
            let columns = Columns(last, table: "round")
            let (distance, overflow) = at.subtractingReportingOverflow(try columns.integer(1))
            let (longest, tooLong) = interval.multipliedReportingOverflow(by: 3)
            if try columns.integer(2) == interval, !overflow, tooLong || distance <= longest {
                let count = try execute("UPDATE round SET to_ms = max(to_ms, ?), count = count + 1 WHERE id = ?", [at, try columns.integer(0)])
                add(count, to: \.freshness)
                return
            }
        }
        add(try execute("INSERT INTO round (from_ms, to_ms, interval_ms, count) VALUES (?1, ?1, ?2, 1)", [at, interval]), to: \.freshness)
    }

    mutating func writeCluster() throws {
        if let since = entry.watchSince {
            let count = try execute(
                "INSERT INTO watch (id, since) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET since = ?1 WHERE since <> ?1", [since.milliseconds])
            add(count, to: \.cluster)
        }
        if let master = entry.master { try write(master) }
        for target in entry.targets {
            let count = try execute(
                """
                INSERT INTO target (pool, image, since) VALUES (?1, ?2, ?3)
                ON CONFLICT (pool) DO UPDATE SET image = ?2, since = ?3 WHERE image IS NOT ?2 OR since <> ?3
                """, [target.pool.rawValue, target.image?.rawValue, target.since.milliseconds])
            add(count, to: \.cluster)
        }
    }

    /// Nothing while the same master leads: that it was seen again is what the run of rounds and the source say.
    private mutating func write(_ master: MasterID) throws {
        let at = entry.at.milliseconds
        if let row = try first("SELECT id FROM master WHERE last_seen IS NULL", []) {
            if try Columns(row, table: "master").text(0) == master.rawValue { return }
            add(try execute("UPDATE master SET last_seen = max(first_seen, ?) WHERE last_seen IS NULL", [at]), to: \.cluster)
        }
        let count = try execute(
            "INSERT INTO master (id, first_seen) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET last_seen = NULL", [master.rawValue, at])
        add(count, to: \.cluster)
    }

    mutating func write(_ ruleSet: RecordedRuleSet) throws {
        let hash = ruleSet.hash.rawValue
        let at = ruleSet.loadedAt.milliseconds
        if try first("SELECT 1 FROM rule_set WHERE hash = ?", [hash]) == nil {
            let count = try execute(
                "INSERT INTO rule_set (hash, loaded_at, last_loaded_at, files) VALUES (?1, ?2, ?2, ?3)", [hash, at, try LedgerJSON.text(ruleSet.files)])
            add(count, to: \.ruleSets)
            return
        }
        // In use again after another: then it is the one loaded last.
        add(try execute("UPDATE rule_set SET last_loaded_at = ?1 WHERE hash = ?2 AND last_loaded_at < ?1", [at, hash]), to: \.ruleSets)
    }

    mutating func write(_ audit: AuditEntry) throws {
        precondition(!audit.who.isEmpty, "an audit entry \(audit.kind) of nobody")
        let node = try audit.subject.map { try key(of: $0) }
        let count = try execute(
            "INSERT INTO audit (at, kind, node, who, details) VALUES (?, ?, ?, ?, ?)",
            [audit.at.milliseconds, audit.kind.rawValue, node, audit.who, try LedgerJSON.text(audit.details)])
        add(count, to: \.audit)
    }
}
