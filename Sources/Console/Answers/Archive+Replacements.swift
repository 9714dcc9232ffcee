import Fleet
import Ledger
import Replacing
import Rounds

extension Archive {
    /// The open replacements and those begun within 30 days, newest first; or one, with every step and call.
    package func replacements(_ id: String?) throws -> ConsoleAnswer {
        if let id { return try replacement(id) }
        let known = try ledger.replacements(since: now - Replacement.countedFor).sorted { ($0.isOpen ? 0 : 1, $1.id) < ($1.isOpen ? 0 : 1, $0.id) }
        var table = Table("ID", "NODE", "POOL", "ORDER", "STARTED", "WHERE IT STANDS")
        for replacement in known {
            table.add(
                "\(replacement.id)", replacement.node.rawValue, replacement.pool?.rawValue ?? "-", replacement.order.rawValue, replacement.startedAt.shown,
                text(of: replacement).standing)
        }
        return try ConsoleAnswer(
            known.map { ReplacementView($0, playbook: settings.playbook) },
            lines: known.isEmpty ? ["No replacement is open, and none was begun within 30 days"] : table.lines())
    }

    private func replacement(_ id: String) throws -> ConsoleAnswer {
        guard let number = Int64(id), number > 0, let found = try ledger.replacement(numbered: ReplacementID(number)) else {
            throw ConsoleError(.replacementUnknown, "the ledger knows no replacement '\(id.prefix(40))'", hint: "those that it knows: mayfly replacements")
        }
        let times = try ledger.replacements(since: now - Replacement.countedFor).count(inSlot: found.slot, at: now)
        let slot = "  slot \(found.slot): replaced \(times == 1 ? "once" : "\(times) times") within 30 days"
        let held = report?.picture.state.work.held[found.id] ?? []
        let gates = held.isEmpty ? [] : ["", "  Gates that it waits for"] + GatesText(held, now: now).lines()
        let console = try ledger.console(of: found)
        return try ConsoleAnswer(
            ReplacementView(found, playbook: settings.playbook, isWhole: true, held: held, slotReplacements: times, console: console?.output),
            lines: text(of: found).lines(isWhole: true) + [slot] + gates + (console.map { Self.lines(of: $0) } ?? []))
    }

    /// So many lines of a console's output are shown; JSON has what is kept.
    private static let consoleLinesMax = 20

    private static func lines(of console: (at: Timestamp, output: String)) -> [String] {
        let lines = console.output.split(separator: "\n")
        let hidden = lines.count - consoleLinesMax
        return ["", "  Console, as it was kept at \(console.at.shown)" + (hidden > 0 ? ", the last lines; --json has \(hidden) more" : "")]
            + lines.suffix(consoleLinesMax).map { "    \($0)" }
    }

    private func text(of replacement: Replacement) -> ReplacementText { ReplacementText(replacement, playbook: settings.playbook, now: now) }
}
