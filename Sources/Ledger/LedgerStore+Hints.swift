package import Fleet
import GRDB

extension LedgerStore {
    /// So many messages are kept that nobody could read; older ones go.
    static let quarantineMax = 1000
    /// As many hints as one answer holds.
    private static let hintsMax = 10_000

    /// Records what a turn of the queue of events gave: one transaction, on the disk when it returns.
    ///
    /// - Returns: those of the hints that were not recorded before, in their order. One that comes again changes nothing.
    package func take(_ hints: [RecordedHint], quarantined: [QuarantinedMessage] = []) throws(LedgerError) -> [RecordedHint] {
        if hints.isEmpty, quarantined.isEmpty { return [] }
        return try attempt("recording what AWS' events say") { database in
            var news: [RecordedHint] = []
            try database.inTransaction(.immediate) {
                for recorded in hints where try Self.insert(recorded, into: database) { news.append(recorded) }
                for message in quarantined {
                    try database.execute(
                        sql: "INSERT INTO quarantine (message, received_at, reason, body) VALUES (?, ?, ?, ?) ON CONFLICT (message) DO NOTHING",
                        arguments: [message.id, message.receivedAt.milliseconds, message.reason, message.body])
                }
                if !quarantined.isEmpty {
                    try database.execute(
                        sql: """
                            DELETE FROM quarantine WHERE message IN
                              (SELECT message FROM quarantine ORDER BY received_at DESC, message LIMIT -1 OFFSET \(Self.quarantineMax))
                            """)
                }
                return .commit
            }
            return news
        }
    }

    /// - Returns: whether it was new.
    private static func insert(_ recorded: RecordedHint, into database: Database) throws -> Bool {
        let hint = recorded.hint
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO hint (event, instance, kind, at, received_at, detail, standing) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (event, instance) DO NOTHING
                """)
        try statement.execute(arguments: [
            hint.event, hint.instance.rawValue, hint.kind.rawValue, hint.at.milliseconds, recorded.receivedAt.milliseconds, hint.detail,
            recorded.standing.rawValue,
        ])
        return database.changesCount > 0
    }

    /// Tries the hints again whose instance was not known: those of an instance that is known by now are looked at, those that were parked for too long are
    /// somebody else's.
    ///
    /// - Returns: those that are looked at now, oldest first.
    package func tryParked(known: Set<InstanceID>, at now: Timestamp) throws(LedgerError) -> [RecordedHint] {
        try attempt("trying the hints again that are parked") { database in
            var looked: [RecordedHint] = []
            try database.inTransaction(.immediate) {
                let parked = try String.fetchAll(database, sql: "SELECT DISTINCT instance FROM hint WHERE standing = 'parked' ORDER BY instance")
                for instance in parked where known.contains(InstanceID(instance)) {
                    for var recorded in try Self.hints(database, "standing = 'parked' AND instance = ?", [instance]) {
                        recorded.standing = .looked
                        looked.append(recorded)
                    }
                    try database.execute(sql: "UPDATE hint SET standing = 'looked' WHERE standing = 'parked' AND instance = ?", arguments: [instance])
                }
                try database.execute(
                    sql: "UPDATE hint SET standing = 'unknown' WHERE standing = 'parked' AND received_at < ?",
                    arguments: [(now - RecordedHint.parkedFor).milliseconds])
                return .commit
            }
            return looked.sorted { ($0.receivedAt, $0.hint.event, $0.hint.instance) < ($1.receivedAt, $1.hint.event, $1.hint.instance) }
        }
    }

    /// Hints of a kind that came at a time or later, oldest first: ten thousand at most.
    package func hints(_ kind: Hint.Kind, since: Timestamp) throws(LedgerError) -> [RecordedHint] {
        try reading("reading what AWS' events said") { database in
            try Self.hints(database, "kind = ? AND received_at >= ?", [kind.rawValue, since.milliseconds])
        }
    }

    private static func hints(_ database: Database, _ condition: String, _ arguments: StatementArguments) throws -> [RecordedHint] {
        let sql = """
            SELECT event, instance, kind, at, received_at, detail, standing FROM hint WHERE \(condition)
            ORDER BY received_at, event, instance LIMIT \(hintsMax)
            """
        return try rows(database, sql, arguments, table: "hint") { row in
            let hint = Hint(
                event: try row.text(0), instance: InstanceID(try row.text(1)), kind: try row.word(2), at: try row.time(3), detail: try row.text(5))
            return RecordedHint(hint, receivedAt: try row.time(4), standing: try row.word(6))
        }
    }

    /// How many hints are parked, and how many messages nobody could read.
    package func eventCounts() throws(LedgerError) -> (parked: Int, quarantined: Int) {
        try reading("counting hints") { database in
            (
                try Int.fetchOne(database, sql: "SELECT count(*) FROM hint WHERE standing = 'parked'") ?? 0,
                try Int.fetchOne(database, sql: "SELECT count(*) FROM quarantine") ?? 0
            )
        }
    }

    /// Messages that nobody could read, the newest first.
    package func quarantined(limit: Int) throws(LedgerError) -> [QuarantinedMessage] {
        try reading("reading what is in quarantine") { database in
            let sql = "SELECT message, received_at, reason, body FROM quarantine ORDER BY received_at DESC, message LIMIT \(Self.bounded(limit))"
            return try Self.rows(database, sql, table: "quarantine") { row in
                QuarantinedMessage(id: try row.text(0), receivedAt: try row.time(1), reason: try row.text(2), body: try row.text(3))
            }
        }
    }
}
