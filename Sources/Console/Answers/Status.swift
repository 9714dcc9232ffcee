import Daemon
import Fleet
import Rounds
import Rules

/// The first look at three in the morning: whether Mayfly sees, judges and tells, and what it has found.
package struct Status: Sendable {
    /// What it is made from.
    package struct Standing: Sendable {
        let cluster: String
        let version: String
        let mode: Mode
        let ledger: String
        let ledgerBytes: Int64
        let now: Timestamp
        /// Of the last round. Nil before the first.
        let picture: Picture?
        let alerts: [AlertStanding]
        /// What the pause file says. Nil: it is not there.
        let pauseFile: String?
        /// Nil: no daemon runs.
        let bulletin: Bulletin.Content?
    }

    let standing: Standing

    init(_ standing: Standing) { self.standing = standing }

    /// A round is due at every poll of the masters; one that is late by so many intervals is missed.
    private static let intervalsMissedMax = 4
    /// Polls go on without the queue: for so long it may fail before it is worth a word.
    private static let queueFailingMax = Duration.seconds(300)

    /// What is wrong with Mayfly itself, in words; empty: nothing. What it has found on nodes is not wrong with it.
    package var wrong: [String] {
        var wrong: [String] = []
        if standing.bulletin == nil { wrong.append("no daemon runs on this ledger: nothing is watched") }
        if let failing = standing.bulletin?.failing { wrong.append("rounds cannot be recorded since \(failing.since.shown): \(failing.reason)") }
        if let refused = standing.bulletin?.rulesRefused {
            wrong.append("the rule files have errors since \(refused.since.shown), the set before goes on: \(refused.reason)")
        }
        if let failing = standing.bulletin?.queue?.failing, standing.now - failing.since >= Self.queueFailingMax {
            wrong.append("the queue of AWS' events fails since \(failing.since.shown): \(failing.reason)")
        }
        guard let picture = standing.picture else { return wrong + ["no round has been recorded yet"] }
        let late = standing.now - picture.at
        if standing.bulletin != nil, late > picture.settings.mesosInterval * Self.intervalsMissedMax { wrong.append("the last round was \(late.text) ago") }
        for source in stale {
            let since = source.lastSuccess.map { "since \($0.shown)" } ?? "and was never read"
            wrong.append("source \(source.source) is stale \(since)" + (source.failure.map { ": \($0)" } ?? ""))
        }
        // A stale source is said above; told twice, it is read twice.
        for finding in picture.ownFindings where finding.kind != .sourceStale { wrong.append("\(finding.kind) (\(finding.subject)): \(finding.summary)") }
        for alert in standing.alerts where alert.failingSince != nil {
            wrong.append("alerts to \(alert.target) fail since \(alert.failingSince?.shown ?? "-"), \(alert.queued) wait: \(alert.failure ?? "")")
        }
        return wrong
    }

    /// The sources that were not fresh at the last round, by name.
    private var stale: [SourceState] {
        guard let picture = standing.picture else { return [] }
        return picture.stale.sorted().map { source in
            picture.state.sources[source] ?? SourceState(source: source, interval: picture.settings.intervals[source] ?? .zero)
        }
    }

    private func count(_ state: Finding.State) -> Int { standing.picture?.state.findings.values.count { $0.state == state } ?? 0 }

    package func answer() throws -> ConsoleAnswer { try ConsoleAnswer(self, lines: lines(), isGood: wrong.isEmpty) }

    func lines() -> [String] {
        var lines = ["Cluster \(standing.cluster), mode \(standing.mode.rawValue), Mayfly \(standing.version)"]
        lines.append(wrong.isEmpty ? "All is well with Mayfly" : "Wrong")
        lines += wrong.map { "  " + $0 } + [""]
        if let picture = standing.picture {
            let counts = standing.bulletin.map { ", \($0.rounds) recorded and \($0.failures) failed since the start" } ?? ""
            lines.append("Last round  \(picture.at.shown), \((standing.now - picture.at).text) ago\(counts)")
            lines.append("Rules       \(picture.rules.rules.count) (\(picture.rules.hash))")
            lines.append("Sources     \(picture.settings.configured.count - stale.count) fresh, \(stale.count) stale")
            lines.append(
                "Nodes       \(picture.state.nodes.count), \(picture.dispositions().count { $0.disposition.word == "ephemeral" }) to be treated as ephemeral")
            lines.append("Findings    \(count(.firing)) firing, \(count(.pending)) pending")
            lines += WorkStatus(picture: picture, pauseFile: standing.pauseFile).lines()
        }
        if let events = standing.bulletin?.events { lines.append("Events      \(events.words)") }
        if let queue = standing.bulletin?.queue { lines.append("Queue       \(queue.words(at: standing.now))") }
        let queued = standing.alerts.reduce(0) { $0 + $1.queued }
        lines.append(
            "Alerts      "
                + (standing.alerts.isEmpty ? "to nobody" : "\(standing.alerts.count) target\(standing.alerts.count == 1 ? "" : "s"), \(queued) waiting"))
        lines.append("Ledger      \(standing.ledger), \(standing.ledgerBytes / 1024) KiB")
        return lines
    }
}

extension Status: Encodable {
    private enum Key: String, CodingKey {
        case cluster, version, mode, running, good, wrong, at, rounds, failures, ruleSet = "rule_set", rules, stale, nodes, ephemeral, firing, pending,
            ownFindings = "own_findings", work, alerts, ledger, ledgerBytes = "ledger_bytes", events, queue
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(standing.cluster, forKey: .cluster)
        try container.encode(standing.version, forKey: .version)
        try container.encode(standing.mode, forKey: .mode)
        try container.encode(standing.bulletin != nil, forKey: .running)
        try container.encode(wrong.isEmpty, forKey: .good)
        try container.encode(wrong, forKey: .wrong)
        try container.encodeIfPresent(standing.bulletin?.rounds, forKey: .rounds)
        try container.encodeIfPresent(standing.bulletin?.failures, forKey: .failures)
        if let picture = standing.picture {
            try container.encode(picture.at.description, forKey: .at)
            try container.encode(picture.rules.hash.rawValue, forKey: .ruleSet)
            try container.encode(picture.rules.rules.count, forKey: .rules)
            try container.encode(stale.map { SourceView($0, now: standing.now) }, forKey: .stale)
            try container.encode(picture.state.nodes.count, forKey: .nodes)
            try container.encode(picture.dispositions().count { $0.disposition.word == "ephemeral" }, forKey: .ephemeral)
            try container.encode(picture.ownFindings.map { OwnFindingView($0) }, forKey: .ownFindings)
            try container.encode(WorkStatus(picture: picture, pauseFile: standing.pauseFile), forKey: .work)
        }
        try container.encode(count(.firing), forKey: .firing)
        try container.encode(count(.pending), forKey: .pending)
        try container.encode(standing.alerts.map { AlertStandingView($0) }, forKey: .alerts)
        try container.encodeIfPresent(standing.bulletin?.events.map { EventStandingView($0) }, forKey: .events)
        try container.encodeIfPresent(standing.bulletin?.queue.map { QueueStandingView($0) }, forKey: .queue)
        try container.encode(standing.ledger, forKey: .ledger)
        try container.encode(standing.ledgerBytes, forKey: .ledgerBytes)
    }
}
