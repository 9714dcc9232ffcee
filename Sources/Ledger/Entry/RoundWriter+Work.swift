import Fleet
import GRDB
import Planning
import Replacing

extension RoundWriter {
    mutating func writeWork() throws {
        for replacement in entry.work.replacements { try write(replacement) }
    }

    private mutating func write(_ replacement: Replacement) throws {
        let standing =
            switch replacement.standing {
            case .running: "running"
            case .waiting: "waiting"
            case .parked: "parked"
            case .ended: "ended"
            }
        let count = try execute(
            """
            INSERT INTO replacement (id, node, slot, pool, rule, step, standing, started_at, ended_at, outcome, content)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, max(?8, ?9), ?10, ?11)
            ON CONFLICT (id) DO UPDATE SET step = ?6, standing = ?7, ended_at = max(started_at, ?9), outcome = ?10, content = ?11 WHERE content <> ?11
            """,
            [
                replacement.id.number, try key(of: replacement.node), replacement.slot.rawValue, replacement.pool?.rawValue, replacement.rule?.rawValue,
                replacement.step.rawValue, standing, replacement.startedAt.milliseconds, replacement.endedAt?.milliseconds,
                replacement.outcome?.kind.rawValue, try LedgerJSON.text(replacement),
            ])
        add(count, to: \.replacements)
    }
}
