import Demo
import Fleet
import Planning
import Rounds
import Rules
import Simulation
import Synchronization

/// What the demonstration shows: a live table on a terminal, lines elsewhere, and a summary at the end.
final class DemoShow: Sendable {
    private let isLive: Bool
    private let isSilent: Bool
    private let cluster: DemoCluster
    private let speed: Int
    private let seen = Mutex(Seen())

    private struct Seen {
        var last: RoundReport?
        var rounds = 0
        var deedsTold = 0
        var events: [Line] = []
        var fired: [FiredFinding] = []
    }

    private struct Line {
        let at: Timestamp
        let text: String
    }

    /// A finding that fired, for the summary.
    struct FiredFinding: Encodable {
        let at: String
        let node: String
        let rule: String
        let verdict: String
        let summary: String
    }

    /// Lines of the story that the live table shows.
    private static let linesShown = 14

    init(isLive: Bool, isSilent: Bool, cluster: DemoCluster, speed: Int) {
        self.isLive = isLive
        self.isSilent = isSilent
        self.cluster = cluster
        self.speed = speed
    }

    func begin(_ stage: DemoStage) {
        if isSilent { return }
        print("An invented cluster of 20 agents in three zones, with 3 Kafka clusters, on 127.0.0.1:")
        print("  Mesos \(stage.endpoints.masters.joined(separator: ", "))")
        print("  AWS   \(stage.endpoints.aws)")
        print("The real daemon watches it with \(stage.rules.rules.count) shipped rules, in alert mode, at \(speed) times the speed. Ctrl-C ends it.")
        print("")
    }

    /// Takes in a round: called by the daemon after each commit.
    func take(_ report: RoundReport) {
        let deeds = cluster.chronicle()
        let lines = seen.withLock { seen -> [Line] in
            seen.last = report
            seen.rounds += 1
            let new = deeds.dropFirst(seen.deedsTold).map { Line(at: $0.at, text: "cluster  " + $0.text) } + report.findings.compactMap { Self.line(of: $0, at: report.at) }
            seen.deedsTold = deeds.count
            seen.events += new
            for finding in report.findings where finding.state == .firing {
                seen.fired.append(
                    FiredFinding(
                        at: report.at.description, node: finding.node.rawValue, rule: finding.rule.name.rawValue, verdict: finding.rule.verdict.rawValue, summary: finding.summary))
            }
            return isLive ? seen.events.suffix(Self.linesShown) : new
        }
        if isSilent { return }
        if isLive { draw(report, lines) } else { for line in lines { print("\(line.at)  \(line.text)") } }
    }

    private static func line(of finding: Finding, at: Timestamp) -> Line? {
        switch finding.state {
        case .pending: nil
        case .firing: Line(at: at, text: "mayfly   \(finding.rule.name) fires on \(finding.node): \(finding.summary)")
        case .resolved: finding.firingSince == nil ? nil : Line(at: at, text: "mayfly   \(finding.rule.name) is over on \(finding.node): \(finding.resolution?.rawValue ?? "")")
        }
    }

    /// Home, the lines each cleared to their end, then everything below cleared: no flicker.
    private func draw(_ report: RoundReport, _ lines: [Line]) {
        let picture = PictureText(report.picture, cluster: "prod")
        let all =
            ["\(report.at)   \(report.picture.state.nodes.count) nodes   stale: \(report.picture.stale.isEmpty ? "nothing" : report.picture.stale.sorted().map(\.description).joined(separator: ", "))", ""]
            + picture.nodes() + [""] + lines.map { "\($0.at)  \($0.text)" }
        print("\u{1B}[H" + all.map { String($0.prefix(220)) + "\u{1B}[K\n" }.joined() + "\u{1B}[J", terminator: "")
    }

    /// The summary, for people.
    func end() -> [String] {
        let (last, fired, rounds) = seen.withLock { ($0.last, $0.fired, $0.rounds) }
        guard let last else { return ["", "The daemon saw nothing."] }
        var lines = ["", "\(rounds) rounds, up to \(last.at). What fired:"]
        var table = Table("  WHEN", "NODE", "RULE", "VERDICT", "WHY")
        for finding in fired { table.add("  " + finding.at, finding.node, finding.rule, finding.verdict, finding.summary) }
        lines += fired.isEmpty ? ["  nothing yet"] : table.lines()
        lines += ["", "What Mayfly would do at the end, were it allowed to:"]
        let dispositions = last.picture.dispositions().filter { $0.disposition != .notEphemeral }
        lines += dispositions.isEmpty ? ["  nothing"] : dispositions.map { "  \($0.node)  \($0.disposition.reason(at: last.at))" }
        return lines
    }

    /// The summary, for machines.
    struct Summary: Encodable {
        let rounds: Int
        let fired: [FiredFinding]
        let picture: PictureView?
        let cluster: [Deed]

        struct Deed: Encodable {
            let at: String
            let text: String
        }
    }

    func summary() -> Summary {
        let deeds = cluster.chronicle().map { Summary.Deed(at: $0.at.description, text: $0.text) }
        return seen.withLock { seen in
            Summary(rounds: seen.rounds, fired: seen.fired, picture: seen.last.map { PictureView($0.picture, cluster: "prod", notices: $0.notices) }, cluster: deeds)
        }
    }
}
