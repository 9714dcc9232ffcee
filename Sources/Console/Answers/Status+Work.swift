import Fleet
import Ledger
import Planning
import Replacing
import Rounds

/// What is decided and done, and what holds it back: the second half of the first look at three in the morning.
struct WorkStatus: Encodable {
    let picture: Picture
    /// What the pause file says. Nil: it is not there.
    let pauseFile: String?

    private var work: Work { picture.state.work }
    private var open: [Replacement] { work.open }
    private var parked: [Replacement] { open.filter(\.isParked) }
    private var latches: [Latch] { work.latches.values.sorted { $0.name < $1.name } }
    private var holds: [Hold] { work.holds.values.sorted { $0.node < $1.node } }

    func lines() -> [String] {
        var lines: [String] = []
        let pauses = [work.pause?.words, pauseFile.map { "by the file \($0)" }].compactMap { $0 }
        lines.append("Pause       " + (pauses.isEmpty ? "nobody has paused" : "PAUSED " + pauses.joined(separator: "; ")))
        if picture.settings.asksForRefresh { lines.append("Refresh     " + (work.refresh?.words ?? "none is open: outdated nodes wait for one")) }
        lines.append("Claim       \(work.claim.words(at: picture.at))")
        lines.append("Latches     " + (latches.isEmpty ? "none" : "\(latches.count { $0.isTripped }) tripped, \(latches.count { !$0.isTripped }) accepted"))
        lines += latches.map { "  \($0.name) \($0.words)" }
        if !holds.isEmpty {
            lines.append("Held nodes  \(holds.count)")
            lines += holds.prefix(Self.shownMax).map { "  \($0.node) until \($0.until.shown) by \($0.who): \($0.reason)" }
        }
        if !work.requests.isEmpty {
            lines.append("Asked for   \(work.requests.count)")
            lines += work.requests.values.sorted { $0.node < $1.node }.prefix(Self.shownMax).map { "  \($0.node) by \($0.who): \($0.reason)" }
        }
        if !work.approvals.isEmpty {
            lines.append("Approved    \(work.approvals.count)")
            lines += work.approvals.values.sorted { $0.node < $1.node }.prefix(Self.shownMax).map {
                "  \($0.node) until \($0.until.shown) by \($0.who): \($0.reason)"
            }
        }
        lines.append("To replace  \(waiting)")
        lines.append("In flight   \(open.count - parked.count)")
        lines += open.filter { !$0.isParked }.prefix(Self.shownMax).map { "  \($0.id) of \($0.node): \(text($0).standing)" }
        lines.append("Parked      \(parked.count)")
        lines += parked.prefix(Self.shownMax).flatMap { replacement in
            let text = text(replacement)
            return ["  \(replacement.id) of \(replacement.node): \(text.standing)"] + (text.remedy.map { ["    to do: \($0)"] } ?? [])
        }
        return lines
    }

    /// How many nodes something asks to be replaced that are not in flight, and what holds them.
    private var waiting: String {
        let all = work.assessments.values
        let gates = all.filter { $0.outcome == .refused }.flatMap(\.shut)
        let held = Dictionary(gates.map { ($0, 1) }, uniquingKeysWith: +).sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        let counts = [
            (all.count { $0.outcome == .refused }, "held by " + held.prefix(3).map { "\($0.key) (\($0.value))" }.joined(separator: ", ")),
            (all.count { $0.outcome == .wouldStart }, "only by the mode"), (all.count { $0.outcome == .decided }, "start next"),
        ]
        return all.isEmpty ? "none" : "\(all.count) nodes: " + counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: "; ")
    }

    private func text(_ replacement: Replacement) -> ReplacementText { ReplacementText(replacement, picture: picture) }

    /// More than so many are for `mayfly replacements`.
    private static let shownMax = 20

    private enum Key: String, CodingKey {
        case pause, pauseFile = "pause_file", refresh, claim, latches, holds, replacements, requested, approved
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(work.pause.map { PauseView($0) }, forKey: .pause)
        try container.encodeIfPresent(pauseFile, forKey: .pauseFile)
        try container.encodeIfPresent(work.refresh.map { RefreshView($0) }, forKey: .refresh)
        try container.encode(work.claim.word, forKey: .claim)
        try container.encode(latches.map { LatchView($0) }, forKey: .latches)
        try container.encode(holds.map { HoldView($0) }, forKey: .holds)
        try container.encode(open.map { ReplacementView($0, playbook: picture.settings.playbook) }, forKey: .replacements)
        try container.encode(work.requests.keys.sorted().map(\.rawValue), forKey: .requested)
        try container.encode(work.approvals.keys.sorted().map(\.rawValue), forKey: .approved)
    }
}
