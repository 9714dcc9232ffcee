import Fleet
import GRDB
import Planning
import Replacing

extension RoundWriter {
    /// Replacements before their transitions, which point to them.
    mutating func writeWork() throws {
        for replacement in entry.work.replacements { try write(replacement) }
        let byID = Dictionary(entry.work.replacements.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        for transition in entry.work.transitions { try write(transition, of: byID[transition.replacement]) }
        for brake in entry.work.brakes { try write(brake) }
        for node in entry.work.unassessed { try endAssessment(of: try key(of: node)) }
        for assessment in entry.work.assessments { try write(assessment) }
    }

    private mutating func write(_ replacement: Replacement) throws {
        let count = try execute(
            """
            INSERT INTO replacement (id, node, slot, pool, rule, step, standing, started_at, ended_at, outcome, content)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, max(?8, ?9), ?10, ?11)
            ON CONFLICT (id) DO UPDATE SET step = ?6, standing = ?7, ended_at = max(started_at, ?9), outcome = ?10, content = ?11 WHERE content <> ?11
            """,
            [
                replacement.id.number, try key(of: replacement.node), replacement.slot.rawValue, replacement.pool?.rawValue, replacement.rule?.rawValue,
                replacement.step.rawValue, replacement.standing.word, replacement.startedAt.milliseconds, replacement.endedAt?.milliseconds,
                replacement.outcome?.kind.rawValue, try LedgerJSON.text(replacement),
            ])
        add(count, to: \.replacements)
    }

    private mutating func write(_ transition: TransitionEntry, of replacement: Replacement?) throws {
        let count = try execute(
            "INSERT INTO transition (replacement, at, who, content) VALUES (?, ?, ?, ?)",
            [transition.replacement.number, transition.at.milliseconds, transition.who, try LedgerJSON.text(transition.transition)])
        add(count, to: \.replacements)
        guard let said = transition.transition.said else { return }
        var details = said.details
        details["replacement"] = transition.replacement.description
        try write(AuditEntry(at: transition.at, kind: said.kind, subject: replacement?.node, who: transition.who, details: details))
    }

    private mutating func write(_ brake: BrakeChange) throws {
        let stored = try brake.stored
        let count =
            if let content = stored.content {
                try execute(
                    "INSERT INTO brake (kind, subject, content) VALUES (?1, ?2, ?3) ON CONFLICT (kind, subject) DO UPDATE SET content = ?3 WHERE content <> ?3",
                    [stored.kind, stored.subject, content])
            } else {
                try execute("DELETE FROM brake WHERE kind = ? AND subject = ?", [stored.kind, stored.subject])
            }
        add(count, to: \.brakes)
    }

    private mutating func endAssessment(of node: Int64) throws {
        let count = try execute("UPDATE assessment SET until_ms = max(from_ms, ?) WHERE node = ? AND until_ms IS NULL", [entry.at.milliseconds, node])
        add(count, to: \.assessments)
    }

    private mutating func write(_ assessment: Assessment) throws {
        let node = try key(of: assessment.node)
        try endAssessment(of: node)
        let count = try execute(
            "INSERT INTO assessment (node, rule, from_ms, outcome, gates, content) VALUES (?, ?, ?, ?, ?, ?)",
            [
                node, assessment.rule?.rawValue, entry.at.milliseconds, assessment.outcome.rawValue,
                assessment.shut.map(\.gate.rawValue).joined(separator: " "), try LedgerJSON.text(StoredAssessment(assessment, by: entry.terms?.ruleSet)),
            ])
        add(count, to: \.assessments)
    }
}

/// An assessment as the ledger keeps it: what every gate said when the set of those that are shut became this one.
struct StoredAssessment: Codable {
    var findingClass: FindingClass
    var answers: [GateAnswer]
    /// The rules by which its node was to be replaced. Nil in what was written before this was.
    var ruleSet: RuleSetHash?

    enum CodingKeys: String, CodingKey {
        case findingClass = "class"
        case answers
        case ruleSet = "rule_set"
    }

    init(_ assessment: Assessment, by ruleSet: RuleSetHash?) {
        self.ruleSet = ruleSet
        findingClass = assessment.findingClass
        answers = assessment.answers
    }
}

extension BrakeChange {
    /// The row that it is; without content when it is taken off.
    fileprivate var stored: (kind: String, subject: String, content: String?) {
        get throws {
            switch self {
            case .pause(let pause): ("pause", "", try pause.map { try LedgerJSON.text($0) })
            case .refresh(let refresh): ("refresh", "", try refresh.map { try LedgerJSON.text($0) })
            case .hold(let node, let hold): ("hold", node.rawValue, try hold.map { try LedgerJSON.text($0) })
            case .approval(let node, let approval): ("approval", node.rawValue, try approval.map { try LedgerJSON.text($0) })
            case .request(let node, let request): ("request", node.rawValue, try request.map { try LedgerJSON.text($0) })
            case .latch(let name, let latch): ("latch", name.rawValue, try latch.map { try LedgerJSON.text($0) })
            }
        }
    }
}
