import Console
import Demo
import Fleet
import Planning
import Replacing
import Rounds
import Simulation

/// How far the refresh of the demo's cluster has come, for people.
struct DemoProgress {
    let report: RoundReport
    let cluster: DemoCluster

    private static let barWidth = 20

    /// A bar, what is in flight, and the brokers that are out: for the head of the live table.
    var lines: [String] {
        let (done, all) = cluster.look { $0.refreshed }
        let filled = all == 0 ? 0 : done * Self.barWidth / all
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.barWidth - filled)
        let out = cluster.brokersOut().sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        let open = report.picture.state.work.open
        var lines = ["[\(bar)]  \(done) of \(all) agents on the new image   \(open.count) in flight   brokers out: \(out)", ""]
        if open.isEmpty { return lines }
        var table = Table("REPLACEMENT", "NODE", "ORDER", "WHERE IT STANDS")
        for replacement in open {
            let text = ReplacementText(replacement, picture: report.picture)
            table.add("\(replacement.id)", replacement.node.rawValue, replacement.order.rawValue, text.standing)
        }
        lines += table.lines() + [""]
        return lines
    }

    /// What was done in the end: each replacement with its duration, and what the cluster's own side saw.
    func summary() -> [String] {
        let replacements = report.picture.state.work.replacements.values.sorted { $0.id < $1.id }
        var lines = ["", "\(cluster.look { $0.refreshed.done }) of \(cluster.look { $0.refreshed.of }) agents run the new image:"]
        var table = Table("  REPLACEMENT", "NODE", "FOR", "ORDER", "TOOK", "OUTCOME")
        for replacement in replacements {
            let took = ((replacement.endedAt ?? report.at) - replacement.startedAt).text
            let outcome = replacement.outcome.map { $0.kind.rawValue } ?? ReplacementText(replacement, picture: report.picture).standing
            table.add(
                "  \(replacement.id)", replacement.node.rawValue, replacement.rule?.rawValue ?? replacement.askedBy, replacement.order.rawValue, took, outcome)
        }
        lines += replacements.isEmpty ? ["  none was replaced"] : table.lines()
        if let first = replacements.map(\.startedAt).min(), let last = replacements.compactMap(\.endedAt).max() {
            lines.append("  from the first start to the last end: \((last - first).text)")
        }
        lines += ["", "As the cluster itself saw it:"]
        lines.append("  brokers out of a Kafka cluster at once, at most: " + Self.list(cluster.mostBrokersOut()))
        lines.append("  running instances of each app, at least: " + Self.list(cluster.fewestInstances()))
        return lines
    }

    private static func list(_ counts: [String: Int]) -> String { counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") }
}
