import Fleet
import GRDB

/// The recorded rounds in order of time, one at a time: what is in memory is a row of the log, and what SQLite sorts stays with SQLite.
package struct RoundStream {
    private let facts: FactNames
    private let rows: RowCursor
    private let readings: RowCursor
    private let departures: RowCursor
    private let renames: RowCursor
    private let until: Timestamp?
    private var round: RecordedRound?
    /// What is still to come of the row at hand, the next one last.
    private var steps: [RoundSteps.Step] = []
    private var nextRow: (round: RecordedRound, steps: [RoundSteps.Step])?
    private var terms: [String] = []
    private var nextReading: RecordedReading?
    private var nextDeparture: (at: Timestamp, node: Int64)?
    private var nextRename: (at: Timestamp, rename: RecordedRename)?

    /// Times and intervals beyond that are none, and adding to them could overflow.
    private static let reckonable: Int64 = 1 << 52

    /// - Parameter from: the beginning of the first row that is wanted; what held then comes with the first round.
    init(_ database: Database, facts: FactNames, from: Timestamp, until: Timestamp?) throws {
        self.facts = facts
        self.until = until
        let start: StatementArguments = [from.milliseconds]
        rows = try Row.fetchCursor(
            database, sql: "SELECT from_ms, interval_ms, capacity, rule_set, sources, last_read, steps FROM round_log WHERE to_ms >= ? ORDER BY id",
            arguments: start)
        readings = try Row.fetchCursor(
            database,
            sql: """
                SELECT node, fact, kind, value, from_ms FROM observation WHERE until_ms IS NULL OR until_ms > ?
                ORDER BY from_ms, node, fact
                """, arguments: start)
        departures = try Row.fetchCursor(
            database,
            sql: """
                SELECT p.until_ms, p.node FROM observation p WHERE p.fact IN (\(facts.list([.id]))) AND p.until_ms > ?
                AND NOT EXISTS (SELECT 1 FROM observation o WHERE o.node = p.node AND o.fact = p.fact AND o.from_ms = p.until_ms)
                ORDER BY p.until_ms, p.node
                """, arguments: start)
        renames = try Row.fetchCursor(
            database, sql: "SELECT at, details FROM audit WHERE kind = '\(AuditEntry.Kind.nodeRenamed.rawValue)' AND at > ? ORDER BY at, id", arguments: start)
        nextRow = try readRow()
        nextReading = try readReading()
        nextDeparture = try readDeparture()
        nextRename = try readRename()
    }

    /// The next round; nil after the last. Rounds of the same millisecond come as one.
    package mutating func next() throws -> RecordedRound? {
        guard try takeStep(isFurther: false), let at = round?.at else { return nil }
        if let until, at > until { return nil }
        round?.readings = []
        round?.departed = []
        round?.renamed = []
        // What is recorded twice in one millisecond is moved to the next by the ledger.
        var visible = at
        while try takeStep(isFurther: true) { visible = visible + .milliseconds(1) }
        while let reading = nextReading, reading.from <= visible {
            round?.readings.append(reading)
            nextReading = try readReading()
        }
        while let departure = nextDeparture, departure.at <= visible {
            round?.departed.append(departure.node)
            nextDeparture = try readDeparture()
        }
        while let rename = nextRename, rename.at <= visible {
            round?.renamed.append(rename.rename)
            nextRename = try readRename()
        }
        return round
    }

    /// Takes the next step into the round at hand. `isFurther`: only if it is of the same millisecond.
    private mutating func takeStep(isFurther: Bool) throws -> Bool {
        if let step = steps.last {
            if isFurther, step.milliseconds > 0 { return false }
            steps.removeLast()
            take(step)
            return true
        }
        guard let row = nextRow else { return false }
        if isFurther, row.round.at > round?.at ?? row.round.at { return false }
        nextRow = try readRow()
        let at = max(row.round.at, round?.at ?? row.round.at)
        round = row.round
        round?.at = at
        steps = row.steps.reversed()
        if let first = steps.popLast() { take(first) }
        return true
    }

    private mutating func take(_ step: RoundSteps.Step) {
        guard let last = round?.at else { return }
        let at = last + .milliseconds(step.milliseconds)
        round?.at = at
        for position in step.read { round?.sources[position].lastRead = at }
    }

    private mutating func readRow() throws -> (round: RecordedRound, steps: [RoundSteps.Step])? {
        guard let row = try rows.next() else { return nil }
        let columns = Columns(row, table: "round_log")
        let names = try columns.text(4)
        let pairs = try LedgerJSON.value([[String]].self, from: names, column: "sources")
        let reads = try LedgerJSON.value([Int64?].self, from: try columns.text(5), column: "last_read")
        guard pairs.count == reads.count else { throw columns.mismatch(5, "a time for each source") }
        let sources = try zip(pairs, reads).map { pair, read in
            guard pair.count == 2, let source = Source(pair[0]), let interval = Int64(pair[1]), (1...Self.reckonable).contains(interval),
                (-Self.reckonable...Self.reckonable).contains(read ?? 0)
            else {
                throw columns.mismatch(4, "sources and their intervals")
            }
            return RecordedSource(source: source, interval: .milliseconds(interval), lastRead: read.map { Timestamp(milliseconds: $0) })
        }
        guard (-Self.reckonable...Self.reckonable).contains(try columns.integer(0)) else { throw columns.mismatch(0, "a time") }
        guard let capacity = Int(exactly: try columns.integer(2)) else { throw columns.mismatch(2, "a count") }
        let terms = [String(try columns.integer(1)), String(capacity), try columns.text(3), names]
        let epoch = (nextRow?.round.epoch ?? round?.epoch ?? 0) + (terms == self.terms ? 0 : 1)
        self.terms = terms
        let round = RecordedRound(
            at: try columns.time(0), interval: try columns.duration(1), capacity: capacity, ruleSet: RuleSetHash(try columns.text(3)), epoch: epoch,
            sources: sources)
        return (round, try RoundSteps(try columns.bytes(6), sourceCount: sources.count).steps())
    }

    private func readReading() throws -> RecordedReading? {
        while let row = try readings.next() {
            let columns = Columns(row, table: "observation")
            // A fact that this program does not know is passed over.
            guard let fact = facts.fact(try columns.integer(1)) else { continue }
            return RecordedReading(
                node: try columns.integer(0), fact: fact, reading: try columns.reading(kind: 2, value: 3), from: try columns.time(4))
        }
        return nil
    }

    private func readDeparture() throws -> (at: Timestamp, node: Int64)? {
        guard let row = try departures.next() else { return nil }
        let columns = Columns(row, table: "observation")
        return (try columns.time(0), try columns.integer(1))
    }

    private func readRename() throws -> (at: Timestamp, rename: RecordedRename)? {
        guard let row = try renames.next() else { return nil }
        let columns = Columns(row, table: "audit")
        let details = try LedgerJSON.value([String: String].self, from: try columns.text(1), column: "details")
        guard let from = details["from"], let to = details["to"] else { throw columns.mismatch(1, "from which id to which") }
        return (try columns.time(0), RecordedRename(from: NodeID(from), to: NodeID(to)))
    }
}
