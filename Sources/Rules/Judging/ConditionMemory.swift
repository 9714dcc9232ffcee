internal import Fleet

/// What one condition came to on every row when it was last asked, so that it has to be asked again only on rows where it may come to something else.
///
/// Kept where the outcome follows from the row and the time alone. Then it changes with what is put into the row, which the facts database notes, and
/// with ages at moments that are known beforehand (`AgeMoments`). Any other condition is asked on every row at every look.
final class ConditionMemory {
    private let overAll: String
    private let overOne: String
    private let moments: AgeMoments?
    private var holding: Set<Int64> = []
    private var unknown: Set<Int64> = []
    /// When each row's ages next pass something, in milliseconds since 1970. Rows that are not in here wait for nothing.
    private var due: [Int64: Int64] = [:]
    /// No row is due before.
    private var nextDue = Int64.max
    /// The time at which it was asked; nil: nothing is known.
    private var askedAt: Int64?
    private var sorted: Outcomes?
    /// Whether a rule of the look at hand asked.
    var isInUse = true

    /// Where so large a part of the rows is to be asked, all of them in one statement are cheaper.
    private static let partMax = 8

    struct Outcomes {
        /// The nodes on which it holds, and those on which it is unknown. Sorted.
        let holding: [NodeID]
        let unknown: [NodeID]
    }

    init(_ rule: Rule, isKept: Bool) {
        let query = ConditionQuery(rule)
        (overAll, overOne) = (query.overAll, query.overOne)
        moments = isKept ? AgeMoments(rule) : nil
    }

    func forget() { askedAt = nil }

    /// The first moment at which an outcome may be another though nothing is put into any row; nil where that is not known.
    var quietUntil: Timestamp? { moments == nil || askedAt == nil ? nil : Timestamp(milliseconds: nextDue) }

    /// The outcomes as of the facts' time.
    func outcomes(_ facts: FactsDatabase) throws(SQLiteError) -> Outcomes {
        let now = facts.now.milliseconds
        isInUse = true
        do throws(SQLiteError) {
            try facts.connection.watch.bounded(steps: ConditionQuery.stepsMax(nodes: facts.count)) { () throws(SQLiteError) in
                if let rows = rowsToAsk(facts, now: now) { try ask(rows, facts, now: now) } else { try askAll(facts, now: now) }
            }
        } catch {
            forget()
            throw error
        }
        askedAt = now
        let outcomes = sorted ?? Outcomes(holding: facts.sortedNodes(of: holding), unknown: facts.sortedNodes(of: unknown))
        sorted = outcomes
        return outcomes
    }

    /// Nil: all of them.
    private func rowsToAsk(_ facts: FactsDatabase, now: Int64) -> Set<Int64>? {
        // A clock that went back: it is not known what was due since then.
        guard let moments, let askedAt, moments.isEmpty || now >= askedAt else { return nil }
        var rows = facts.changedRows
        if nextDue <= now { for (row, moment) in due where moment <= now { rows.insert(row) } }
        return rows.count > facts.count / Self.partMax ? nil : rows
    }

    private func askAll(_ facts: FactsDatabase, now: Int64) throws(SQLiteError) {
        (holding, unknown, due, nextDue, sorted) = ([], [], [:], .max, nil)
        let statement = try facts.prepared(overAll)
        while try statement.step() {
            if statement.integer(at: 1) != 0 { holding.insert(statement.integer(at: 0)) } else { unknown.insert(statement.integer(at: 0)) }
        }
        guard let moments, !moments.isEmpty else { return }
        let times = try facts.prepared("SELECT seq, \(moments.columns) FROM node")
        while try times.step() { note(times.integer(at: 0), moments, times, now: now) }
    }

    private func ask(_ rows: Set<Int64>, _ facts: FactsDatabase, now: Int64) throws(SQLiteError) {
        if rows.isEmpty { return }
        let statement = try facts.prepared(overOne)
        for row in rows {
            try statement.bind(row, at: 1)
            // A row that was removed is none of it.
            take(row, try statement.step() ? statement.integer(at: 0) : 0)
            statement.reset()
        }
        guard let moments, !moments.isEmpty else { return }
        let times = try facts.prepared("SELECT seq, \(moments.columns) FROM node WHERE seq = ?1")
        for row in rows {
            due[row] = nil
            try times.bind(row, at: 1)
            if try times.step() { note(row, moments, times, now: now) }
            times.reset()
        }
        if nextDue <= now { nextDue = due.values.min() ?? .max }
    }

    /// - Parameter outcome: 1 holds, 0 does not, −1 is unknown.
    private func take(_ row: Int64, _ outcome: Int64) {
        let before: Int64 = holding.contains(row) ? 1 : unknown.contains(row) ? -1 : 0
        if outcome == before { return }
        sorted = nil
        holding.remove(row)
        unknown.remove(row)
        if outcome > 0 { holding.insert(row) } else if outcome < 0 { unknown.insert(row) }
    }

    private func note(_ row: Int64, _ moments: AgeMoments, _ times: SQLiteStatement, now: Int64) {
        let moment = moments.next(after: now, times: (1...Int32(moments.count)).map { times.isNull(at: $0) ? nil : times.integer(at: $0) })
        if moment == .max { return }
        due[row] = moment
        nextDue = min(nextDue, moment)
    }
}
