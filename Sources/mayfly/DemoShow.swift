import Console
import Daemon
import Demo
import Fleet
import Foundation
import Planning
import Replacing
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
    private let story: DemoStage.Story
    private let seen = Mutex(Seen())

    private struct Seen {
        var last: RoundReport?
        var rounds = 0
        var deedsTold = 0
        var events: [Line] = []
        var fired: [FiredFinding] = []
        /// Where each replacement stood when it was last told of.
        var stood: [ReplacementID: String] = [:]
    }

    private struct Line {
        let at: Timestamp
        let text: String
        var shown: String { "\(at.clock)  \(text)" }
    }

    /// A finding that fired, for the summary.
    struct FiredFinding: Encodable {
        let at: Timestamp
        let node: String
        let rule: String
        let verdict: String
        let summary: String

        private enum Key: String, CodingKey { case at, node, rule, verdict, summary }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(at.description, forKey: .at)
            try container.encode(node, forKey: .node)
            try container.encode(rule, forKey: .rule)
            try container.encode(verdict, forKey: .verdict)
            try container.encode(summary, forKey: .summary)
        }
    }

    /// Lines of the story that are kept for the live table, and how many it shows at least.
    private static let linesKept = 40
    private static let linesShownMin = 4

    init(isLive: Bool, isSilent: Bool, cluster: DemoCluster, speed: Int, story: DemoStage.Story) {
        self.story = story
        self.isLive = isLive
        self.isSilent = isSilent
        self.cluster = cluster
        self.speed = speed
    }

    func begin(_ stage: DemoStage) {
        if isSilent { return }
        say([
            "An invented cluster of 20 agents in three zones, with 3 Kafka clusters:",
            "  Mesos \(stage.endpoints.masters.joined(separator: ", "))",
            "  DC/OS \(stage.endpoints.dcos)",
            "  AWS   \(stage.endpoints.aws)",
            "The real daemon \(story == .watching ? "watches it" : "refreshes it, in mode act,") with the \(stage.rules.rules.count) rules of \(stage.configuration.rulesDirectory),",
            "at up to \(speed) times the speed. Ctrl-C ends it.", "",
        ])
    }

    /// Takes in a round: called by the daemon after each commit.
    func take(_ report: RoundReport) {
        let deeds = cluster.chronicle()
        let lines = seen.withLock { seen -> [Line] in
            seen.last = report
            seen.rounds += 1
            let moved = report.picture.state.work.replacements.values.sorted { $0.id < $1.id }.compactMap { replacement -> Line? in
                let words = ReplacementText(replacement, picture: report.picture).stage
                defer { seen.stood[replacement.id] = words }
                return seen.stood[replacement.id] == words
                    ? nil : Line(at: report.at, text: "mayfly   replacement \(replacement.id) of \(replacement.node): \(words)")
            }
            let new =
                deeds.dropFirst(seen.deedsTold).map { Line(at: $0.at, text: "cluster  " + $0.text) }
                + report.findings.compactMap { Self.line(of: $0, at: report.at) } + report.ownFindings.map { Self.line(of: $0, at: report.at) } + moved
            seen.deedsTold = deeds.count
            seen.events += new
            for finding in report.findings where finding.state == .firing {
                seen.fired.append(
                    FiredFinding(
                        at: report.at, node: finding.node.rawValue, rule: finding.rule.name.rawValue, verdict: finding.rule.verdict.rawValue,
                        summary: finding.summary))
            }
            return isLive ? seen.events.suffix(Self.linesKept) : new
        }
        if isSilent { return }
        if isLive { draw(report, lines) } else { say(lines.map(\.shown)) }
    }

    private static func line(of finding: Finding, at: Timestamp) -> Line? {
        switch finding.state {
        case .pending: nil
        case .firing: Line(at: at, text: "mayfly   \(finding.rule.name) fires on \(finding.node): \(finding.summary)")
        case .resolved:
            finding.firingSince == nil
                ? nil : Line(at: at, text: "mayfly   \(finding.rule.name) is over on \(finding.node): \(finding.resolution?.rawValue ?? "")")
        }
    }

    private static func line(of finding: OwnFinding, at: Timestamp) -> Line {
        let words =
            finding.resolvedAt == nil
            ? "mayfly   is hindered, \(finding.kind): \(finding.summary)" : "mayfly   is no longer hindered by \(finding.kind) of \(finding.subject)"
        return Line(at: at, text: words)
    }

    /// Home, the lines each cleared to their end, then everything below cleared: no flicker. No more than the terminal shows, or it would scroll.
    private func draw(_ report: RoundReport, _ lines: [Line]) {
        let size = Terminal.size()
        let stale = report.picture.stale.sorted().map(\.description).joined(separator: ", ")
        let nodes = story == .refreshing ? [] : PictureText(report.picture, cluster: "prod").nodes(width: size.columns)
        let head =
            "\(report.at.shown)   \(report.picture.state.nodes.count) nodes   " + (stale.isEmpty ? "all sources are fresh" : "stale: \(stale)")
            + "   \(cluster.sink.count) alerts received"
        let told = lines.suffix(max(Self.linesShownMin, size.rows - nodes.count - 4)).map(\.shown)
        let room = max(0, size.rows - told.count - 4)
        let shown =
            nodes.count <= room ? nodes : nodes.prefix(max(0, room - 1)) + ["… and \(nodes.count - max(0, room - 1)) more nodes; the terminal is too low"]
        let progress = story == .refreshing ? DemoProgress(report: report, cluster: cluster).lines : []
        let all = [head, ""] + progress + shown + [""] + told
        write("\u{1B}[H" + all.map { $0.cut(to: size.columns) + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
    }

    /// Prints the summary, for people.
    func end() {
        let (last, fired, rounds) = seen.withLock { ($0.last, $0.fired, $0.rounds) }
        guard let last else { return say(["", "The daemon saw nothing."]) }
        var lines = ["", "\(rounds) rounds, up to \(last.at.shown). What fired:"]
        var table = Table("  WHEN", "NODE", "RULE", "VERDICT", "WHY")
        for finding in fired { table.add("  " + finding.at.clock, finding.node, finding.rule, finding.verdict, finding.summary) }
        lines += fired.isEmpty ? ["  nothing yet"] : table.lines()
        if story == .refreshing {
            return say(lines + DemoProgress(report: last, cluster: cluster).summary() + ["", "The receiver of alerts got \(cluster.sink.count)."])
        }
        lines += ["", "What Mayfly would do at the end, were it allowed to:"]
        let dispositions = last.picture.dispositions().filter { $0.disposition != .notEphemeral }
        lines += dispositions.isEmpty ? ["  nothing"] : dispositions.map { "  \($0.node)  \($0.disposition.reason(at: last.at))" }
        lines += ["", "The receiver of alerts got \(cluster.sink.count)."]
        say(lines)
    }

    private func say(_ lines: [String]) { write(lines.map { $0 + "\n" }.joined()) }

    /// Straight to standard output: what `print` writes into a pipe is held back until much has gathered. A reader that has gone is no concern of ours.
    private func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }

    /// The summary, for machines.
    struct Summary: Encodable {
        let rounds: Int
        let fired: [FiredFinding]
        /// How many alerts were received.
        let alerts: Int
        let picture: PictureView?
        /// What was done, in the order of the starts.
        let replacements: [ReplacementView]
        /// By Kafka cluster: the most brokers that were out at once.
        let mostBrokersOut: [String: Int]
        /// By app: the fewest running instances.
        let fewestInstances: [String: Int]
        let cluster: [Deed]

        private enum CodingKeys: String, CodingKey {
            case rounds, fired, alerts, picture, replacements, cluster
            case mostBrokersOut = "most_brokers_out"
            case fewestInstances = "fewest_instances"
        }

        struct Deed: Encodable {
            let at: String
            let text: String
        }
    }

    private static func replacements(_ report: RoundReport) -> [ReplacementView] {
        report.picture.state.work.replacements.values.sorted { $0.id < $1.id }.map {
            ReplacementView($0, playbook: report.picture.settings.playbook, isWhole: true)
        }
    }

    func summary() -> Summary {
        let deeds = cluster.chronicle().map { Summary.Deed(at: $0.at.description, text: $0.text) }
        return seen.withLock { seen in
            Summary(
                rounds: seen.rounds, fired: seen.fired, alerts: cluster.sink.count,
                picture: seen.last.map { PictureView($0.picture, cluster: "prod", notices: $0.notices) },
                replacements: seen.last.map { Self.replacements($0) } ?? [], mostBrokersOut: cluster.mostBrokersOut(),
                fewestInstances: cluster.fewestInstances(), cluster: deeds
            )
        }
    }
}
