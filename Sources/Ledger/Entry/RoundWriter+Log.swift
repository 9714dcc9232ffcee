import Fleet
import FoundationEssentials
import GRDB

extension RoundWriter {
    /// How many rounds a row of the log holds: an hour of them, and with them about a kilobyte, which each round writes again.
    static let roundsPerRowMax: Int64 = 256

    /// One more round in the newest row of the log; in a row of its own when that is full, or something else holds from now on.
    mutating func writeLog() throws {
        guard let terms = entry.terms else { return }
        let at = entry.at.milliseconds
        let interval = entry.interval.inMilliseconds
        let sources = try LedgerJSON.text(entry.sources.map { [$0.source.description, String($0.interval.inMilliseconds)] })
        let read = entry.sources.indices.filter { entry.sources[$0].lastSuccess == entry.at }
        let last = try first("SELECT id, to_ms, interval_ms, capacity, rule_set, sources, count, steps FROM round_log ORDER BY id DESC LIMIT 1", [])
        if let last {
            let columns = Columns(last, table: "round_log")
            let (distance, overflow) = at.subtractingReportingOverflow(try columns.integer(1))
            if try columns.integer(2) == interval, try columns.integer(3) == Int64(terms.capacity), try columns.text(4) == terms.ruleSet.rawValue,
                try columns.text(5) == sources, try columns.integer(6) < Self.roundsPerRowMax, !overflow, distance >= 0
            {
                var steps = RoundSteps(try columns.bytes(7), sourceCount: entry.sources.count)
                steps.append(milliseconds: distance, read: read)
                let count = try execute(
                    "UPDATE round_log SET to_ms = ?, count = count + 1, steps = ? WHERE id = ?", [at, Data(steps.bytes), try columns.integer(0)])
                add(count, to: \.freshness)
                return
            }
        }
        var steps = RoundSteps(sourceCount: entry.sources.count)
        steps.append(milliseconds: 0, read: read)
        let count = try execute(
            """
            INSERT INTO round_log (from_ms, to_ms, interval_ms, capacity, rule_set, sources, last_read, count, steps) VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, 1, ?7)
            """,
            [
                at, interval, terms.capacity, terms.ruleSet.rawValue, sources, try LedgerJSON.text(entry.sources.map { $0.lastSuccess?.milliseconds }),
                Data(steps.bytes),
            ])
        add(count, to: \.freshness)
    }
}
