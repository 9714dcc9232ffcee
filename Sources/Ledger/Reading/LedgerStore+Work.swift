package import Fleet
import GRDB
package import Planning
package import Replacing

extension LedgerStore {
    static func work(_ database: Database, now: Timestamp) throws -> RememberedWork {
        var work = RememberedWork()
        guard try database.tableExists("transition") else { return work }
        work.replacements = try replacements(database, since: now - Replacement.countedFor)
        work.lastReplacement =
            try rows(database, "SELECT max(id) FROM replacement", table: "replacement") { row in
                try row.integerOrNull(0).map { ReplacementID($0) }
            }.first ?? nil
        for brake in try rows(database, "SELECT kind, content FROM brake ORDER BY kind, subject", table: "brake", { (try $0.text(0), try $0.text(1)) }) {
            try work.take(brake.0, brake.1)
        }
        work.assessments = try rows(
            database,
            "SELECT n.id, a.rule, a.from_ms, a.outcome, a.gates FROM assessment a JOIN node n ON n.key = a.node WHERE a.until_ms IS NULL ORDER BY n.id",
            table: "assessment", Self.assessment)
        return work
    }

    /// The open ones, and those begun since then. By id.
    static func replacements(_ database: Database, since: Timestamp) throws -> [Replacement] {
        guard try database.tableExists("transition") else { return [] }
        let sql = "SELECT content FROM replacement WHERE standing <> 'ended' OR started_at >= ? ORDER BY id"
        return try rows(database, sql, [since.milliseconds], table: "replacement", replacement)
    }

    private static func replacement(_ row: Columns) throws -> Replacement {
        try LedgerJSON.value(Replacement.self, from: try row.text(0), column: "content")
    }

    static func assessment(_ row: Columns) throws -> RecordedAssessment {
        let gates = try row.text(4).split(separator: " ").compactMap { Gate.Name(rawValue: String($0)) }
        return RecordedAssessment(
            node: NodeID(try row.text(0)), rule: try row.textOrNull(1).map { RuleName($0) }, from: try row.time(2), outcome: try row.word(3), shut: gates)
    }

    /// Everything that made it what it is, in order.
    package func transitions(of id: ReplacementID) throws(LedgerError) -> [TransitionEntry] {
        try reading("reading what became of replacement \(id)") { database in
            try Self.rows(database, "SELECT at, who, content FROM transition WHERE replacement = ? ORDER BY id", [id.number], table: "transition") { row in
                TransitionEntry(
                    replacement: id, at: try row.time(0), transition: try LedgerJSON.value(Transition.self, from: try row.text(2), column: "content"),
                    who: try row.text(1))
            }
        }
    }

    /// What the gates came to for a node, as it was written: the newest first.
    package func assessments(of node: NodeID, limit: Int = 20) throws(LedgerError) -> [PastAssessment] {
        try reading("reading what was decided for \(node)") { database in
            guard try database.tableExists("assessment") else { return [] }
            let sql = """
                SELECT n.id, a.rule, a.from_ms, a.outcome, a.gates, a.until_ms, a.content FROM assessment a JOIN node n ON n.key = a.node
                WHERE n.id = ?1 OR n.key = (SELECT node FROM node_alias WHERE id = ?1) ORDER BY a.id DESC LIMIT \(Self.bounded(limit))
                """
            return try Self.rows(database, sql, [node.rawValue], table: "assessment") { row in
                let stored = try LedgerJSON.value(StoredAssessment.self, from: try row.text(6), column: "content")
                return PastAssessment(
                    assessment: try Self.assessment(row), findingClass: stored.findingClass, until: try row.timeOrNull(5), answers: stored.answers,
                    ruleSet: stored.ruleSet)
            }
        }
    }
}

/// An assessment as it was written, with what every gate then said.
package struct PastAssessment: Hashable, Sendable {
    package let assessment: RecordedAssessment
    package let findingClass: FindingClass
    /// Nil while it holds.
    package let until: Timestamp?
    package let answers: [GateAnswer]
    /// The rules by which its node was to be replaced then. Nil: not recorded.
    package let ruleSet: RuleSetHash?

    /// As the round had it that wrote it.
    package var asAsked: Assessment {
        Assessment(node: assessment.node, rule: assessment.rule, findingClass: findingClass, answers: answers, outcome: assessment.outcome)
    }
}

extension RememberedWork {
    fileprivate mutating func take(_ kind: String, _ content: String) throws {
        switch kind {
        case "pause": pause = try LedgerJSON.value(Pause.self, from: content, column: "content")
        case "refresh": refresh = try LedgerJSON.value(Refresh.self, from: content, column: "content")
        case "hold": holds.append(try LedgerJSON.value(Hold.self, from: content, column: "content"))
        case "approval": approvals.append(try LedgerJSON.value(Approval.self, from: content, column: "content"))
        case "request": requests.append(try LedgerJSON.value(Request.self, from: content, column: "content"))
        case "latch": latches.append(try LedgerJSON.value(Latch.self, from: content, column: "content"))
        default: throw LedgerContradiction("table brake holds a brake of kind '\(kind)'")
        }
    }
}
